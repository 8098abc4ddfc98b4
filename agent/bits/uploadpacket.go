package bits

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/transcript"
)

// Names of the protocol (MC-BUP 2.2.1). The error header has another name in the
// BITS documentation; both are read.
const (
	uploadVerb     = "BITS_POST"
	uploadProtocol = "{7df0354d-249b-430f-820d-3d2a9bef4931}"

	fieldPacketType  = "BITS-Packet-Type"
	fieldSupported   = "BITS-Supported-Protocols"
	fieldProtocol    = "BITS-Protocol"
	fieldSessionID   = "BITS-Session-Id"
	fieldReceived    = "BITS-Received-Content-Range"
	fieldHostID      = "BITS-Host-Id"
	fieldFallback    = "BITS-Host-Id-Fallback-Timeout"
	fieldReplyURL    = "BITS-Reply-URL"
	fieldError       = "BITS-Error"
	fieldErrorCode   = "BITS-Error-Code"
	fieldContext     = "BITS-Error-Context"
	fieldContentName = "Content-Name"
)

// The packets, spelled as in the captures of MC-BUP 4.1.
const (
	packetCreate   = "Create-Session"
	packetPing     = "Ping"
	packetFragment = "Fragment"
	packetClose    = "Close-Session"
	packetCancel   = "Cancel-Session"
	packetAck      = "Ack"
)

// maxSessionID is from the BITS documentation, Ack for Create-Session.
const maxSessionID = 100

// ack is what an answer says in the fields of the protocol.
type ack struct {
	isAck    bool
	session  string
	protocol string
	host     string
	fallback time.Duration // 0: none was told
	next     int64         // byte that the server wants; -1: none was told
	replyURL string
	code     hresult.HRESULT // 0: none was told
	context  hresult.ErrorContext
}

// readAck reads the fields of an answer. What is malformed counts as not there:
// an Ack without it is refused by those who need it.
func readAck(h http.Header) ack {
	a := ack{
		isAck:   strings.EqualFold(strings.TrimSpace(h.Get(fieldPacketType)), packetAck),
		session: h.Get(fieldSessionID), protocol: h.Get(fieldProtocol), host: h.Get(fieldHostID),
		replyURL: h.Get(fieldReplyURL), next: -1, context: hresult.BG_ERROR_CONTEXT_REMOTE_FILE,
	}
	if n, err := strconv.ParseUint(h.Get(fieldReceived), 10, 63); err == nil {
		a.next = int64(n)
	}
	if n, err := strconv.ParseUint(h.Get(fieldFallback), 10, 32); err == nil {
		a.fallback = time.Duration(n) * time.Second
	}
	for _, name := range []string{fieldError, fieldErrorCode} {
		if n, ok := hexadecimal(h.Get(name)); ok && a.code == 0 {
			a.code = hresult.HRESULT(n)
		}
	}
	if n, ok := hexadecimal(h.Get(fieldContext)); ok && n == uint32(hresult.BG_ERROR_CONTEXT_REMOTE_APPLICATION) {
		a.context = hresult.BG_ERROR_CONTEXT_REMOTE_APPLICATION
	}
	return a
}

// hexadecimal reads "0x8020001F", and "x8020001F" as MC-BUP prints it.
func hexadecimal(value string) (uint32, bool) {
	digits := strings.ToLower(strings.TrimSpace(value))
	if _, after, ok := strings.Cut(digits, "x"); ok && (digits[0] == 'x' || strings.HasPrefix(digits, "0x")) {
		digits = after
	}
	n, err := strconv.ParseUint(digits, 16, 32)
	return uint32(n), err == nil
}

// answer is an ack with the HTTP around it.
type answer struct {
	ack
	status   int
	repeated bool // the packet may have reached the server before, too
	header   http.Header
	exchange *transcript.Exchange
}

// tooLarge is 413: the fragment must be smaller.
type tooLarge struct{ err error }

// Error says what the server answered.
func (e *tooLarge) Error() string { return e.err.Error() }

// Unwrap gives the job's error.
func (e *tooLarge) Unwrap() error { return e.err }

// post sends a packet and checks its Ack. 416 with an offset is an answer, too.
// The order of the fields is that of MC-BUP 4.1.
func (u *upload) post(packet string, fields []winhttp.Field, body []byte) (answer, error) {
	if body == nil {
		body = []byte{}
	}
	url, err := u.url()
	if err != nil {
		return answer{}, err
	}
	head := append([]winhttp.Field{{Name: "Accept", Value: "*/*"}, {Name: fieldPacketType, Value: packet}}, fields...)
	resp, err := u.request(uploadVerb, url, head, body)
	if err != nil {
		u.hostFails()
		return answer{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	a := answer{ack: readAck(resp.Header), status: resp.Status, repeated: resp.Repeated, header: resp.Header, exchange: resp.Exchange}
	if err := u.judge(a, resp, packet); err != nil {
		u.hostFails()
		return a, err
	}
	u.hostServes()
	return a, nil
}

// judge says what is wrong with an answer to a packet (MC-BUP 3.1.5.2.1).
func (u *upload) judge(a answer, resp *winhttp.Response, packet string) error {
	switch {
	case a.status == http.StatusOK || a.status == http.StatusCreated:
		return u.judgeAck(a, packet)
	case packet == packetFragment && a.status == http.StatusRequestedRangeNotSatisfiable && a.next >= 0:
		return nil
	case a.code == hresult.BG_E_SESSION_NOT_FOUND:
		return fmt.Errorf("%w: %w", errSessionLost, u.packetError(a, resp, packet))
	case a.status == http.StatusRequestEntityTooLarge:
		return &tooLarge{u.packetError(a, resp, packet)}
	}
	return u.packetError(a, resp, packet)
}

// judgeAck looks at an answer that says yes. IIS 6.0 leaves the session away in
// all but the first, which is no fault (MC-BUP 4.1). Assumed: the codes.
func (u *upload) judgeAck(a answer, packet string) error {
	switch {
	case !a.isAck:
		return u.refuse(a, hresult.BG_E_INVALID_SERVER_RESPONSE, "the answer to %s is no Ack: no BITS server extension is there", packet)
	case packet != packetCreate && a.session != "" && u.file.up.ID != "" && !strings.EqualFold(a.session, u.file.up.ID):
		return u.refuse(a, hresult.BG_E_INVALID_SERVER_RESPONSE, "the answer to %s is for session %q", packet, a.session)
	}
	return nil
}

// refuse makes the error of an Ack that is not as it should be.
func (u *upload) refuse(a answer, code hresult.HRESULT, format string, args ...any) error {
	return u.file.failure(code, hresult.BG_ERROR_CONTEXT_REMOTE_FILE, a.exchange, format, args...)
}

// packetError says whether the server or its application refused (MC-BUP
// 2.2.1.2: BITS-Error-Context 0x5 and 0x7), and why. What an application answers
// is fatal or not by its status (BITS documentation: Handling Server Application
// Errors).
func (u *upload) packetError(a answer, resp *winhttp.Response, packet string) *JobError {
	code := a.code
	if code == 0 {
		code = hresult.FromHTTPStatus(a.status)
	}
	e := u.file.failure(code, a.context, a.exchange, "the server answered %d %s to %s", a.status, http.StatusText(a.status), packet)
	if a.context == hresult.BG_ERROR_CONTEXT_REMOTE_APPLICATION {
		e.class, _, _ = hresult.Classify(hresult.FromHTTPStatus(a.status))
	}
	if resp.LoginFailure != nil {
		e.Err = fmt.Errorf("%w: %w", e.Err, resp.LoginFailure)
	}
	return e
}
