package bitsupload

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/hresult"
)

// call is one packet on its way through the server.
type call struct {
	*Server
	w http.ResponseWriter
	r *http.Request

	packet Packet
	name   string // of the destination
	faults []Fault
	reset  bool // the connection is to be reset in place of an answer
}

func (c *call) fault(kind FaultKind) (Fault, bool) {
	for _, f := range c.faults {
		if f.Kind == kind {
			return f, true
		}
	}
	return Fault{}, false
}

func (c *call) has(kind FaultKind) bool { _, ok := c.fault(kind); return ok }

func (c *call) note(format string, args ...any) {
	fakehttp.ConnOf(c.r).Note("bits-upload: "+format, args...)
}

// handle does what the packet asks for.
func (c *call) handle() (Ack, error) {
	packet, err := ParsePacket(c.r.Header, contentLength(c.r))
	c.packet = packet
	switch {
	case c.cfg.Properties.Disabled:
		return Ack{}, refuse(Disabled, "uploads to %s", c.cfg.Path)
	case c.cfg.Properties.Scripts:
		return Ack{}, refuse(ExecuteEnabled, "uploads to %s", c.cfg.Path)
	case err != nil:
		return Ack{}, err
	case !c.r.ProtoAtLeast(1, 1):
		return Ack{}, refuse(Malformed, "%s, the protocol needs HTTP/1.1", c.r.Proto)
	}
	c.faults = c.meet(packet.Type)
	if c.name, err = destination(c.cfg.Path, c.r.URL.Path); err != nil && packet.Type != Ping {
		return Ack{}, err
	}
	if ack, ok := c.spoiled(); ok {
		return ack, nil
	}
	return c.dispatch()
}

func (c *call) dispatch() (Ack, error) {
	switch c.packet.Type {
	case CreateSession:
		return c.createSession()
	case Fragment:
		return c.inSession(c.takeFragment)
	case CloseSession:
		return c.inSession(c.closeSession)
	case CancelSession:
		return c.inSession(c.cancelSession)
	}
	c.note("ping")
	return Ack{Status: http.StatusOK}, nil
}

// spoiled plays the faults that come before the packet is dealt with.
func (c *call) spoiled() (Ack, bool) {
	if c.has(LoseSession) && c.packet.SessionID != "" && c.Forget(c.packet.SessionID) {
		c.note("%s: session %s forgotten", LoseSession, c.packet.SessionID)
	}
	if c.has(DropConnection) && c.packet.Type != Fragment {
		c.reset = true
		return Ack{}, true
	}
	if f, ok := c.fault(AnswerStatus); ok {
		c.note("%s: %d", AnswerStatus, f.Status)
		ack := Ack{Status: f.Status, SessionID: c.packet.SessionID, Error: f.Code}
		if f.Code != 0 {
			ack.Context = or(f.Context, onServer)
		}
		return ack, true
	}
	if f, ok := c.fault(WrongOffset); ok {
		c.note("%s: %d", WrongOffset, f.Offset)
		return Ack{Status: or(f.Status, http.StatusRequestedRangeNotSatisfiable), SessionID: c.packet.SessionID, Context: onServer,
			HasReceived: true, Received: f.Offset}, true
	}
	return Ack{}, false
}

// refusal makes the answer of an error.
func (c *call) refusal(err error) Ack {
	var refused *Error
	if !errors.As(err, &refused) {
		refused = refuse(Internal, "%w", err)
	}
	row := c.cfg.Profile.adjust(refused.Refusal)
	c.note("refused, %s: %v", row.Reason, refused.Cause)
	ack := Ack{Status: row.Status, Error: row.Code, Context: row.Context}
	if len(c.packet.SessionID) <= MaxSessionID {
		ack.SessionID = c.packet.SessionID
	}
	if row.Reason == OutOfStep {
		ack.HasReceived, ack.Received = true, c.received()
	}
	return ack
}

func (c *call) received() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	if one := c.sessions[c.packet.SessionID]; one != nil {
		return one.Received
	}
	return 0
}

// drained is how much of a body that nobody wants is read, so that the connection and
// what was authenticated on it live on.
const drained = 16 << 20

func (c *call) drain() { _, _ = io.CopyN(io.Discard, c.r.Body, drained) }

// answer writes the Ack, or does what a fault wants in its place.
func (c *call) answer(ack Ack) {
	if !c.reset {
		c.drain()
	}
	if f, ok := c.fault(SlowAck); ok && c.wait(f.Delay) != nil {
		fakehttp.Close(c.w, c.r) // the client gave up: a late answer would be chance
		return
	}
	if c.reset || c.has(LoseAck) {
		c.note("connection reset in place of the answer")
		fakehttp.Reset(c.w, c.r)
		return
	}
	h := c.w.Header()
	for name, values := range ack.Header(c.cfg.Profile) {
		h[name] = values
	}
	for _, f := range c.faults {
		f.Kind.spoil(h)
	}
	c.w.WriteHeader(ack.Status)
}

// contentLength tells a request without the field, -1, from one that says 0.
func contentLength(r *http.Request) int64 {
	if strings.TrimSpace(r.Header.Get(headerContentLength)) == "" {
		return -1
	}
	return r.ContentLength
}

// failed is the answer of the server application passed on.
func failed(status int, code hresult.HRESULT) *Error {
	e := refuse(ApplicationFailed, "the server application answered %d", status)
	e.Status, e.Code = status, or(code, hresult.FromHTTPStatus(status))
	return e
}
