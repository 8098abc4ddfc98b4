package ntlm

import (
	"encoding/binary"
	"fmt"
	"strings"
	"time"
)

// AVID says what an AVPair means (AvId, MS-NLMP 2.2.2.1).
type AVID uint16

// The AvId values of MS-NLMP 2.2.2.1.
const (
	MsvAvEOL             AVID = 0  // ends the list
	MsvAvNbComputerName  AVID = 1  // mandatory in a CHALLENGE_MESSAGE
	MsvAvNbDomainName    AVID = 2  // mandatory in a CHALLENGE_MESSAGE
	MsvAvDNSComputerName AVID = 3  // fully qualified
	MsvAvDNSDomainName   AVID = 4  // fully qualified
	MsvAvDNSTreeName     AVID = 5  // forest; not known to Windows 2000
	MsvAvFlags           AVID = 6  // AVFlag bits
	MsvAvTimestamp       AVID = 7  // FILETIME of the server; Vista and later
	MsvAvSingleHost      AVID = 8  // Single_Host_Data
	MsvAvTargetName      AVID = 9  // SPN that the client wants, such as "HTTP/proxy"
	MsvAvChannelBindings AVID = 10 // MD5 of the channel bindings; zero when there are none
)

var avNames = [...]string{
	"MsvAvEOL", "MsvAvNbComputerName", "MsvAvNbDomainName", "MsvAvDnsComputerName",
	"MsvAvDnsDomainName", "MsvAvDnsTreeName", "MsvAvFlags", "MsvAvTimestamp",
	"MsvAvSingleHost", "MsvAvTargetName", "MsvAvChannelBindings",
}

// String gives the document's name, or "AvId n".
func (id AVID) String() string {
	if int(id) < len(avNames) {
		return avNames[id]
	}
	return fmt.Sprintf("AvId %d", uint16(id))
}

// Bits of MsvAvFlags (MS-NLMP 2.2.2.1).
const (
	AVFlagConstrained     uint32 = 1 // account authentication is constrained
	AVFlagMIC             uint32 = 2 // AUTHENTICATE_MESSAGE carries a MIC
	AVFlagUntrustedTarget uint32 = 4 // the SPN comes from an untrusted source
)

// AVPair is one AV_PAIR. Names are UTF-16LE in Value whatever charset was
// negotiated.
type AVPair struct {
	ID    AVID
	Value []byte
}

// AVPairs is a TargetInfo list without its MsvAvEOL. The zero value is empty.
type AVPairs []AVPair

// ParseAVPairs reads a list up to MsvAvEOL; what follows it is ignored. A length
// past the end and a list without MsvAvEOL are *FormatErrors.
func ParseAVPairs(b []byte) (AVPairs, error) {
	var pairs AVPairs
	for at := 0; ; {
		if at+4 > len(b) {
			return nil, &FormatError{"AV_PAIR list", "AvId", at, "list ends without MsvAvEOL"}
		}
		id := AVID(binary.LittleEndian.Uint16(b[at:]))
		size := int(binary.LittleEndian.Uint16(b[at+2:]))
		if id == MsvAvEOL {
			return pairs, nil
		}
		if at+4+size > len(b) {
			return nil, &FormatError{"AV_PAIR list", id.String(), at, fmt.Sprintf("says %d bytes, %d are left", size, len(b)-at-4)}
		}
		pairs = append(pairs, AVPair{id, append([]byte(nil), b[at+4:at+4+size]...)})
		at += 4 + size
	}
}

// Marshal writes the pairs in order and MsvAvEOL.
func (p AVPairs) Marshal() []byte {
	var b []byte
	for _, pair := range p {
		value := pair.Value[:min(len(pair.Value), maxFieldLen)]
		b = binary.LittleEndian.AppendUint16(b, uint16(pair.ID))
		b = binary.LittleEndian.AppendUint16(b, uint16(len(value)))
		b = append(b, value...)
	}
	return append(b, 0, 0, 0, 0)
}

// Get gives the value of the first pair with this id, and whether there is one.
func (p AVPairs) Get(id AVID) ([]byte, bool) {
	for _, pair := range p {
		if pair.ID == id {
			return pair.Value, true
		}
	}
	return nil, false
}

// Text gives the first pair with this id as a string; "" when absent.
func (p AVPairs) Text(id AVID) string {
	value, _ := p.Get(id)
	return decodeUTF16(value)
}

// Flags gives MsvAvFlags; 0 when absent or not four bytes.
func (p AVPairs) Flags() uint32 {
	value, _ := p.Get(MsvAvFlags)
	if len(value) != 4 {
		return 0
	}
	return binary.LittleEndian.Uint32(value)
}

// Timestamp gives MsvAvTimestamp, and whether it is present with eight bytes.
func (p AVPairs) Timestamp() (FileTime, bool) {
	value, _ := p.Get(MsvAvTimestamp)
	if len(value) != 8 {
		return 0, false
	}
	return FileTime(binary.LittleEndian.Uint64(value)), true
}

// Set gives a copy of the list in which the pair with this id has this value: in
// its place when there is one, else at the end.
func (p AVPairs) Set(id AVID, value []byte) AVPairs {
	out := append(AVPairs(nil), p...)
	for i := range out {
		if out[i].ID == id {
			out[i].Value = value
			return out
		}
	}
	return append(out, AVPair{id, value})
}

// SetText is Set for a name.
func (p AVPairs) SetText(id AVID, s string) AVPairs { return p.Set(id, encodeUTF16(s)) }

// maxPairsShown is well above the eleven kinds of pairs that there are.
const maxPairsShown = 32

// String lists the pairs on one line, as in "MsvAvNbDomainName=LAB
// MsvAvFlags=0x2"; of more than 32 it counts the rest. It holds no secret.
func (p AVPairs) String() string {
	var parts []string
	for _, pair := range p[:min(len(p), maxPairsShown)] {
		parts = append(parts, pair.String())
	}
	if more := len(p) - len(parts); more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(parts, " ")
}

// String gives "name=value", the value in the form that its id asks for.
func (a AVPair) String() string {
	one := AVPairs{a}
	switch a.ID {
	case MsvAvFlags:
		return fmt.Sprintf("%s=0x%x", a.ID, one.Flags())
	case MsvAvTimestamp:
		t, _ := one.Timestamp()
		return fmt.Sprintf("%s=%s", a.ID, t.Time().Format(time.RFC3339))
	case MsvAvNbComputerName, MsvAvNbDomainName, MsvAvDNSComputerName, MsvAvDNSDomainName, MsvAvDNSTreeName, MsvAvTargetName:
		return fmt.Sprintf("%s=%s", a.ID, one.Text(a.ID))
	default:
		return fmt.Sprintf("%s=%x", a.ID, a.Value)
	}
}
