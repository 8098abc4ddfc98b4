package bits

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
)

// session is the state of an upload at the server (MC-BUP 3.1.1).
type session struct {
	ID       string    `json:",omitempty"`
	HostID   string    `json:",omitempty"` // host to send to in place of the URL's
	ReplyURL string    `json:",omitempty"` // told with the last fragment
	Modified time.Time `json:",omitzero"`  // of the local file when the upload began
	Closed   bool      `json:",omitempty"`
}

// upload sends one file by the BITS Upload Protocol: the client of MC-BUP 3.1.
type upload struct {
	*download
	limit int64 // of the next fragment
}

// Verb and names of the protocol (MC-BUP 2.2.1). The error header has another
// name in the BITS documentation; both are read.
const (
	uploadVerb      = "BITS_POST"
	uploadProtocol  = "{7df0354d-249b-430f-820d-3d2a9bef4931}"
	minFragment     = 5 << 10 // MC-BUP 3.1.5.3: not less after 413
	fieldPacketType = "BITS-Packet-Type"
	fieldSessionID  = "BITS-Session-Id"
	fieldReceived   = "BITS-Received-Content-Range"
	fieldHostID     = "BITS-Host-Id"
	fieldReplyURL   = "BITS-Reply-URL"
	fieldError      = "BITS-Error"
	fieldErrorCode  = "BITS-Error-Code"
	fieldContext    = "BITS-Error-Context"
)

// send is one activation of an upload job.
func (j *Job) send(ctx context.Context, h clock.Hold, f *File) error {
	for restarts := 0; ; restarts++ {
		d, err := j.newDownload(ctx, h, f, 1)
		if err != nil {
			return err
		}
		u := &upload{download: d, limit: d.tuning.FirstBlock}
		err = u.run()
		if !errors.Is(err, errSessionLost) || restarts >= d.tuning.Restarts {
			return err
		}
		u.forgetSession()
	}
}

// errSessionLost says that the server does not know the session any more: a new
// one begins with the first byte (MC-BUP 3.1.5.2).
var errSessionLost = errors.New("the server does not know the upload session")

func (u *upload) run() error {
	source, err := u.openSource()
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }()
	if u.file.up.ID == "" {
		err = u.create()
	} else {
		_, err = u.post("Ping", nil, nil)
	}
	if err != nil {
		return err
	}
	for sent := false; u.file.done < u.file.size || u.file.size == 0 && !sent; sent = true {
		if err := u.fragment(source); err != nil {
			return err
		}
	}
	if err := u.fetchReply(); err != nil {
		return err
	}
	if _, err := u.post("Close-Session", u.identity(), nil); err != nil {
		return err
	}
	u.job.m.mu.Lock()
	defer u.job.m.mu.Unlock()
	u.file.complete = true
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

// identity is what tells the server which file the packet is of. Content-Name
// goes with each packet, as Windows sends it (MC-BUP 4.1).
func (u *upload) identity() []winhttp.Field {
	return []winhttp.Field{{Name: fieldSessionID, Value: u.file.up.ID}, {Name: "Content-Name", Value: path.Base(u.file.name)}}
}

func (u *upload) create() error {
	ack, err := u.post("Create-Session", []winhttp.Field{
		{Name: "BITS-Supported-Protocols", Value: uploadProtocol},
		{Name: "Content-Name", Value: path.Base(u.file.name)}}, nil)
	if err != nil {
		return err
	}
	id := ack.Header.Get(fieldSessionID)
	if id == "" {
		return u.refuse(ack, hresult.BG_E_INVALID_SERVER_RESPONSE, "the answer to Create-Session has no %s", fieldSessionID)
	}
	u.job.m.mu.Lock()
	defer u.job.m.mu.Unlock()
	u.file.up.ID, u.file.up.HostID = id, ack.Header.Get(fieldHostID)
	return u.job.save()
}

// fragment sends the next bytes and takes the server's word for how many it
// has (MC-BUP 3.1.5.3).
func (u *upload) fragment(source io.ReaderAt) error {
	f := u.file
	n := min(u.limit, f.size-f.done)
	if most := u.features.maxFragment; most > 0 {
		n = min(n, most)
	}
	body := make([]byte, n)
	if _, err := source.ReadAt(body, f.done); err != nil && !errors.Is(err, io.EOF) {
		return f.diskError(err)
	}
	span := fmt.Sprintf("bytes %d-%d/%d", f.done, f.done+n-1, f.size)
	if f.size == 0 {
		span = "bytes */0" // assumed: no document gives the form for an empty file
	}
	ack, err := u.post("Fragment", append(u.identity(), winhttp.Field{Name: "Content-Range", Value: span}), body)
	var small *tooLarge
	if errors.As(err, &small) && n > minFragment {
		u.limit = max(n/2, minFragment)
		return nil
	}
	if err != nil {
		return err
	}
	next, err := strconv.ParseInt(ack.Header.Get(fieldReceived), 10, 63)
	if err != nil || next < 0 || next > f.size || next == f.done && n > 0 && ack.Status == http.StatusOK {
		return u.refuse(ack, hresult.BG_E_INVALID_SERVER_RESPONSE, "%s is %q after bytes up to %d of %d", fieldReceived, ack.Header.Get(fieldReceived), f.done+n, f.size)
	}
	u.acknowledged(next, ack.Header.Get(fieldReplyURL))
	u.limit = min(2*u.limit, u.tuning.MaxBlock)
	return nil
}

