package bits

import (
	"net"
	"net/url"
	"time"

	"github.com/wualab/wualab/transcript"
)

// isHost reports whether a BITS-Host-Id is a host name or address, with or
// without a port.
func isHost(id string) bool {
	u, err := url.Parse("http://" + id + "/")
	return err == nil && u.Host == id && u.Hostname() != "" && u.User == nil
}

// url is the file's URL, at the host that the server asked for. When that one has
// failed for longer than the server said, the client goes back to the URL's own
// (BITS documentation: Ack for Create-Session). Assumed: the URL's port stays
// unless the host comes with one.
func (u *upload) url() (string, error) {
	u.returnToOrigin()
	remote := u.file.remote.get()
	host := u.file.up.HostID
	if host == "" {
		return remote, nil
	}
	at, err := url.Parse(remote)
	if err != nil {
		return "", u.file.diskError(err) // it was checked when it was set
	}
	id := url.URL{Host: host}
	if port := at.Port(); port != "" && id.Port() == "" {
		host = net.JoinHostPort(id.Hostname(), port)
	}
	at.Host = host
	return at.String(), nil
}

// hostFails starts the timer Host Fallback Timeout, if it does not run (MC-BUP
// 3.1.2.3 and 3.1.5.1.7). Assumed: it runs on while the service is stopped.
func (u *upload) hostFails() {
	u.job.m.mu.Lock()
	defer u.job.m.mu.Unlock()
	if u.file.up.HostID != "" && u.file.up.Failing.IsZero() {
		u.file.up.Failing = u.job.m.cfg.Clock.Now()
	}
}

// hostServes stops the timer.
func (u *upload) hostServes() {
	u.job.m.mu.Lock()
	defer u.job.m.mu.Unlock()
	u.file.up.Failing = time.Time{}
}

// returnToOrigin looks at the timer.
func (u *upload) returnToOrigin() {
	m := u.job.m
	m.mu.Lock()
	defer m.mu.Unlock()
	up := &u.file.up
	if up.HostID == "" || up.Fallback <= 0 || up.Failing.IsZero() || m.cfg.Clock.Now().Sub(up.Failing) < up.Fallback {
		return
	}
	if m.cfg.Recorder != nil {
		m.cfg.Recorder.Add(transcript.Event{Kind: transcript.KindNote, Node: m.cfg.Node, Subject: u.job.name,
			Text: "the host " + up.HostID + " has failed for " + up.Fallback.String() + ": back to that of the URL"})
	}
	up.HostID, up.Fallback, up.Failing = "", 0, time.Time{}
}
