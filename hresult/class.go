package hresult

import "slices"

// Class is what a download job does with a code.
type Class int

// The classes of a code.
const (
	NoError   Class = 0 // a success code
	Transient Class = 1 // TRANSIENT_ERROR: the job tries again by itself
	Fatal     Class = 2 // ERROR: the job waits for Resume
)

// String gives "no-error", "transient" or "fatal".
func (c Class) String() string {
	switch c {
	case NoError:
		return "no-error"
	case Transient:
		return "transient"
	}
	return "fatal"
}

// Classify says what a BITS download job does when it meets h, which document
// says so, and whether that document says it of downloads; if not, the class is
// Assumed. Every code has a class: failures that no row of the table names are
// Fatal, assumed.
func Classify(h HRESULT) (class Class, source string, documented bool) {
	if !h.Failed() {
		return NoError, srcErrref, true
	}
	for _, row := range classTable() {
		if row.covers(h) {
			return row.class, row.source, row.documented
		}
	}
	return Fatal, "assumed: an unknown failure is not retried", false
}

// classRow covers single codes, or all from first to last.
type classRow struct {
	codes       []HRESULT
	first, last HRESULT
	class       Class
	source      string
	documented  bool
}

func (r classRow) covers(h HRESULT) bool {
	return slices.Contains(r.codes, h) || r.first != 0 && h >= r.first && h <= r.last
}

// The documents of the class table. The page on server application errors is
// about uploads; that downloads sort HTTP statuses alike is assumed.
const (
	srcState      = "BITS documentation: BG_JOB_STATE, Life Cycle of a BITS Job"
	srcRetry      = "BITS documentation: SetMinimumRetryDelay, SetNoProgressTimeout"
	srcAppErrors  = "BITS documentation: Handling Server Application Errors (of uploads)"
	srcCreds      = "BITS documentation: IBackgroundCopyJob2::SetCredentials; KB 842309"
	srcProxyInfo  = "BITS documentation: IBackgroundCopyJob::SetProxySettings"
	srcClientCert = "BITS documentation: Authentication"
	srcHold       = "assumed: the job goes on when the condition ends"
	srcCert       = "assumed: a certificate does not get better by trying again"
	srcSMBName    = "BITS documentation: IBackgroundCopyFile2::SetRemoteName (errors of SMB names)"
	srcDisk       = "assumed: the disk stays as it is until someone acts"
	srcTransport  = "assumed: a fault of the transport may pass"
	srcBITSOther  = "assumed: the cause stays until someone acts"
)

// classTable: the first row that covers a code decides.
func classTable() []classRow {
	return slices.Concat(httpClasses(), bitsClasses(), transportClasses(), diskClasses(), shareClasses())
}

func httpClasses() []classRow {
	return []classRow{
		{codes: []HRESULT{BG_E_HTTP_ERROR_401, BG_E_HTTP_ERROR_407}, class: Fatal, source: srcCreds, documented: true},
		{codes: []HRESULT{BG_E_HTTP_ERROR_307}, class: Fatal, source: srcAppErrors},
		{first: FromHTTPStatus(300), last: FromHTTPStatus(305), class: Fatal, source: srcAppErrors},
		{codes: []HRESULT{BG_E_HTTP_ERROR_408, BG_E_HTTP_ERROR_409}, class: Transient, source: srcAppErrors},
		{first: FromHTTPStatus(400), last: FromHTTPStatus(499), class: Fatal, source: srcAppErrors},
		{codes: []HRESULT{BG_E_HTTP_ERROR_501, BG_E_HTTP_ERROR_505}, class: Fatal, source: srcAppErrors},
		{first: FromHTTPStatus(100), last: FromHTTPStatus(999), class: Transient, source: srcAppErrors},
	}
}

func bitsClasses() []classRow {
	return []classRow{
		{codes: []HRESULT{BG_E_NETWORK_DISCONNECTED}, class: Transient, source: srcState, documented: true},
		{codes: []HRESULT{BG_E_DESTINATION_LOCKED, BG_E_BLOCKED_BY_POLICY}, class: Transient, source: srcRetry, documented: true},
		{codes: []HRESULT{BG_E_NO_PROGRESS}, class: Fatal, source: srcRetry, documented: true},
		{codes: []HRESULT{BG_E_INSUFFICIENT_RANGE_SUPPORT, BG_E_INVALID_SERVER_RESPONSE, BG_E_INVALID_RANGE}, class: Fatal, source: srcSDK, documented: true},
		{codes: []HRESULT{BG_E_INVALID_PROXY_INFO}, class: Fatal, source: srcProxyInfo, documented: true},
		{codes: []HRESULT{BG_E_CONNECT_FAILURE, BG_E_CONNECTION_CLOSED}, class: Transient, source: srcTransport},
		{codes: []HRESULT{
			BG_E_BLOCKED_BY_COST_TRANSFER_POLICY, BG_E_STANDBY_MODE, BG_E_BLOCKED_BY_BATTERY_POLICY, BG_E_BLOCKED_BY_BATTERY_SAVER,
			BG_E_BLOCKED_BY_BACKGROUND_ACCESS_POLICY, BG_E_BLOCKED_BY_GAME_MODE, BG_E_BLOCKED_BY_SYSTEM_POLICY,
		}, class: Transient, source: srcHold},
		{first: 0x80200000, last: 0x8020FFFF, class: Fatal, source: srcBITSOther},
	}
}

func transportClasses() []classRow {
	return []classRow{
		{codes: []HRESULT{ERROR_WINHTTP_TIMEOUT, ERROR_WINHTTP_CANNOT_CONNECT}, class: Transient, source: srcState, documented: true},
		{codes: []HRESULT{
			ERROR_WINHTTP_NAME_NOT_RESOLVED, ERROR_WINHTTP_CONNECTION_ERROR, ERROR_WINHTTP_INVALID_SERVER_RESPONSE,
			ERROR_WINHTTP_INTERNAL_ERROR, ERROR_WINHTTP_SHUTDOWN, ERROR_WINHTTP_OPERATION_CANCELLED,
		}, class: Transient, source: srcTransport},
		{codes: []HRESULT{ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED}, class: Fatal, source: srcClientCert, documented: true},
		{codes: []HRESULT{
			ERROR_WINHTTP_SECURE_CERT_DATE_INVALID, ERROR_WINHTTP_SECURE_CERT_CN_INVALID, ERROR_WINHTTP_SECURE_INVALID_CA,
			ERROR_WINHTTP_SECURE_CERT_REV_FAILED, ERROR_WINHTTP_SECURE_CHANNEL_ERROR, ERROR_WINHTTP_SECURE_INVALID_CERT,
			ERROR_WINHTTP_SECURE_CERT_REVOKED, ERROR_WINHTTP_SECURE_FAILURE, ERROR_WINHTTP_SECURE_CERT_WRONG_USAGE,
		}, class: Fatal, source: srcCert},
	}
}

func diskClasses() []classRow {
	return []classRow{
		{codes: []HRESULT{ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND, E_ACCESSDENIED}, class: Fatal, source: srcSMBName, documented: true},
		{codes: []HRESULT{
			ERROR_DISK_FULL, ERROR_WRITE_PROTECT, ERROR_NOT_READY, ERROR_SHARING_VIOLATION, ERROR_FILE_EXISTS,
			ERROR_INVALID_NAME, ERROR_FILENAME_EXCED_RANGE, ERROR_FILE_CORRUPT,
		}, class: Fatal, source: srcDisk},
	}
}
