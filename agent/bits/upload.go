package bits

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/wualab/wualab/agent/smb"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
)

// session is the state of an upload at the server (MC-BUP 3.1.1).
type session struct {
	ID       string        `json:",omitempty"`
	HostID   string        `json:",omitempty"` // host to send to in place of the URL's
	Fallback time.Duration `json:",omitempty"` // for which it may fail; 0 is for ever
	Failing  time.Time     `json:",omitzero"`  // since when it does
	ReplyURL string        `json:",omitempty"` // told with the last fragment
	Modified time.Time     `json:",omitzero"`  // of the local file when the upload began
	Closing  bool          `json:",omitempty"` // Close-Session is sent, or will be at once; of a share: the file gets its name
	Temp     string        `json:",omitempty"` // UNC name that the file has on a share meanwhile
}

// upload sends one file by the BITS Upload Protocol: the client of MC-BUP 3.1.
type upload struct {
	*download
	limit   int64 // of the next fragment
	ceiling int64 // that limit does not grow beyond
	stalled int   // Acks in a row that asked for nothing new
	best    int64 // the furthest offset that the server asked for
}

// minFragment is the least that 413 brings a client down to (MC-BUP 3.1.5.2.4,
// product behavior).
const minFragment = 5 << 10

// send is one activation of an upload job.
func (j *Job) send(ctx context.Context, h clock.Hold, f *File) error {
	for restarts := 0; ; restarts++ {
		u, err := j.newUpload(ctx, h, f)
		if err != nil {
			return err
		}
		err = u.run()
		if !errors.Is(err, errSessionLost) || restarts >= u.tuning.Restarts {
			return err
		}
		u.forgetSession()
	}
}

func (j *Job) newUpload(ctx context.Context, h clock.Hold, f *File) (*upload, error) {
	d, err := j.newDownload(ctx, h, f, 1)
	if err != nil {
		return nil, err
	}
	u := &upload{download: d, limit: d.tuning.FirstBlock, ceiling: d.tuning.MaxBlock}
	d.logins = new(winhttp.KeptLogins)
	if most := d.features.maxFragment; most > 0 {
		u.ceiling = min(u.ceiling, most)
	}
	return u, nil
}

// errSessionLost says that the server does not know the upload's session any
// more: a new one begins with the first byte (MC-BUP 3.1.5.2.1).
var errSessionLost = errors.New("the server does not know the upload session")

// run goes through the states of MC-BUP 3.1.5.1.
func (u *upload) run() error {
	source, err := u.openSource()
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }()
	if smb.IsName(u.file.remote.get()) {
		return u.runSMB(source)
	}
	if err := u.begin(); err != nil {
		return err
	}
	if !u.file.up.Closing {
		if err := u.sendAll(source); err != nil {
			return err
		}
		if err := u.fetchReply(); err != nil {
			return err
		}
	}
	return u.close()
}

// begin opens a session, or goes on with the one there is. Windows sends Ping
// after a Host-Id and each time that it goes on (MC-BUP 3.1.5.1.2 and 3.1.5.1.3).
func (u *upload) begin() error {
	if u.file.up.Temp != "" { // the remote name was on a share before
		u.forgetSession()
	}
	if u.file.up.ID == "" {
		if err := u.create(); err != nil || u.file.up.HostID == "" {
			return err
		}
	}
	_, err := u.post(packetPing, nil, nil)
	return err
}

// sendAll is the state FRAGMENT, until the server has all bytes. An empty file
// has one fragment.
func (u *upload) sendAll(source io.ReaderAt) error {
	u.best = u.file.done
	for sent := false; u.file.done < u.file.size || u.file.size == 0 && !sent; sent = true {
		if err := u.fragment(source); err != nil {
			return err
		}
	}
	return nil
}

