package negotiate

import (
	"encoding/asn1"
	"fmt"
	"strconv"
	"strings"
)

// Mech is the object identifier of a GSS-API mechanism, in dotted form. The zero
// value is none.
type Mech string

// The mechanisms that Windows names in SPNEGO (MS-SPNG 1.9, RFC 4178, RFC 4121).
const (
	MechSPNEGO     Mech = "1.3.6.1.5.5.2"          // the negotiation itself
	MechKerberos   Mech = "1.2.840.113554.1.2.2"   // RFC 4121
	MechMSKerberos Mech = "1.2.840.48018.1.2.2"    // the same, by the value that Windows 2000 got wrong
	MechNTLM       Mech = "1.3.6.1.4.1.311.2.2.10" // NTLMSSP
	MechNegoEx     Mech = "1.3.6.1.4.1.311.2.2.30" // MS-NEGOEX; passed over here
	MechUserToUser Mech = "1.2.840.113554.1.2.2.3" // Kerberos user to user; passed over here
	mechIAKERB     Mech = "1.3.6.1.5.2.5"          // passed over here
)

var mechNames = map[Mech]string{
	MechSPNEGO:     "SPNEGO",
	MechKerberos:   "Kerberos",
	MechMSKerberos: "MS-Kerberos",
	MechNTLM:       "NTLMSSP",
	MechNegoEx:     "NegoEx",
	MechUserToUser: "Kerberos user-to-user",
	mechIAKERB:     "IAKERB",
}

// String gives the mechanism's name, or its dotted form when it has none here.
func (m Mech) String() string {
	if name, ok := mechNames[m]; ok {
		return name
	}
	return string(m)
}

// IsKerberos reports either identifier of Kerberos.
func (m Mech) IsKerberos() bool { return m == MechKerberos || m == MechMSKerberos }

// oid gives the identifier in the form that the codec writes.
func (m Mech) oid() (asn1.ObjectIdentifier, error) {
	var oid asn1.ObjectIdentifier
	for _, part := range strings.Split(string(m), ".") {
		n, err := strconv.ParseUint(part, 10, 31)
		if err != nil {
			return nil, fmt.Errorf("negotiate: %q is no object identifier: %w", string(m), err)
		}
		oid = append(oid, int(n))
	}
	if len(oid) < 2 {
		return nil, fmt.Errorf("negotiate: %q is no object identifier: it has one part", string(m))
	}
	return oid, nil
}
