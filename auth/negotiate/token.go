package negotiate

import (
	"bytes"
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
)

// MaxToken is the most bytes that ParseToken reads. Assumed: no document gives a
// limit; this is well above the 48000 bytes that Windows lets a Kerberos token have
// (KB 327825) and above any header field that servers take.
const MaxToken = 64 << 10

const maxMechs = 32

// ErrMalformed is wrapped by every error about the bytes of a token, so that callers
// can tell SEC_E_INVALID_TOKEN from another failure with errors.Is.
var ErrMalformed = errors.New("malformed Negotiate token")

// Kind is the form of a token under Negotiate.
type Kind int

// The kinds. The zero value is none.
const (
	KindInit        Kind = iota + 1 // NegTokenInit, from the client
	KindInit2                       // NegTokenInit2, from a server that speaks first (MS-SPNG 2.2.1)
	KindResp                        // NegTokenResp, from either side
	KindRawNTLM                     // an NTLM message without SPNEGO
	KindRawKerberos                 // a Kerberos token of RFC 4121 without SPNEGO
)

var kindNames = [...]string{"no token", "NegTokenInit", "NegTokenInit2", "NegTokenResp", "NTLM", "Kerberos"}

// String gives the document's name of the form.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return "unknown"
	}
	return kindNames[k]
}

// Token is what stands in a Negotiate field after base64: exactly one of the parts
// that Kind names is set.
type Token struct {
	Kind Kind
	Init *NegTokenInit // of KindInit and KindInit2
	Resp *NegTokenResp // of KindResp
	Raw  []byte        // of KindRawNTLM and KindRawKerberos: the whole token
}

// Marshal writes the token. A token without its part, or with an identifier that is
// none, is an error.
func (t Token) Marshal() ([]byte, error) {
	switch {
	case t.Init != nil:
		return t.Init.Marshal()
	case t.Resp != nil:
		return t.Resp.Marshal()
	case len(t.Raw) > 0:
		return bytes.Clone(t.Raw), nil
	}
	return nil, errors.New("negotiate: a token without content can't be written")
}

// IsRawNTLM reports whether the token is an NTLM message without SPNEGO. Windows sends
// it under Negotiate when it has nothing but NTLM to offer, and takes it: seen in
// published captures of Internet Explorer; no document says when.
func IsRawNTLM(token []byte) bool { return bytes.HasPrefix(token, []byte("NTLMSSP\x00")) }

// ParseToken reads a token of either side. One that is too long, is none of the
// kinds, or is not in distinguished encoding is an error that wraps ErrMalformed.
// The token's parts are copies.
func ParseToken(b []byte) (Token, error) {
	switch {
	case len(b) == 0:
		return Token{}, malformed("it is empty")
	case len(b) > MaxToken:
		return Token{}, malformed("it has %d bytes, more than %d", len(b), MaxToken)
	case IsRawNTLM(b):
		return Token{Kind: KindRawNTLM, Raw: bytes.Clone(b)}, nil
	case b[0] == byte(tagGSS):
		return parseInitial(b)
	case b[0] == byte(tagResp):
		return parseRespToken(b)
	case b[0] == byte(tagInit):
		return parseInitChoice(cryptobyte.String(b))
	}
	return Token{}, malformed("it begins with byte 0x%02x, which no token does", b[0])
}

// parseInitial reads the frame of RFC 2743 3.1, which names the mechanism.
func parseInitial(b []byte) (Token, error) {
	s := cryptobyte.String(b)
	var body cryptobyte.String
	if !s.ReadASN1(&body, tagGSS) || !s.Empty() {
		return Token{}, malformed("the outer length is not that of the token")
	}
	mech, err := readMech(&body, "the outer mechanism")
	if err != nil {
		return Token{}, err
	}
	switch {
	case mech == MechSPNEGO:
		return parseInitChoice(body)
	case mech.IsKerberos():
		return Token{Kind: KindRawKerberos, Raw: bytes.Clone(b)}, nil
	}
	return Token{}, malformed("its mechanism is %s, neither SPNEGO nor Kerberos", mech)
}

func malformed(format string, args ...any) error {
	return fmt.Errorf("negotiate: %w: %s", ErrMalformed, fmt.Sprintf(format, args...))
}
