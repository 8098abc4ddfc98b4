package smbwire

import "fmt"

// Status is the Status field of a header, an NTSTATUS (MS-ERREF 2.3). The zero value
// is success.
type Status uint32

// Statuses of a file share (MS-ERREF 2.3.1).
const (
	StatusSuccess                Status = 0x00000000
	StatusPending                Status = 0x00000103
	StatusBufferOverflow         Status = 0x80000005
	StatusNoMoreFiles            Status = 0x80000006
	StatusInvalidHandle          Status = 0xC0000008
	StatusInvalidParameter       Status = 0xC000000D
	StatusNoSuchFile             Status = 0xC000000F
	StatusInvalidDeviceRequest   Status = 0xC0000010
	StatusEndOfFile              Status = 0xC0000011
	StatusMoreProcessingRequired Status = 0xC0000016
	StatusAccessDenied           Status = 0xC0000022
	StatusObjectNameInvalid      Status = 0xC0000033
	StatusObjectNameNotFound     Status = 0xC0000034
	StatusObjectNameCollision    Status = 0xC0000035
	StatusObjectPathNotFound     Status = 0xC000003A
	StatusSharingViolation       Status = 0xC0000043
	StatusQuotaExceeded          Status = 0xC0000044
	StatusDeletePending          Status = 0xC0000056
	StatusNoLogonServers         Status = 0xC000005E
	StatusPrivilegeNotHeld       Status = 0xC0000061
	StatusNoSuchUser             Status = 0xC0000064
	StatusWrongPassword          Status = 0xC000006A
	StatusLogonFailure           Status = 0xC000006D
	StatusAccountRestriction     Status = 0xC000006E
	StatusInvalidLogonHours      Status = 0xC000006F
	StatusInvalidWorkstation     Status = 0xC0000070
	StatusPasswordExpired        Status = 0xC0000071
	StatusAccountDisabled        Status = 0xC0000072
	StatusDiskFull               Status = 0xC000007F
	StatusInsufficientResources  Status = 0xC000009A
	StatusMediaWriteProtected    Status = 0xC00000A2
	StatusIOTimeout              Status = 0xC00000B5
	StatusFileIsADirectory       Status = 0xC00000BA
	StatusNotSupported           Status = 0xC00000BB
	StatusNetworkNameDeleted     Status = 0xC00000C9
	StatusNetworkAccessDenied    Status = 0xC00000CA
	StatusBadNetworkName         Status = 0xC00000CC
	StatusTooManySessions        Status = 0xC00000CE
	StatusRequestNotAccepted     Status = 0xC00000D0
	StatusNotADirectory          Status = 0xC0000103
	StatusCannotDelete           Status = 0xC0000121
	StatusFileClosed             Status = 0xC0000128
	StatusLogonTypeNotGranted    Status = 0xC000015B
	StatusAccountExpired         Status = 0xC0000193
	StatusNetworkSessionExpired  Status = 0xC000035C
	StatusUserSessionDeleted     Status = 0xC0000203
	StatusNotFound               Status = 0xC0000225
	StatusPasswordMustChange     Status = 0xC0000224
	StatusAccountLockedOut       Status = 0xC0000234
)

// StatusInfo is a line of the table of statuses.
type StatusInfo struct {
	Status Status
	Name   string // in MS-ERREF 2.3.1
	Win32  uint16 // error that a program sees; 0 when it is no error
}

