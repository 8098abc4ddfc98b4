package negotiate

import (
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// NegState is how far a negotiation is (RFC 4178 4.2.2). Zero is accept-completed;
// whether a token has one at all is NegTokenResp.NegState not being nil.
type NegState int

// The states of RFC 4178 4.2.2.
const (
	AcceptCompleted  NegState = 0
	AcceptIncomplete NegState = 1
	Reject           NegState = 2
	RequestMIC       NegState = 3
)

var stateNames = [...]string{"accept-completed", "accept-incomplete", "reject", "request-mic"}

// String gives the document's name, or the number of another value.
func (s NegState) String() string {
	if s < 0 || int(s) >= len(stateNames) {
		return fmt.Sprintf("negState %d", int(s))
	}
	return stateNames[s]
}

// NegTokenResp is every token after the first (RFC 4178 4.2.2). The zero value is a
// legal token that says nothing.
type NegTokenResp struct {
	NegState      *NegState // nil when absent; the server's first token must have it
	SupportedMech Mech      // the mechanism that the server takes; "" when absent
	ResponseToken []byte    // the mechanism's next token; nil when absent
	MechListMIC   []byte    // nil when absent
}

// Marshal writes the token. An identifier that is none is an error.
func (n *NegTokenResp) Marshal() ([]byte, error) {
	var b cryptobyte.Builder
	b.AddASN1(tagResp, func(b *cryptobyte.Builder) { b.AddASN1(cbasn1.SEQUENCE, n.addFields) })
	return written(&b, "NegTokenResp")
}

func (n *NegTokenResp) addFields(b *cryptobyte.Builder) {
	if n.NegState != nil {
		b.AddASN1(contextTag(0), func(b *cryptobyte.Builder) { b.AddASN1Enum(int64(*n.NegState)) })
	}
	if n.SupportedMech != "" {
		b.AddASN1(contextTag(1), func(b *cryptobyte.Builder) { addMechs(b, []Mech{n.SupportedMech}) })
	}
	addOctets(b, 2, n.ResponseToken)
	addOctets(b, 3, n.MechListMIC)
}

func parseRespToken(b []byte) (Token, error) {
	s := cryptobyte.String(b)
	var choice, fields cryptobyte.String
	if !s.ReadASN1(&choice, tagResp) || !choice.ReadASN1(&fields, cbasn1.SEQUENCE) {
		return Token{}, malformed("it is no NegTokenResp")
	}
	n := &NegTokenResp{}
	if err := n.readFields(fields); err != nil {
		return Token{}, err
	}
	return Token{Kind: KindResp, Resp: n}, nil
}

func (n *NegTokenResp) readFields(s cryptobyte.String) error {
	if err := n.readState(&s); err != nil {
		return err
	}
	var field cryptobyte.String
	var present bool
	if !s.ReadOptionalASN1(&field, &present, contextTag(1)) {
		return malformed("supportedMech can't be read")
	}
	var err error
	if present {
		if n.SupportedMech, err = readMech(&field, "supportedMech"); err != nil {
			return err
		}
	}
	if n.ResponseToken, err = readOctets(&s, 2, "responseToken"); err != nil {
		return err
	}
	if n.MechListMIC, err = readOctets(&s, 3, "mechListMIC"); err != nil {
		return err
	}
	if !s.Empty() {
		return malformed("NegTokenResp has %d bytes too many", len(s))
	}
	return nil
}

func (n *NegTokenResp) readState(s *cryptobyte.String) error {
	var field cryptobyte.String
	var present bool
	if !s.ReadOptionalASN1(&field, &present, contextTag(0)) {
		return malformed("negState can't be read")
	}
	if !present {
		return nil
	}
	var v int
	if !field.ReadASN1Enum(&v) || v < int(AcceptCompleted) || v > int(RequestMIC) {
		return malformed("negState is none of the four")
	}
	n.NegState = new(NegState(v))
	return nil
}