// openSource opens the local file, which must be what it was when the upload
// began (BITS documentation: BG_E_LOCAL_FILE_CHANGED).
func (u *upload) openSource() (SourceFile, error) {
	f := u.file
	source, err := u.job.m.disk.Read(f.name)
	if err != nil {
		return nil, f.failure(hresult.ERROR_FILE_NOT_FOUND, hresult.BG_ERROR_CONTEXT_LOCAL_FILE, nil, "%s: %w", f.local, err)
	}
	size, modified := source.Stat()
	u.job.m.mu.Lock()
	defer u.job.m.mu.Unlock()
	if f.size != sizeUnknown && (f.size != size || !f.up.Modified.Equal(modified)) {
		return nil, errors.Join(f.failure(hresult.BG_E_LOCAL_FILE_CHANGED, hresult.BG_ERROR_CONTEXT_LOCAL_FILE, nil,
			"%s had %d bytes of %v when the upload began, and has %d of %v", f.local, f.size, f.up.Modified, size, modified), source.Close())
	}
	f.size, f.up.Modified = size, modified
	return source, nil
}

// contentName is the local file's name without its folder (MC-BUP 2.2.1.1).
// Assumed: characters outside ASCII go as UTF-8.
func (u *upload) contentName() winhttp.Field {
	return winhttp.Field{Name: fieldContentName, Value: path.Base(u.file.name)}
}

// identity is what tells the server which file a packet is of. Content-Name
// goes with each of them, as Windows sends it (MC-BUP 4.1).
func (u *upload) identity() []winhttp.Field {
	return []winhttp.Field{{Name: fieldSessionID, Value: u.file.up.ID}, u.contentName()}
}

// create is the state CREATE_SESSION. Up to Windows Vista the packet has the
// file's name (MC-BUP 2.2.2, product behavior).
func (u *upload) create() error {
	fields := []winhttp.Field{{Name: fieldSupported, Value: uploadProtocol}}
	if u.features.namesSession {
		fields = append(fields, u.contentName())
	}
	a, err := u.post(packetCreate, fields, nil)
	if err != nil {
		return err
	}
	if err := u.checkCreated(a); err != nil {
		return err
	}
	u.job.m.mu.Lock()
	defer u.job.m.mu.Unlock()
	u.file.up.ID = a.session
	if a.host != "" {
		u.file.up.HostID, u.file.up.Fallback, u.file.up.Failing = a.host, a.fallback, time.Time{}
	}
	return u.job.save()
}

// checkCreated sees that the Ack has what a session needs (MC-BUP 2.2.3).
// Assumed: the codes, and that a session identifier beyond the documented 100
// characters is refused.
func (u *upload) checkCreated(a answer) error {
	switch {
	case a.session == "" || len(a.session) > maxSessionID:
		return u.refuse(a, hresult.BG_E_INVALID_SERVER_RESPONSE, "%s of the answer to Create-Session has %d characters, want 1 to %d", fieldSessionID, len(a.session), maxSessionID)
	case a.protocol == "":
		return u.refuse(a, hresult.BG_E_INVALID_SERVER_RESPONSE, "the answer to Create-Session has no %s", fieldProtocol)
	case !strings.EqualFold(a.protocol, uploadProtocol):
		return u.refuse(a, hresult.BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH, "the server chose the protocol %q, which was not offered", a.protocol)
	case a.host != "" && !isHost(a.host):
		return u.refuse(a, hresult.BG_E_INVALID_SERVER_RESPONSE, "%s is no host: %q", fieldHostID, a.host)
	}
	return nil
}

