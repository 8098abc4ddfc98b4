package bitsupload

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/wualab/wualab/hresult"
)

// FaultKind is what goes wrong.
type FaultKind string

// The kinds of faults.
const (
	// LoseSession forgets the session before the packet is looked at.
	LoseSession FaultKind = "lose-session"
	// AnswerStatus answers Status, with Code and Context as its error when Code is
	// set, and does nothing else.
	AnswerStatus FaultKind = "status"
	// DropConnection resets the connection when Bytes of the body have arrived, which
	// are kept.
	DropConnection FaultKind = "drop-connection"
	// WrongOffset answers 416, or 200 when Status says so, and asks for the byte at
	// Offset next; the packet itself is not dealt with.
	WrongOffset FaultKind = "wrong-offset"
	// SlowAck sends the answer Delay later than it is ready.
	SlowAck FaultKind = "slow-ack"
	// LoseAck does what the packet asks for and resets the connection in place of the
	// answer.
	LoseAck FaultKind = "lose-ack"
	// NoReplyURL leaves BITS-Reply-URL away.
	NoReplyURL FaultKind = "no-reply-url"
	// ApplicationError has the server application answer Status, and the server pass
	// on Code when that is set; the application itself is not asked.
	ApplicationError FaultKind = "application-error"
	// ForgetNotification tells the application, then forgets that it did and resets
	// the connection: the application is told twice (BITS documentation: Preventing
	// Multiple Uploads).
	ForgetNotification FaultKind = "forget-notification"
	// NoSessionID leaves BITS-Session-Id away.
	NoSessionID FaultKind = "no-session-id"
	// OtherSessionID answers for a session that the client does not have.
	OtherSessionID FaultKind = "other-session-id"
	// NoOffset leaves BITS-Received-Content-Range away.
	NoOffset FaultKind = "no-offset"
	// OtherProtocol chooses a protocol that the client did not offer.
	OtherProtocol FaultKind = "other-protocol"
	// NoAck answers without BITS-Packet-Type, as a server without the extension.
	NoAck FaultKind = "no-ack"
)

// FaultKinds returns all kinds.
func FaultKinds() []FaultKind {
	return []FaultKind{LoseSession, AnswerStatus, DropConnection, WrongOffset, SlowAck, LoseAck, NoReplyURL,
		ApplicationError, ForgetNotification, NoSessionID, OtherSessionID, NoOffset, OtherProtocol, NoAck}
}

// otherGUID names neither a session nor a protocol.
const otherGUID = "{00000000-0000-0000-0000-000000000001}"

// spoil changes the fields of an answer.
func (k FaultKind) spoil(h http.Header) {
	switch k {
	case NoSessionID:
		delete(h, HeaderSessionID)
	case OtherSessionID:
		put(h, HeaderSessionID, otherGUID)
	case NoOffset:
		delete(h, HeaderReceived)
	case OtherProtocol:
		put(h, HeaderProtocol, otherGUID)
	case NoAck:
		delete(h, HeaderPacketType)
	}
}

// Fault lets something go wrong with packets of one type, counted from the server's
// start or SetFaults over all sessions. Several may meet in one packet.
type Fault struct {
	Kind   FaultKind
	Packet PacketType // "" is Fragment
	Nth    int        // the first packet of that type that it meets; 0 is 1
	Times  int        // how many; 0 is 1, negative is all that follow

	Status  int                  // of AnswerStatus and ApplicationError; of WrongOffset 200 or 416, which 0 is
	Code    hresult.HRESULT      // of AnswerStatus and ApplicationError; 0: that of the status, or none
	Context hresult.ErrorContext // of AnswerStatus with a Code; 0 is BG_ERROR_CONTEXT_REMOTE_FILE
	Bytes   int64                // of DropConnection
	Offset  int64                // of WrongOffset
	Delay   time.Duration        // of SlowAck
}

func (f Fault) meets(t PacketType, n int) bool {
	first, times := max(f.Nth, 1), f.Times
	if times == 0 {
		times = 1
	}
	return or(f.Packet, Fragment) == t && n >= first && (times < 0 || n-first < times)
}

func checkFaults(faults []Fault) error {
	for i, f := range faults {
		if err := f.check(); err != nil {
			return fmt.Errorf("fault %d of %d: %w", i+1, len(faults), err)
		}
	}
	return nil
}

func (f Fault) check() error {
	wantsStatus := f.Kind == AnswerStatus || f.Kind == ApplicationError
	switch {
	case !slices.Contains(FaultKinds(), f.Kind):
		return fmt.Errorf("kind %q is not known", f.Kind)
	case f.Packet != "" && !slices.Contains(PacketTypes(), f.Packet):
		return fmt.Errorf("%s: packet %q is not known", f.Kind, f.Packet)
	case wantsStatus && (f.Status < 200 || f.Status > 599):
		return fmt.Errorf("%s: status %d is not between 200 and 599", f.Kind, f.Status)
	case f.Kind == WrongOffset && f.Status != 0 && f.Status != http.StatusOK && f.Status != http.StatusRequestedRangeNotSatisfiable:
		return fmt.Errorf("%s: status %d is neither 200 nor 416", f.Kind, f.Status)
	case f.Context != 0 && f.Context != onServer && f.Context != inApplication:
		return fmt.Errorf("%s: an Ack can't tell of %s", f.Kind, f.Context)
	case f.Kind == ApplicationError && f.Status == http.StatusOK:
		return fmt.Errorf("%s: status 200 is no error", f.Kind)
	case f.Nth < 0 || f.Bytes < 0 || f.Offset < 0 || f.Delay < 0:
		return fmt.Errorf("%s: a negative number", f.Kind)
	}
	return nil
}

// SetFaults replaces the faults and counts packets from the beginning again.
func (s *Server) SetFaults(faults []Fault) error {
	if err := checkFaults(faults); err != nil {
		return fmt.Errorf("%s: %w", s.cfg.Name, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults, s.packets = slices.Clone(faults), map[PacketType]int{}
	return nil
}

// meet counts a packet and gives the faults that meet it.
func (s *Server) meet(t PacketType) []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.packets[t]++
	n := s.packets[t]
	var met []Fault
	for _, f := range s.faults {
		if f.meets(t, n) {
			met = append(met, f)
		}
	}
	return met
}
