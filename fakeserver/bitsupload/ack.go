package bitsupload

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/wualab/wualab/hresult"
)

// Ack is the answer to a packet (MC-BUP 2.2.3, 2.2.5, 2.2.7, 2.2.9 and 2.2.11). It
// has no body.
type Ack struct {
	Status    int
	SessionID string

	// Of the answer to Create-Session.
	Protocol        string
	HostID          string
	FallbackTimeout time.Duration // whole seconds; 0: without the field

	// Of the answer to Fragment.
	HasReceived bool
	Received    int64  // the next byte that the server wants
	ReplyURL    string // of upload-reply, after the last byte

	// Of an answer that is neither 200 nor 201. ParseAck leaves Context at none when
	// there is no error field.
	Error   hresult.HRESULT
	Context hresult.ErrorContext
}

// Failed reports whether the server refused.
func (a Ack) Failed() bool { return a.Status != http.StatusOK && a.Status != http.StatusCreated }

// Header writes the Ack's fields as a server of the given profile does.
func (a Ack) Header(p Profile) http.Header {
	h := http.Header{}
	put(h, HeaderPacketType, string(AckPacket))
	put(h, headerContentLength, "0")
	if a.SessionID != "" && (a.Protocol != "" || !p.OmitSessionID) {
		put(h, HeaderSessionID, a.SessionID)
	}
	if a.Protocol != "" {
		put(h, HeaderProtocol, a.Protocol)
		put(h, headerAcceptEncoding, identity)
	}
	if a.HostID != "" {
		put(h, HeaderHostID, a.HostID)
		if a.FallbackTimeout > 0 {
			put(h, HeaderFallbackTimeout, strconv.FormatInt(int64(a.FallbackTimeout/time.Second), 10))
		}
	}
	if a.HasReceived {
		put(h, HeaderReceived, strconv.FormatInt(a.Received, 10))
	}
	if a.ReplyURL != "" {
		put(h, HeaderReplyURL, a.ReplyURL)
	}
	if a.Failed() && a.Context != hresult.BG_ERROR_CONTEXT_NONE {
		a.putError(h, p.errorHeaders())
	}
	if p.NoCache {
		put(h, "Pragma", "no-cache")
	}
	return h
}

func (a Ack) putError(h http.Header, names []string) {
	for _, name := range names {
		put(h, name, fmt.Sprintf("0x%X", uint32(a.Error)))
		put(h, HeaderErrorContext, fmt.Sprintf("0x%X", int(a.Context)))
	}
}

// ParseAck reads an Ack; both spellings of the error field are understood. Errors say
// which field is malformed.
func ParseAck(status int, h http.Header) (Ack, error) {
	if t := field(h, HeaderPacketType, aliasPacketType); !strings.EqualFold(t, string(AckPacket)) {
		return Ack{}, fmt.Errorf("ack: packet type %q", t)
	}
	a := Ack{Status: status, SessionID: field(h, HeaderSessionID), Protocol: field(h, HeaderProtocol),
		HostID: field(h, HeaderHostID), ReplyURL: field(h, HeaderReplyURL)}
	if err := a.numbers(h); err != nil {
		return Ack{}, fmt.Errorf("ack: %w", err)
	}
	return a, nil
}

// maxSeconds keeps a time-out within what a time.Duration holds.
const maxSeconds = int64(1<<63-1) / int64(time.Second)

func (a *Ack) numbers(h http.Header) error {
	if v := field(h, HeaderReceived); v != "" {
		n, err := number(v)
		if err != nil {
			return fmt.Errorf("%s: %w", HeaderReceived, err)
		}
		a.HasReceived, a.Received = true, n
	}
	if v := field(h, HeaderFallbackTimeout); v != "" {
		n, err := number(v)
		if err != nil || n > maxSeconds {
			return fmt.Errorf("%s: %q is not a number of seconds", HeaderFallbackTimeout, v)
		}
		a.FallbackTimeout = time.Duration(n) * time.Second
	}
	if v := field(h, HeaderError, HeaderErrorCode); v != "" {
		code, err := hexadecimal(v)
		if err != nil {
			return fmt.Errorf("%s: %w", HeaderError, err)
		}
		a.Error, a.Context = hresult.HRESULT(code), hresult.BG_ERROR_CONTEXT_UNKNOWN
	}
	if v := field(h, HeaderErrorContext); v != "" {
		code, err := hexadecimal(v)
		if err != nil || code > uint32(hresult.BG_ERROR_CONTEXT_REMOTE_APPLICATION) {
			return fmt.Errorf("%s: %q is not an error context", HeaderErrorContext, v)
		}
		a.Context = hresult.ErrorContext(code)
	}
	return nil
}

// hexadecimal reads "0x8020001F", and "x8020001F" as MC-BUP prints it.
func hexadecimal(s string) (uint32, error) {
	digits := strings.ToLower(strings.TrimSpace(s))
	digits = strings.TrimPrefix(strings.TrimPrefix(digits, "0"), "x")
	if digits == "" && strings.TrimSpace(s) == "0" {
		return 0, nil
	}
	n, err := strconv.ParseUint(digits, 16, 32)
	if err != nil {
		return 0, fmt.Errorf("%q is not a hexadecimal number", s)
	}
	return uint32(n), nil
}
