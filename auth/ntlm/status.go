package ntlm

import (
	"fmt"
	"maps"
	"slices"
)

// NTStatus is the NTSTATUS of a logon (MS-ERREF 2.3). On the wire of HTTP all but
// success look the same; the status is for the record. The zero value is success.
type NTStatus uint32

// Statuses that an account or the acceptor can give (MS-ERREF 2.3.1).
const (
	StatusSuccess             NTStatus = 0x00000000
	StatusInvalidParameter    NTStatus = 0xc000000d // a malformed message; SEC_E_INVALID_TOKEN to the caller
	StatusAccessDenied        NTStatus = 0xc0000022
	StatusNoLogonServers      NTStatus = 0xc000005e
	StatusNoSuchUser          NTStatus = 0xc0000064
	StatusWrongPassword       NTStatus = 0xc000006a
	StatusLogonFailure        NTStatus = 0xc000006d
	StatusPasswordExpired     NTStatus = 0xc0000071
	StatusAccountDisabled     NTStatus = 0xc0000072
	StatusNotSupported        NTStatus = 0xc00000bb // NTLM is blocked
	StatusTimeDifferenceAtDC  NTStatus = 0xc0000133
	StatusLogonTypeNotGranted NTStatus = 0xc000015b
	StatusAccountExpired      NTStatus = 0xc0000193
	StatusPasswordMustChange  NTStatus = 0xc0000224
	StatusAccountLockedOut    NTStatus = 0xc0000234
	StatusBadBindings         NTStatus = 0xc000035b // channel bindings are missing or wrong
)

var statusNames = map[NTStatus]string{
	StatusSuccess:             "STATUS_SUCCESS",
	StatusInvalidParameter:    "STATUS_INVALID_PARAMETER",
	StatusAccessDenied:        "STATUS_ACCESS_DENIED",
	StatusNoLogonServers:      "STATUS_NO_LOGON_SERVERS",
	StatusNoSuchUser:          "STATUS_NO_SUCH_USER",
	StatusWrongPassword:       "STATUS_WRONG_PASSWORD",
	StatusLogonFailure:        "STATUS_LOGON_FAILURE",
	StatusPasswordExpired:     "STATUS_PASSWORD_EXPIRED",
	StatusAccountDisabled:     "STATUS_ACCOUNT_DISABLED",
	StatusNotSupported:        "STATUS_NOT_SUPPORTED",
	StatusTimeDifferenceAtDC:  "STATUS_TIME_DIFFERENCE_AT_DC",
	StatusLogonTypeNotGranted: "STATUS_LOGON_TYPE_NOT_GRANTED",
	StatusAccountExpired:      "STATUS_ACCOUNT_EXPIRED",
	StatusPasswordMustChange:  "STATUS_PASSWORD_MUST_CHANGE",
	StatusAccountLockedOut:    "STATUS_ACCOUNT_LOCKED_OUT",
	StatusBadBindings:         "STATUS_BAD_BINDINGS",
}

// StatusByName finds a status by its name in MS-ERREF, such as
// "STATUS_WRONG_PASSWORD"; only those that this package names are known.
func StatusByName(name string) (NTStatus, bool) {
	for s, n := range statusNames {
		if n == name {
			return s, true
		}
	}
	return 0, false
}

// StatusNames lists the names of all statuses that a logon can have, sorted.
func StatusNames() []string { return slices.Sorted(maps.Values(statusNames)) }

// WithCode gives name and value, such as "STATUS_WRONG_PASSWORD (0xC000006A)".
func (s NTStatus) WithCode() string {
	name, ok := statusNames[s]
	if !ok {
		name = "NTSTATUS"
	}
	return fmt.Sprintf("%s (0x%08X)", name, uint32(s))
}

// String gives the name of MS-ERREF, or the hexadecimal value of one not listed
// here.
func (s NTStatus) String() string {
	if name, ok := statusNames[s]; ok {
		return name
	}
	return fmt.Sprintf("NTSTATUS 0x%08x", uint32(s))
}
