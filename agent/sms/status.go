package sms

import (
	"strconv"

	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/smswire"
)

// statusMessage is a line of the table of messages.
type statusMessage struct {
	id       int
	severity smswire.Severity
	source   string
	assumed  bool // that the client sends it then
}

// The status messages that the client sends, by what happened.
var (
	msgReceived      = statusMessage{id: 10002, severity: smswire.Informational, source: "SMS status messages, 10002: the advertisement was received"}
	msgStarted       = statusMessage{id: 10005, severity: smswire.Informational, source: "SMS status messages: the program has been started"}
	msgRunFailed     = statusMessage{id: 10006, severity: smswire.Failure, source: "KB 316021 for the numbers of its neighbours: the exit code is one of failure"}
	msgSucceeded     = statusMessage{id: 10008, severity: smswire.Informational, source: "KB 263700: the program has succeeded, by its exit code"}
	msgReboot        = statusMessage{id: 10022, severity: smswire.Informational, source: "KB 263700: the program has succeeded when the PC has restarted"}
	msgExpired       = statusMessage{id: 10019, severity: smswire.Failure, source: "", assumed: true}
	msgNotStarted    = statusMessage{id: 10003, severity: smswire.Failure, source: "", assumed: true}
	msgWaiting       = statusMessage{id: 10035, severity: smswire.Informational, source: "", assumed: true}
	msgRunAgain      = statusMessage{id: 10040, severity: smswire.Warning, source: "", assumed: true}
	msgDownloadFails = statusMessage{id: 10074, severity: smswire.Failure, source: "", assumed: true}
	msgHashMismatch  = statusMessage{id: 10075, severity: smswire.Failure, source: "KB 907979"}
)

// StatusMessages lists the status messages that the client may send: their IDs, and
// whether it is assumed when.
func StatusMessages() map[int]bool {
	out := map[int]bool{}
	for _, m := range []statusMessage{msgReceived, msgStarted, msgRunFailed, msgSucceeded, msgReboot, msgExpired, msgNotStarted, msgWaiting, msgRunAgain, msgDownloadFails, msgHashMismatch} {
		out[m.id] = m.assumed
	}
	return out
}

// queue keeps a message until it can be sent. The lock is held.
func (c *Client) queue(m statusMessage, a *Advertisement, code hresult.HRESULT) {
	s := smswire.Status{MessageID: m.id, Severity: m.severity, Component: "Software Distribution", MachineName: c.cfg.Machine.Hostname(),
		SiteCode: c.cfg.SiteCode, Time: c.cfg.Clock.Now().UTC(), Win32Error: uint32(code),
		Strings: []string{a.AdvertisementID, a.PackageID, a.Program}, Package: a.PackageID, Advertisement: a.AdvertisementID}
	if m.id == msgRunFailed.id || m.id == msgRunAgain.id {
		s.Strings = append(s.Strings, strconv.Itoa(a.ExitCode))
	}
	c.state.Messages = append(c.state.Messages, s)
	c.logs.write(statusAgent, "Status message %d (%v) for advertisement %s queued", m.id, m.severity, a.AdvertisementID)
}

// report keeps a message about an advertisement.
func (c *Client) report(m statusMessage, id string, code hresult.HRESULT) {
	c.update(id, func(a *Advertisement) { c.queue(m, a, code) })
}

// sendStatus sends the messages that wait, in their order; those that cannot be sent
// wait on.
func (r *round) sendStatus() {
	if r.sending.take(r.ctx, r.hold) != nil {
		return
	}
	defer r.sending.give()
	for r.ctx.Err() == nil {
		r.mu.Lock()
		if len(r.state.Messages) == 0 {
			r.mu.Unlock()
			return
		}
		next := r.state.Messages[0]
		r.mu.Unlock()
		if _, err := r.post(smswire.StatusManager, "StatusAgent", next.Write()); err != nil {
			r.logs.warn(statusAgent, "Status message %d could not be sent and waits: %v", next.MessageID, err)
			return
		}
		r.logs.write(statusAgent, "Status message %d sent", next.MessageID)
		r.mu.Lock()
		if len(r.state.Messages) > 0 {
			r.state.Messages = r.state.Messages[1:]
		}
		r.mu.Unlock()
	}
}
