package ntlm

import (
	"fmt"
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

// statusInfo is what is known of a status.
type statusInfo struct {
	name    string // in MS-ERREF 2.3.1
	meaning string // what it says of a logon
}

// The meanings are those of MS-ERREF 2.3.1, of a logon as MS-APDS 3.1.5 and MS-NLMP
// 3.2.5 have them.
var statuses = map[NTStatus]statusInfo{
	StatusSuccess:             {"STATUS_SUCCESS", "the logon is right"},
	StatusInvalidParameter:    {"STATUS_INVALID_PARAMETER", "a message that is malformed, or one out of turn"},
	StatusAccessDenied:        {"STATUS_ACCESS_DENIED", "the account may log on, but not do this"},
	StatusNoLogonServers:      {"STATUS_NO_LOGON_SERVERS", "no domain controller answers that could verify the logon"},
	StatusNoSuchUser:          {"STATUS_NO_SUCH_USER", "there is no account of that name"},
	StatusWrongPassword:       {"STATUS_WRONG_PASSWORD", "the response does not fit the password"},
	StatusLogonFailure:        {"STATUS_LOGON_FAILURE", "the user name or the password is wrong, or the kind of response is not taken"},
	StatusPasswordExpired:     {"STATUS_PASSWORD_EXPIRED", "the password has expired"},
	StatusAccountDisabled:     {"STATUS_ACCOUNT_DISABLED", "the account is disabled"},
	StatusNotSupported:        {"STATUS_NOT_SUPPORTED", "the request is not supported; of a logon: NTLM is blocked in the domain"},
	StatusTimeDifferenceAtDC:  {"STATUS_TIME_DIFFERENCE_AT_DC", "the clocks of the computer and the domain controller are too far apart"},
	StatusLogonTypeNotGranted: {"STATUS_LOGON_TYPE_NOT_GRANTED", "the account may not log on over the network at this computer"},
	StatusAccountExpired:      {"STATUS_ACCOUNT_EXPIRED", "the account has expired"},
	StatusPasswordMustChange:  {"STATUS_PASSWORD_MUST_CHANGE", "the password must be changed before the first logon"},
	StatusAccountLockedOut:    {"STATUS_ACCOUNT_LOCKED_OUT", "the account is locked out, after too many bad passwords"},
	StatusBadBindings:         {"STATUS_BAD_BINDINGS", "the client's channel bindings are missing, or are not those of the TLS connection that the login came by"},
}

// StatusByName finds a status by its name in MS-ERREF, such as
// "STATUS_WRONG_PASSWORD"; only those that this package names are known.
func StatusByName(name string) (NTStatus, bool) {
	for s, info := range statuses {
		if info.name == name {
			return s, true
		}
	}
	return 0, false
}

// StatusNames lists the names of all statuses that a logon can have, sorted.
func StatusNames() []string {
	var names []string
	for _, info := range statuses {
		names = append(names, info.name)
	}
	slices.Sort(names)
	return names
}

// Meaning says what the status tells of a logon (MS-ERREF 2.3.1), "" of one that has
// no name here.
func (s NTStatus) Meaning() string { return statuses[s].meaning }

// WithCode gives name and value, such as "STATUS_WRONG_PASSWORD (0xC000006A)".
func (s NTStatus) WithCode() string {
	name := "NTSTATUS"
	if info, ok := statuses[s]; ok {
		name = info.name
	}
	return fmt.Sprintf("%s (0x%08X)", name, uint32(s))
}

// String gives the name of MS-ERREF, or the hexadecimal value of one not listed
// here.
func (s NTStatus) String() string {
	if info, ok := statuses[s]; ok {
		return info.name
	}
	return fmt.Sprintf("NTSTATUS 0x%08x", uint32(s))
}
