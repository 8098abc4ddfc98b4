package bitsupload

import (
	"fmt"
	"net/http"

	"github.com/wualab/wualab/hresult"
)

// Reason names a row of the table of refusals.
type Reason string

// The reasons for which the server refuses a packet.
const (
	SessionNotFound    Reason = "session-not-found"
	Exists             Reason = "destination-exists"
	NoAccess           Reason = "no-access"
	Disabled           Reason = "uploads-disabled"
	ExecuteEnabled     Reason = "execute-enabled"
	OutOfStep          Reason = "out-of-step"
	Malformed          Reason = "malformed"
	HeaderTooLong      Reason = "header-too-long"
	UnknownPacket      Reason = "unknown-packet"
	NoLength           Reason = "no-content-length"
	NoProtocol         Reason = "no-common-protocol"
	TotalChanged       Reason = "total-length-changed"
	IsDirectory        Reason = "destination-is-a-directory"
	ReplyURLTooLong    Reason = "reply-url-too-long"
	TooLarge           Reason = "too-large"
	DiskFull           Reason = "disk-full"
	FragmentTooLarge   Reason = "fragment-too-large"
	NoFolder           Reason = "no-such-folder"
	DataVanished       Reason = "data-vanished"
	Internal           Reason = "internal"
	ApplicationFailed  Reason = "application-failed"
	ApplicationSilent  Reason = "application-silent"
	ApplicationMissing Reason = "application-missing"
)

// Refusal is a row of the table: how the server answers when it refuses.
type Refusal struct {
	Reason  Reason
	Status  int
	Code    hresult.HRESULT
	Context hresult.ErrorContext // BG_ERROR_CONTEXT_REMOTE_FILE is CONTEXT_SERVER of MC-BUP
	When    string
	Source  string
	Assumed bool // the answer, or a part of it, is in no document
}

const (
	srcHeaders   = "MC-BUP 2.2.1.2"
	srcCommon    = "MC-BUP 3.2.5"
	srcCreate    = "MC-BUP 3.2.5.2.4"
	srcAckCreate = "BITS documentation: Ack for Create-Session"
	srcAppErrors = "BITS documentation: Handling Server Application Errors"
	srcExecute   = "BITS documentation: BITS Return Values, BG_E_SERVER_EXECUTE_ENABLED; help of the BITS server extensions: Script and execute permissions"
	srcIIS       = "BITS documentation: BITS IIS Extension Properties"
)

// diskFullAsPrinted is what MC-BUP has where ERROR_DISK_FULL, 0x80070070, is meant.
const diskFullAsPrinted hresult.HRESULT = 0x80070112

const (
	onServer      = hresult.BG_ERROR_CONTEXT_REMOTE_FILE
	inApplication = hresult.BG_ERROR_CONTEXT_REMOTE_APPLICATION
)

// Refusals returns the table. What a Profile changes is not in it.
func Refusals() []Refusal {
	return []Refusal{
		{SessionNotFound, 500, hresult.BG_E_SESSION_NOT_FOUND, onServer, "the session is not known, or not for this URL", srcCommon, false},
		{Exists, 403, hresult.E_ACCESSDENIED, onServer, "the destination exists and must not be overwritten", srcHeaders, false},
		{NoAccess, 403, hresult.E_ACCESSDENIED, onServer, "the destination is not for the client to write", srcCommon, false},
		{Disabled, 501, hresult.E_ACCESSDENIED, onServer, "uploads are not enabled", srcHeaders, false},
		{ExecuteEnabled, 403, hresult.BG_E_SERVER_EXECUTE_ENABLE, onServer, "scripts or programs may be run from the virtual directory; the status is assumed", srcExecute, true},
		{OutOfStep, 416, hresult.S_OK, onServer, "a fragment begins behind the next byte that the server wants", srcHeaders, false},
		{Malformed, 400, hresult.E_INVALIDARG, onServer, "a field is missing, or its value is not valid", srcCommon, false},
		{HeaderTooLong, 400, hresult.E_INVALIDARG, onServer, "a field's value is longer than 4 KB", srcHeaders, false},
		{UnknownPacket, 400, hresult.E_INVALIDARG, onServer, "the type of the packet is not known", srcHeaders, false},
		{NoLength, 400, hresult.E_INVALIDARG, onServer, "there is no Content-Length; MC-BUP asks for 411, Windows answers 400", srcCommon, false},
		{NoProtocol, 400, hresult.E_INVALIDARG, onServer, "client and server have no protocol in common", srcCreate, false},
		{TotalChanged, 400, hresult.E_INVALIDARG, onServer, "a fragment says another total length than the first one", srcHeaders, false},
		{IsDirectory, 400, hresult.E_INVALIDARG, onServer, "the destination is a directory", srcHeaders, false},
		{ReplyURLTooLong, 400, hresult.E_INVALIDARG, onServer, "the URL of the reply is longer than 2,200 characters", srcHeaders, false},
		{TooLarge, 500, hresult.BG_E_TOO_LARGE, onServer, "the file is larger than BITSMaximumUploadSize", srcHeaders, false},
		{DiskFull, 500, diskFullAsPrinted, onServer, "the server's disk is full", srcHeaders, false},
		{FragmentTooLarge, 413, hresult.S_OK, onServer, "a fragment is larger than the server takes; MC-BUP has the status, the code is assumed", "MC-BUP 3.1.5", true},
		{NoFolder, 404, hresult.ERROR_PATH_NOT_FOUND, onServer, "the folder of the destination does not exist; the code is assumed", srcAckCreate, true},
		{DataVanished, 404, hresult.ERROR_FILE_NOT_FOUND, onServer, "the session is closed and its data are gone; the code is assumed", srcCommon, true},
		{Internal, 500, hresult.E_UNEXPECTED, onServer, "the server failed in another way", "", true},
		{ApplicationFailed, 500, hresult.BG_E_HTTP_ERROR_500, inApplication, "the server application answered with a status other than 200, which is passed on", srcAppErrors, true},
		{ApplicationSilent, 500, hresult.ERROR_WINHTTP_TIMEOUT, inApplication, "the server application did not answer in time; the job is to try again", srcIIS, true},
		{ApplicationMissing, 500, hresult.ERROR_WINHTTP_CANNOT_CONNECT, inApplication, "the server application can't be reached; the job is to try again", srcIIS, true},
	}
}

// Error is a refusal with what was wrong.
type Error struct {
	Refusal
	Cause error
}

// Error says what was wrong and how the server answers.
func (e *Error) Error() string {
	return fmt.Sprintf("%s: %v (%d %s, %s)", e.Reason, e.Cause, e.Status, http.StatusText(e.Status), e.Code.Describe())
}

// Unwrap gives what was wrong.
func (e *Error) Unwrap() error { return e.Cause }

// refuse makes an error of a row.
func refuse(reason Reason, format string, args ...any) *Error {
	for _, r := range Refusals() {
		if r.Reason == reason {
			return &Error{Refusal: r, Cause: fmt.Errorf(format, args...)}
		}
	}
	return &Error{Refusal: Refusal{Reason: reason, Status: http.StatusInternalServerError, Code: hresult.E_UNEXPECTED, Context: onServer},
		Cause: fmt.Errorf(format, args...)}
}
