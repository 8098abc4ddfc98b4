package ntlm

import (
	"fmt"
	"strings"
)

// Flags is the NegotiateFlags field of all three messages (MS-NLMP 2.2.2.5). The
// zero value negotiates nothing and is refused by every peer, since it names no
// character set.
type Flags uint32

// The negotiate flags by their names in MS-NLMP 2.2.2.5 without the NTLMSSP_
// prefix. The reserved bits keep the document's names; older systems used some of
// them, as the Davenport text lists.
const (
	NegotiateUnicode                 Flags = 0x00000001 // strings are UTF-16LE; wins over NegotiateOEM
	NegotiateOEM                     Flags = 0x00000002 // strings are in the OEM code page
	RequestTarget                    Flags = 0x00000004 // the CHALLENGE_MESSAGE shall name its target
	ReservedR10                      Flags = 0x00000008
	NegotiateSign                    Flags = 0x00000010 // session integrity
	NegotiateSeal                    Flags = 0x00000020 // session confidentiality
	NegotiateDatagram                Flags = 0x00000040 // connectionless
	NegotiateLMKey                   Flags = 0x00000080 // LAN Manager session key
	ReservedR9                       Flags = 0x00000100 // once NETWARE
	NegotiateNTLM                    Flags = 0x00000200 // NTLM v1 session security; set by everyone
	ReservedR8                       Flags = 0x00000400 // once NT_ONLY
	NegotiateAnonymous               Flags = 0x00000800 // the connection is anonymous
	NegotiateOEMDomainSupplied       Flags = 0x00001000 // NEGOTIATE_MESSAGE carries a domain
	NegotiateOEMWorkstationSupplied  Flags = 0x00002000 // NEGOTIATE_MESSAGE carries a workstation
	ReservedR7                       Flags = 0x00004000 // once LOCAL_CALL
	NegotiateAlwaysSign              Flags = 0x00008000 // a session key is wanted even without signing
	TargetTypeDomain                 Flags = 0x00010000 // TargetName is a domain
	TargetTypeServer                 Flags = 0x00020000 // TargetName is a server
	ReservedR6                       Flags = 0x00040000 // once TARGET_TYPE_SHARE
	NegotiateExtendedSessionSecurity Flags = 0x00080000 // "ESS", "NTLM2 key"; excludes NegotiateLMKey
	NegotiateIdentify                Flags = 0x00100000 // identify-level token only
	ReservedR5                       Flags = 0x00200000
	RequestNonNTSessionKey           Flags = 0x00400000 // session key from the LM hash
	NegotiateTargetInfo              Flags = 0x00800000 // CHALLENGE_MESSAGE carries TargetInfo
	ReservedR4                       Flags = 0x01000000
	NegotiateVersion                 Flags = 0x02000000 // the Version field is filled
	ReservedR3                       Flags = 0x04000000
	ReservedR2                       Flags = 0x08000000
	ReservedR1                       Flags = 0x10000000
	Negotiate128                     Flags = 0x20000000 // 128-bit session key
	NegotiateKeyExch                 Flags = 0x40000000 // explicit key exchange
	Negotiate56                      Flags = 0x80000000 // 56-bit session key
)

// flagNames lists the bits from the lowest up (MS-NLMP 2.2.2.5).
var flagNames = [32]string{
	"UNICODE", "OEM", "REQUEST_TARGET", "R10",
	"SIGN", "SEAL", "DATAGRAM", "LM_KEY",
	"R9", "NTLM", "R8", "ANONYMOUS",
	"OEM_DOMAIN_SUPPLIED", "OEM_WORKSTATION_SUPPLIED", "R7", "ALWAYS_SIGN",
	"TARGET_TYPE_DOMAIN", "TARGET_TYPE_SERVER", "R6", "EXTENDED_SESSIONSECURITY",
	"IDENTIFY", "R5", "REQUEST_NON_NT_SESSION_KEY", "TARGET_INFO",
	"R4", "VERSION", "R3", "R2",
	"R1", "128", "KEY_EXCH", "56",
}

// Has reports whether every bit of want is set.
func (f Flags) Has(want Flags) bool { return f&want == want }

// HasAny reports whether at least one bit of want is set.
func (f Flags) HasAny(want Flags) bool { return f&want != 0 }

// String gives the hexadecimal value and the names of the set bits, lowest first,
// as in "0x00088206 OEM|REQUEST_TARGET|NTLM|ALWAYS_SIGN|EXTENDED_SESSIONSECURITY".
func (f Flags) String() string {
	var names []string
	for bit, name := range flagNames {
		if f&(1<<bit) != 0 {
			names = append(names, name)
		}
	}
	if names == nil {
		return fmt.Sprintf("0x%08x", uint32(f))
	}
	return fmt.Sprintf("0x%08x %s", uint32(f), strings.Join(names, "|"))
}

// unicode reports the character set of the strings beside these flags: when both
// charset bits are set Unicode wins (MS-NLMP 2.2.2.5).
func (f Flags) unicode() bool { return f.Has(NegotiateUnicode) }
