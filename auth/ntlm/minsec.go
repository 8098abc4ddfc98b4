package ntlm

import (
	"errors"
	"fmt"
	"strings"
)

// MinSec is NtlmMinClientSec (HKLM\SYSTEM\CurrentControlSet\Control\Lsa\MSV1_0), the
// session security without which a client breaks a login off. The zero value asks for
// nothing, the default up to Vista. Source: KB 239869 and the policy "Minimum session
// security for NTLM SSP based clients".
type MinSec uint32

// The bits of NtlmMinClientSec that count; others are ignored.
const (
	MinSecIntegrity       MinSec = 0x00000010
	MinSecConfidentiality MinSec = 0x00000020
	MinSecNTLMv2Session   MinSec = 0x00080000
	MinSec128             MinSec = 0x20000000
)

// minSecRules pairs each bit with the flag that must be negotiated for it.
var minSecRules = []struct {
	bit  MinSec
	flag Flags
	name string
}{
	{MinSecIntegrity, NegotiateSign, "message integrity"},
	{MinSecConfidentiality, NegotiateSeal, "message confidentiality"},
	{MinSecNTLMv2Session, NegotiateExtendedSessionSecurity, "NTLMv2 session security"},
	{MinSec128, Negotiate128, "128-bit encryption"},
}

// ErrMinSec is wrapped by the error with which a client refuses a challenge that lacks
// what NtlmMinClientSec requires. Windows gives its caller SEC_E_UNSUPPORTED_FUNCTION
// (MS-NLMP 3.1.5.1.2, ClientRequire128bitEncryption).
var ErrMinSec = errors.New("NtlmMinClientSec is not met")

// flags are those that the client has to ask for. Assumed: with 128-bit encryption it
// asks for signing too, since a server returns Negotiate128 only then (MS-NLMP
// 2.2.2.5), and extended session security is asked for at every level.
func (m MinSec) flags() Flags {
	var f Flags
	for _, rule := range minSecRules {
		if m&rule.bit != 0 {
			f |= rule.flag
		}
	}
	if m&MinSec128 != 0 {
		f |= NegotiateSign
	}
	return f
}

// check compares the negotiated flags with the requirement.
func (m MinSec) check(negotiated Flags) error {
	var missing []string
	for _, rule := range minSecRules {
		if m&rule.bit != 0 && !negotiated.Has(rule.flag) {
			missing = append(missing, rule.name)
		}
	}
	if missing == nil {
		return nil
	}
	return fmt.Errorf("ntlm: SEC_E_UNSUPPORTED_FUNCTION: the server's challenge does not offer %s, which 0x%08x requires: %w",
		strings.Join(missing, " and "), uint32(m), ErrMinSec)
}