// fragment sends the next bytes and takes the server's word for how many it
// has (MC-BUP 3.1.5.1.4 and 3.1.5.2.4).
func (u *upload) fragment(source io.ReaderAt) error {
	f := u.file
	n := min(u.limit, u.ceiling, f.size-f.done)
	body := make([]byte, n)
	if _, err := source.ReadAt(body, f.done); err != nil && !errors.Is(err, io.EOF) {
		return f.diskError(err)
	}
	span := fmt.Sprintf("bytes %d-%d/%d", f.done, f.done+n-1, f.size)
	if f.size == 0 {
		span = "bytes */0" // assumed: no document gives the form for an empty file
	}
	a, err := u.post(packetFragment, append(u.identity(), winhttp.Field{Name: "Content-Range", Value: span}), body)
	var small *tooLarge
	if errors.As(err, &small) && n > minFragment {
		u.ceiling = max(n/2, minFragment)
		return nil
	}
	if err != nil {
		return err
	}
	if err := u.checkNext(a, n); err != nil {
		return err
	}
	u.acknowledged(a.next, a.replyURL)
	u.limit = min(2*u.limit, u.ceiling)
	return nil
}

// checkNext sees that the offset that the server asks for is one of the file's.
// A server that asks again and again for what it got is given up. Assumed: when
// and with which code.
func (u *upload) checkNext(a answer, n int64) error {
	if a.next < 0 || a.next > u.file.size {
		return u.refuse(a, hresult.BG_E_INVALID_SERVER_RESPONSE, "%s is %q after bytes %d to %d of %d", fieldReceived, a.header.Get(fieldReceived), u.file.done, u.file.done+n, u.file.size)
	}
	if u.stalled++; a.next > u.best || n == 0 {
		u.stalled = 0
	}
	if u.stalled > u.tuning.Restarts {
		return u.refuse(a, hresult.BG_E_INVALID_SERVER_RESPONSE, "the server asked %d times for bytes that it has, now for %d", u.stalled, a.next)
	}
	u.best = max(u.best, a.next)
	return nil
}

// acknowledged sets the offset to what the server wants next. Only bytes that it
// did not have before are progress.
func (u *upload) acknowledged(next int64, replyURL string) {
	if more := next - u.file.done; more > 0 {
		u.job.arrived(u.file, more)
	}
	u.job.m.mu.Lock()
	defer u.job.m.mu.Unlock()
	u.file.done, u.file.synced = next, next
	if replyURL != "" {
		u.file.up.ReplyURL = replyURL
	}
	u.job.saveLazily()
}

// close is the state COMPLETE. That the packet goes out is saved before: a
// session that is unknown to a Close-Session sent once more has been closed by
// the one before, whose Ack was lost (assumed; MC-BUP 3.1.5.2.1 has all begin
// anew, which finds its own file in the way).
func (u *upload) close() error {
	again := u.file.up.Closing
	if u.tuning.PingBeforeClose {
		if _, err := u.post(packetPing, nil, nil); err != nil {
			return err
		}
	}
	if err := u.closing(); err != nil {
		return err
	}
	a, err := u.post(packetClose, u.identity(), nil)
	if errors.Is(err, errSessionLost) && (again || a.repeated) {
		err = nil
	}
	if err != nil {
		return closeAgain(err, a.status)
	}
	u.job.m.mu.Lock()
	defer u.job.m.mu.Unlock()
	u.file.complete = true
	return nil
}

func (u *upload) closing() error {
	u.job.m.mu.Lock()
	defer u.job.m.mu.Unlock()
	u.file.up.Closing = true
	return u.job.save()
}

// closeAgain has every 5xx tried again but that of an unknown session (BITS
// documentation: Ack for Close-Session).
func closeAgain(err error, status int) error {
	var e *JobError
	if errors.As(err, &e) && !errors.Is(err, errSessionLost) && status >= http.StatusInternalServerError {
		e.class = hresult.Transient
	}
	return err
}

// forgetSession begins anew with the first byte. The host stays the one that the
// server named (MC-BUP 3.1.5.1.2).
func (u *upload) forgetSession() {
	u.job.m.mu.Lock()
	defer u.job.m.mu.Unlock()
	old := u.file.up
	u.file.up = session{Modified: old.Modified, HostID: old.HostID, Fallback: old.Fallback, Failing: old.Failing}
	u.file.done, u.file.synced = 0, 0
}
