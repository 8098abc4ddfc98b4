package ntlm

import (
	"encoding/binary"
	"fmt"
)

// NTLMRevision is NTLMSSP_REVISION_W2K3, the only value of Version.Revision that
// MS-NLMP 2.2.2.10 defines.
const NTLMRevision = 0x0f

const versionSize = 8

// Version is the VERSION structure (MS-NLMP 2.2.2.10): the operating system of the
// sender, for debugging only. The zero value is what is sent when the flag
// NegotiateVersion is clear but the field is present.
type Version struct {
	Major, Minor uint8
	Build        uint16
	Revision     uint8
}

// IsZero reports whether no field is set.
func (v Version) IsZero() bool { return v == Version{} }

// String gives "5.1.2600", with the NTLM revision added only when it is unusual.
func (v Version) String() string {
	s := fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Build)
	if v.Revision != NTLMRevision {
		s += fmt.Sprintf(" (NTLM revision %d)", v.Revision)
	}
	return s
}

func (v Version) append(b []byte) []byte {
	b = append(b, v.Major, v.Minor)
	b = binary.LittleEndian.AppendUint16(b, v.Build)
	return append(b, 0, 0, 0, v.Revision)
}

// parseVersion reads 8 bytes; the three reserved ones are ignored on receipt.
func parseVersion(b []byte) Version {
	return Version{
		Major: b[0], Minor: b[1],
		Build:    binary.LittleEndian.Uint16(b[2:]),
		Revision: b[7],
	}
}
