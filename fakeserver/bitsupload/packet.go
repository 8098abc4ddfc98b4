package bitsupload

import (
	"net/http"
	"strconv"
	"strings"
)

// Packet is a request of the protocol without its body (MC-BUP 2.2.2, 2.2.4, 2.2.6,
// 2.2.8 and 2.2.10).
type Packet struct {
	Type        PacketType
	SessionID   string       // of Fragment, Close-Session and Cancel-Session
	Protocols   []string     // of Create-Session, best first
	ContentName string       // the file's name without a path; optional everywhere
	Range       ContentRange // of Fragment
	Length      int64        // Content-Length
}

// ParsePacket reads the head of a request with verb BITS_POST; length is its
// Content-Length, negative without one. It does not judge what depends on the
// server's state. Errors are of type *Error and say how the server answers.
func ParsePacket(h http.Header, length int64) (Packet, error) {
	if err := checkLengths(h); err != nil {
		return Packet{}, err
	}
	name := field(h, HeaderPacketType, aliasPacketType)
	typ, ok := requestType(name)
	if !ok {
		return Packet{}, refuse(UnknownPacket, "packet type %q", name)
	}
	p := Packet{Type: typ, Length: length, SessionID: strings.TrimSpace(field(h, HeaderSessionID)), ContentName: field(h, HeaderContentName)}
	switch {
	case length < 0:
		return p, refuse(NoLength, "a %s packet", typ)
	case len(p.ContentName) > MaxContentName:
		return p, refuse(Malformed, "%s of %d characters", HeaderContentName, len(p.ContentName))
	case typ == CreateSession:
		p.Protocols = protocols(field(h, HeaderSupported, aliasSupported))
		return p, nil
	case typ == Ping:
		return p, nil
	case p.SessionID == "":
		return p, refuse(Malformed, "a %s packet without %s", typ, HeaderSessionID)
	case typ == Fragment:
		return p.fragment(h)
	}
	return p, nil
}

func (p Packet) fragment(h http.Header) (Packet, error) {
	if e := field(h, headerContentEncoding); e != "" && !strings.EqualFold(e, identity) {
		return p, refuse(Malformed, "content encoding %q", e)
	}
	r, err := ParseContentRange(field(h, headerContentRange))
	if err != nil {
		return p, refuse(Malformed, "%w", err)
	}
	if r.Length() != p.Length {
		return p, refuse(Malformed, "a range of %d bytes with %d bytes of body", r.Length(), p.Length)
	}
	p.Range = r
	return p, nil
}

// checkLengths looks at the fields of the protocol only. Assumed: the limit of
// MC-BUP 2.2.1 is not meant for others, such as Authorization.
func checkLengths(h http.Header) error {
	for name, values := range h {
		lower := strings.ToLower(name)
		if !strings.HasPrefix(lower, "bits-") && !strings.HasPrefix(lower, "content-") {
			continue
		}
		for _, v := range values {
			if len(v) > MaxHeaderValue {
				return refuse(HeaderTooLong, "%s of %d bytes", name, len(v))
			}
		}
	}
	return nil
}

// protocols splits a list at spaces (BITS documentation: Create-Session) and commas
// (MC-BUP 2.2.2).
func protocols(value string) []string {
	list := strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' })
	return list[:min(len(list), MaxProtocols)]
}

// Header writes the packet's fields as Windows spells them.
func (p Packet) Header() http.Header {
	h := http.Header{}
	put(h, HeaderPacketType, string(p.Type))
	if len(p.Protocols) > 0 {
		put(h, HeaderSupported, strings.Join(p.Protocols, " "))
	}
	if p.SessionID != "" {
		put(h, HeaderSessionID, p.SessionID)
	}
	if p.ContentName != "" {
		put(h, HeaderContentName, p.ContentName)
	}
	if p.Type == Fragment {
		put(h, headerContentRange, p.Range.String())
	}
	put(h, headerContentLength, strconv.FormatInt(p.Length, 10))
	return h
}