// Statuses lists the statuses that have a name here, with the Win32 error that each
// becomes.
//
// Sources: MS-ERREF 2.2 and 2.3.1; MS-CIFS 2.2.2.4 and the documentation of
// RtlNtStatusToDosError for the pairs.
func Statuses() []StatusInfo {
	return []StatusInfo{
		{StatusSuccess, "STATUS_SUCCESS", 0},
		{StatusPending, "STATUS_PENDING", 0},
		{StatusBufferOverflow, "STATUS_BUFFER_OVERFLOW", 234},
		{StatusNoMoreFiles, "STATUS_NO_MORE_FILES", 18},
		{StatusInvalidHandle, "STATUS_INVALID_HANDLE", 6},
		{StatusInvalidParameter, "STATUS_INVALID_PARAMETER", 87},
		{StatusNoSuchFile, "STATUS_NO_SUCH_FILE", 2},
		{StatusInvalidDeviceRequest, "STATUS_INVALID_DEVICE_REQUEST", 1},
		{StatusEndOfFile, "STATUS_END_OF_FILE", 38},
		{StatusMoreProcessingRequired, "STATUS_MORE_PROCESSING_REQUIRED", 234},
		{StatusAccessDenied, "STATUS_ACCESS_DENIED", 5},
		{StatusObjectNameInvalid, "STATUS_OBJECT_NAME_INVALID", 123},
		{StatusObjectNameNotFound, "STATUS_OBJECT_NAME_NOT_FOUND", 2},
		{StatusObjectNameCollision, "STATUS_OBJECT_NAME_COLLISION", 183},
		{StatusObjectPathNotFound, "STATUS_OBJECT_PATH_NOT_FOUND", 3},
		{StatusSharingViolation, "STATUS_SHARING_VIOLATION", 32},
		{StatusQuotaExceeded, "STATUS_QUOTA_EXCEEDED", 1816},
		{StatusDeletePending, "STATUS_DELETE_PENDING", 5},
		{StatusNoLogonServers, "STATUS_NO_LOGON_SERVERS", 1311},
		{StatusPrivilegeNotHeld, "STATUS_PRIVILEGE_NOT_HELD", 1314},
		{StatusNoSuchUser, "STATUS_NO_SUCH_USER", 1317},
		{StatusWrongPassword, "STATUS_WRONG_PASSWORD", 86},
		{StatusLogonFailure, "STATUS_LOGON_FAILURE", 1326},
		{StatusAccountRestriction, "STATUS_ACCOUNT_RESTRICTION", 1327},
		{StatusInvalidLogonHours, "STATUS_INVALID_LOGON_HOURS", 1328},
		{StatusInvalidWorkstation, "STATUS_INVALID_WORKSTATION", 1329},
		{StatusPasswordExpired, "STATUS_PASSWORD_EXPIRED", 1330},
		{StatusAccountDisabled, "STATUS_ACCOUNT_DISABLED", 1331},
		{StatusDiskFull, "STATUS_DISK_FULL", 112},
		{StatusInsufficientResources, "STATUS_INSUFFICIENT_RESOURCES", 1450},
		{StatusMediaWriteProtected, "STATUS_MEDIA_WRITE_PROTECTED", 19},
		{StatusIOTimeout, "STATUS_IO_TIMEOUT", 121},
		{StatusFileIsADirectory, "STATUS_FILE_IS_A_DIRECTORY", 5},
		{StatusNotSupported, "STATUS_NOT_SUPPORTED", 50},
		{StatusNetworkNameDeleted, "STATUS_NETWORK_NAME_DELETED", 64},
		{StatusNetworkAccessDenied, "STATUS_NETWORK_ACCESS_DENIED", 65},
		{StatusBadNetworkName, "STATUS_BAD_NETWORK_NAME", 67},
		{StatusTooManySessions, "STATUS_TOO_MANY_SESSIONS", 69},
		{StatusRequestNotAccepted, "STATUS_REQUEST_NOT_ACCEPTED", 71},
		{StatusNotADirectory, "STATUS_NOT_A_DIRECTORY", 267},
		{StatusCannotDelete, "STATUS_CANNOT_DELETE", 5},
		{StatusFileClosed, "STATUS_FILE_CLOSED", 6},
		{StatusLogonTypeNotGranted, "STATUS_LOGON_TYPE_NOT_GRANTED", 1385},
		{StatusAccountExpired, "STATUS_ACCOUNT_EXPIRED", 1793},
		{StatusNetworkSessionExpired, "STATUS_NETWORK_SESSION_EXPIRED", 64},
		{StatusUserSessionDeleted, "STATUS_USER_SESSION_DELETED", 64},
		{StatusNotFound, "STATUS_NOT_FOUND", 1168},
		{StatusPasswordMustChange, "STATUS_PASSWORD_MUST_CHANGE", 1907},
		{StatusAccountLockedOut, "STATUS_ACCOUNT_LOCKED_OUT", 1909},
	}
}

// String gives the name of MS-ERREF, or the number of a status that has no line here.
func (s Status) String() string {
	for _, line := range Statuses() {
		if line.Status == s {
			return line.Name
		}
	}
	return fmt.Sprintf("NTSTATUS 0x%08X", uint32(s))
}

// failed reports an error (MS-ERREF 2.3, severity) other than that a logon goes on.
func (s Status) failed() bool { return s>>30 == 3 && s != StatusMoreProcessingRequired }

// Error is String: a status can be the reason of a failure.
func (s Status) Error() string { return s.String() }

// Win32 gives the Win32 error that a status becomes; false for one without a line.
func (s Status) Win32() (uint16, bool) {
	for _, line := range Statuses() {
		if line.Status == s {
			return line.Win32, true
		}
	}
	return 0, false
}

// StatusByName finds a status by its name in MS-ERREF.
func StatusByName(name string) (Status, bool) {
	for _, line := range Statuses() {
		if line.Name == name {
			return line.Status, true
		}
	}
	return 0, false
}
