package kerberos

import (
	"bytes"
	"encoding/asn1"
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// ErrMalformed is wrapped by every error about the bytes of a token.
var ErrMalformed = errors.New("malformed Kerberos token")

// Message is which message a token holds, by the two bytes of RFC 4121 4.1.
type Message uint16

// The messages of RFC 4121 4.1. The zero value is none.
const (
	APReq    Message = 0x0100
	APRep    Message = 0x0200
	KRBError Message = 0x0300
)

// String gives the name of RFC 4120.
func (m Message) String() string {
	switch m {
	case APReq:
		return "AP-REQ"
	case APRep:
		return "AP-REP"
	case KRBError:
		return "KRB-ERROR"
	}
	return fmt.Sprintf("message %04x", uint16(m))
}

const (
	tagFrame  = cbasn1.Tag(0x60)
	maxFrames = 64 << 10
)

// mechanism is 1.2.840.113554.1.2.2. It stands in the frame even when SPNEGO named
// the mechanism by the identifier of Windows 2000.
func mechanism() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 2, 840, 113554, 1, 2, 2} }

// mechanism2000 is taken too: Assumed, no system here is known to write it.
func mechanism2000() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 2, 840, 48018, 1, 2, 2} }

// frame puts a message in the frame of RFC 2743 3.1 and RFC 4121 4.1.
func frame(m Message, body []byte) ([]byte, error) {
	var b cryptobyte.Builder
	b.AddASN1(tagFrame, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(mechanism())
		b.AddUint16(uint16(m))
		b.AddBytes(body)
	})
	out, err := b.Bytes()
	if err != nil {
		return nil, fmt.Errorf("kerberos: framing %s: %w", m, err)
	}
	return out, nil
}

// unframe gives the message and its body.
func unframe(token []byte) (Message, []byte, error) {
	if len(token) > maxFrames {
		return 0, nil, malformed("it has %d bytes, more than %d", len(token), maxFrames)
	}
	s := cryptobyte.String(token)
	var body cryptobyte.String
	var oid asn1.ObjectIdentifier
	var m uint16
	switch {
	case !s.ReadASN1(&body, tagFrame) || !s.Empty():
		return 0, nil, malformed("it is not one token of RFC 2743")
	case !body.ReadASN1ObjectIdentifier(&oid):
		return 0, nil, malformed("it names no mechanism")
	case !oid.Equal(mechanism()) && !oid.Equal(mechanism2000()):
		return 0, nil, malformed("its mechanism is %s, not Kerberos", oid)
	case !body.ReadUint16(&m):
		return 0, nil, malformed("it ends before the message's type")
	}
	return Message(m), bytes.Clone(body), nil
}

func malformed(format string, args ...any) error {
	return fmt.Errorf("kerberos: %w: %s", ErrMalformed, fmt.Sprintf(format, args...))
}