// acknowledged sets the offset to what the server wants next.
func (u *upload) acknowledged(next int64, replyURL string) {
	if next > u.file.done {
		u.job.arrived(u.file, next-u.file.done)
	}
	u.job.m.mu.Lock()
	defer u.job.m.mu.Unlock()
	u.file.done, u.file.synced = next, next
	if replyURL != "" {
		u.file.up.ReplyURL = replyURL
	}
	u.job.saveLazily()
}

// tooLarge is 413: the fragment must be smaller.
type tooLarge struct{ err error }

func (e *tooLarge) Error() string { return e.err.Error() }
func (e *tooLarge) Unwrap() error { return e.err }

// post sends a packet and checks its Ack. 416 is an answer: it tells the offset
// that the server wants.
func (u *upload) post(packet string, fields []winhttp.Field, body []byte) (*winhttp.Response, error) {
	if body == nil {
		body = []byte{}
	}
	head := append([]winhttp.Field{{Name: "Accept", Value: "*/*"}, {Name: fieldPacketType, Value: packet}}, fields...)
	resp, err := u.request(uploadVerb, u.url(), head, body)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	code := u.errorCode(resp)
	switch {
	case resp.Status == http.StatusOK:
		if !strings.EqualFold(resp.Header.Get(fieldPacketType), "Ack") {
			return nil, u.refuse(resp, hresult.BG_E_INVALID_SERVER_RESPONSE, "the answer to %s is no Ack: no BITS server extension is there", packet)
		}
		return resp, nil
	case resp.Status == http.StatusRequestedRangeNotSatisfiable && resp.Header.Get(fieldReceived) != "":
		return resp, nil
	case code == hresult.BG_E_SESSION_NOT_FOUND:
		return nil, fmt.Errorf("%w: %w", errSessionLost, u.packetError(resp, code, packet))
	case resp.Status == http.StatusRequestEntityTooLarge:
		return nil, &tooLarge{u.packetError(resp, code, packet)}
	}
	return nil, u.packetError(resp, code, packet)
}

// url is the file's URL, at the host that the server asked for.
func (u *upload) url() string {
	if u.file.up.HostID == "" {
		return u.file.remote.get()
	}
	scheme, rest, _ := strings.Cut(u.file.remote.get(), "://")
	_, rest, _ = strings.Cut(rest, "/")
	return scheme + "://" + u.file.up.HostID + "/" + rest
}

// errorCode is the HRESULT of a refusal: what the server says, else the status.
func (u *upload) errorCode(resp *winhttp.Response) hresult.HRESULT {
	for _, name := range []string{fieldError, fieldErrorCode} {
		if n, err := strconv.ParseUint(resp.Header.Get(name), 0, 32); err == nil && n != 0 {
			return hresult.HRESULT(n)
		}
	}
	return hresult.FromHTTPStatus(resp.Status)
}

// packetError says whether the server or its application refused (MC-BUP
// 2.2.1: BITS-Error-Context 0x5 and 0x7).
func (u *upload) packetError(resp *winhttp.Response, code hresult.HRESULT, packet string) *JobError {
	context := hresult.BG_ERROR_CONTEXT_REMOTE_FILE
	if n, err := strconv.ParseUint(resp.Header.Get(fieldContext), 0, 32); err == nil && n == uint64(hresult.BG_ERROR_CONTEXT_REMOTE_APPLICATION) {
		context = hresult.BG_ERROR_CONTEXT_REMOTE_APPLICATION
	}
	return u.file.failure(code, context, resp.Exchange, "the server answered %d %s to %s", resp.Status, http.StatusText(resp.Status), packet)
}

// forgetSession begins anew with the first byte.
func (u *upload) forgetSession() {
	u.job.m.mu.Lock()
	defer u.job.m.mu.Unlock()
	u.file.up = session{Modified: u.file.up.Modified}
	u.file.done, u.file.synced = 0, 0
}

// fetchReply downloads the reply of an upload-reply job, if there is one, as any
// other download (MC-BUP 3.1.5.4).
func (u *upload) fetchReply() error {
	j, replyURL := u.job, u.file.up.ReplyURL
	if j.kind != UploadReply || replyURL == "" {
		return nil
	}
	j.m.mu.Lock()
	if j.reply == nil {
		local := j.set.replyFile
		if local == "" {
			local = u.file.local + ".reply" // assumed: the real service makes a name of its own beside the file
		}
		name, err := diskName(local)
		if err != nil {
			j.m.mu.Unlock()
			return u.file.diskError(err)
		}
		j.reply = &File{job: j, remote: named(replyURL), local: local, name: name, size: sizeUnknown}
	}
	reply := j.reply
	j.m.mu.Unlock()
	if reply.complete {
		return nil
	}
	return j.fetch(u.ctx, u.hold, reply, 1)
}
