package ntlm

import (
	"cmp"
	"fmt"
	"strings"
)

// Description is an NTLM message for a record. It holds no response, challenge or
// key.
type Description struct {
	Type        int // 1 NEGOTIATE, 2 CHALLENGE, 3 AUTHENTICATE
	Flags       Flags
	Domain      string       // of the client in types 1 and 3
	User        string       // type 3
	Workstation string       // types 1 and 3
	TargetName  string       // type 2: the server's target; type 3: the SPN of an NTLMv2 response
	Version     string       // "" when absent
	LMLen       int          // bytes of the LM response; type 3
	NTLen       int          // bytes of the NT response; type 3
	Response    ResponseKind // type 3, guessed from the form; LMv2 alone looks like LM
	TargetInfo  AVPairs      // type 2, or inside an NTLMv2 response
	MIC         bool         // type 3 carries one
	Unread      string       // type 2: why TargetName, which no client needs, can't be read; "" otherwise
}

// Describe reads a message of any type. A malformed one is a *FormatError; pairs
// that can't be read are left out. A type 2 of which TargetName alone can't be read is
// none: clients answer it.
func Describe(token []byte) (Description, error) {
	kind, err := MessageType(token)
	switch {
	case err != nil:
		return Description{}, err
	case kind == 1:
		return describeNegotiate(token)
	case kind == 2:
		return describeChallenge(token)
	default:
		return describeAuthenticate(token)
	}
}

func describeNegotiate(token []byte) (Description, error) {
	m, err := ParseNegotiate(token)
	if err != nil {
		return Description{}, err
	}
	return Description{Type: 1, Flags: m.Flags, Domain: m.Domain, Workstation: m.Workstation, Version: versionText(m.Version)}, nil
}

func describeChallenge(token []byte) (Description, error) {
	m, nameErr, err := readChallenge(token)
	if err != nil {
		return Description{}, cmp.Or(nameErr, err)
	}
	d := Description{Type: 2, Flags: m.Flags, TargetName: m.TargetName, Version: versionText(m.Version)}
	if pairs, err := m.Pairs(); err == nil {
		d.TargetInfo = pairs
	}
	if nameErr != nil {
		d.Unread = nameErr.Error()
	}
	return d, nil
}

func describeAuthenticate(token []byte) (Description, error) {
	m, err := ParseAuthenticate(token)
	if err != nil { // perhaps one that claims UTF-16 for names in OEM
		again, bad := parseAuthenticate(token, NegotiateOEM)
		if bad != nil {
			return Description{}, err
		}
		m = again
	}
	d := Description{
		Type: 3, Flags: m.Flags, Domain: m.Domain, User: m.User, Workstation: m.Workstation,
		Version: versionText(m.Version), LMLen: len(m.LmResponse), NTLen: len(m.NtResponse),
		Response: classify(m, m.Flags.Has(NegotiateExtendedSessionSecurity)), MIC: m.HasMIC,
	}
	if d.Response == ResponseNTLMv2 {
		d.TargetInfo = responsePairs(m.NtResponse)
		d.TargetName = d.TargetInfo.Text(MsvAvTargetName)
	}
	return d, nil
}

func responsePairs(nt []byte) AVPairs {
	blob, err := ParseClientChallenge(nt[proofSize:])
	if err != nil {
		return nil
	}
	pairs, err := blob.Pairs()
	if err != nil {
		return nil
	}
	return pairs
}

func versionText(v Version) string {
	if v.IsZero() {
		return ""
	}
	return v.String()
}

// String gives one line, such as `Type 3: LAB\alice from PC1, NTLMv2 (LM 24 bytes,
// NT 130 bytes), MIC, flags 0x...`. It holds no secret.
func (d Description) String() string {
	parts := []string{d.subject()}
	if d.Type == 3 {
		parts = append(parts, fmt.Sprintf("%s (LM %d bytes, NT %d bytes)", d.Response, d.LMLen, d.NTLen))
	}
	if d.MIC {
		parts = append(parts, "MIC")
	}
	if d.TargetName != "" {
		parts = append(parts, "target "+quoted(d.TargetName))
	}
	if d.Version != "" {
		parts = append(parts, "version "+d.Version)
	}
	parts = append(parts, "flags "+d.Flags.String())
	if len(d.TargetInfo) > 0 {
		parts = append(parts, "target info "+quoted(d.TargetInfo.String()))
	}
	if d.Unread != "" {
		parts = append(parts, "unreadable: "+d.Unread)
	}
	return fmt.Sprintf("Type %d: %s", d.Type, strings.Join(parts, ", "))
}

// subject says who speaks.
func (d Description) subject() string {
	who := "client"
	switch {
	case d.Type == 2:
		return "challenge"
	case d.Response == ResponseAnonymous:
		who = "anonymous"
	case d.User != "":
		who = quoted(Account{Domain: d.Domain, User: d.User}.String())
	case d.Domain != "":
		who = quoted(d.Domain)
	}
	if d.Workstation != "" {
		who += " from " + quoted(d.Workstation)
	}
	return who
}

// quoted keeps a peer's control characters out of a record's line.
func quoted(s string) string {
	q := fmt.Sprintf("%q", s)
	return strings.ReplaceAll(q[1:len(q)-1], `\\`, `\`)
}
