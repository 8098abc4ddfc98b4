package hresult

const srcWinHTTP = "WinHTTP documentation: Error Messages"

// Codes of WinHTTP as HRESULT_FROM_WIN32 makes them, so 0x80072EE2 for 12002;
// Lookup says what they mean. WinINet's ERROR_INTERNET codes of the same
// meaning share the numbers.
const (
	ERROR_WINHTTP_OUT_OF_HANDLES                        HRESULT = 0x80072EE1 // 12001
	ERROR_WINHTTP_TIMEOUT                               HRESULT = 0x80072EE2 // 12002
	ERROR_WINHTTP_INTERNAL_ERROR                        HRESULT = 0x80072EE4 // 12004
	ERROR_WINHTTP_INVALID_URL                           HRESULT = 0x80072EE5 // 12005
	ERROR_WINHTTP_UNRECOGNIZED_SCHEME                   HRESULT = 0x80072EE6 // 12006
	ERROR_WINHTTP_NAME_NOT_RESOLVED                     HRESULT = 0x80072EE7 // 12007
	ERROR_WINHTTP_INVALID_OPTION                        HRESULT = 0x80072EE9 // 12009
	ERROR_WINHTTP_OPTION_NOT_SETTABLE                   HRESULT = 0x80072EEB // 12011
	ERROR_WINHTTP_SHUTDOWN                              HRESULT = 0x80072EEC // 12012
	ERROR_WINHTTP_LOGIN_FAILURE                         HRESULT = 0x80072EEF // 12015
	ERROR_WINHTTP_OPERATION_CANCELLED                   HRESULT = 0x80072EF1 // 12017
	ERROR_WINHTTP_INCORRECT_HANDLE_TYPE                 HRESULT = 0x80072EF2 // 12018
	ERROR_WINHTTP_INCORRECT_HANDLE_STATE                HRESULT = 0x80072EF3 // 12019
	ERROR_WINHTTP_CANNOT_CONNECT                        HRESULT = 0x80072EFD // 12029
	ERROR_WINHTTP_CONNECTION_ERROR                      HRESULT = 0x80072EFE // 12030
	ERROR_WINHTTP_RESEND_REQUEST                        HRESULT = 0x80072F00 // 12032
	ERROR_WINHTTP_SECURE_CERT_DATE_INVALID              HRESULT = 0x80072F05 // 12037
	ERROR_WINHTTP_SECURE_CERT_CN_INVALID                HRESULT = 0x80072F06 // 12038
	ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED               HRESULT = 0x80072F0C // 12044
	ERROR_WINHTTP_SECURE_INVALID_CA                     HRESULT = 0x80072F0D // 12045
	ERROR_WINHTTP_SECURE_CERT_REV_FAILED                HRESULT = 0x80072F19 // 12057
	ERROR_WINHTTP_CANNOT_CALL_BEFORE_OPEN               HRESULT = 0x80072F44 // 12100
	ERROR_WINHTTP_CANNOT_CALL_BEFORE_SEND               HRESULT = 0x80072F45 // 12101
	ERROR_WINHTTP_CANNOT_CALL_AFTER_SEND                HRESULT = 0x80072F46 // 12102
	ERROR_WINHTTP_CANNOT_CALL_AFTER_OPEN                HRESULT = 0x80072F47 // 12103
	ERROR_WINHTTP_HEADER_NOT_FOUND                      HRESULT = 0x80072F76 // 12150
	ERROR_WINHTTP_INVALID_SERVER_RESPONSE               HRESULT = 0x80072F78 // 12152
	ERROR_WINHTTP_INVALID_HEADER                        HRESULT = 0x80072F79 // 12153
	ERROR_WINHTTP_INVALID_QUERY_REQUEST                 HRESULT = 0x80072F7A // 12154
	ERROR_WINHTTP_HEADER_ALREADY_EXISTS                 HRESULT = 0x80072F7B // 12155
	ERROR_WINHTTP_REDIRECT_FAILED                       HRESULT = 0x80072F7C // 12156
	ERROR_WINHTTP_SECURE_CHANNEL_ERROR                  HRESULT = 0x80072F7D // 12157
	ERROR_WINHTTP_BAD_AUTO_PROXY_SCRIPT                 HRESULT = 0x80072F86 // 12166
	ERROR_WINHTTP_UNABLE_TO_DOWNLOAD_SCRIPT             HRESULT = 0x80072F87 // 12167
	ERROR_WINHTTP_SECURE_INVALID_CERT                   HRESULT = 0x80072F89 // 12169
	ERROR_WINHTTP_SECURE_CERT_REVOKED                   HRESULT = 0x80072F8A // 12170
	ERROR_WINHTTP_NOT_INITIALIZED                       HRESULT = 0x80072F8C // 12172
	ERROR_WINHTTP_SECURE_FAILURE                        HRESULT = 0x80072F8F // 12175
	ERROR_WINHTTP_AUTO_PROXY_SERVICE_ERROR              HRESULT = 0x80072F92 // 12178
	ERROR_WINHTTP_SECURE_CERT_WRONG_USAGE               HRESULT = 0x80072F93 // 12179
	ERROR_WINHTTP_AUTODETECTION_FAILED                  HRESULT = 0x80072F94 // 12180
	ERROR_WINHTTP_HEADER_COUNT_EXCEEDED                 HRESULT = 0x80072F95 // 12181
	ERROR_WINHTTP_HEADER_SIZE_OVERFLOW                  HRESULT = 0x80072F96 // 12182
	ERROR_WINHTTP_CHUNKED_ENCODING_HEADER_SIZE_OVERFLOW HRESULT = 0x80072F97 // 12183
	ERROR_WINHTTP_RESPONSE_DRAIN_OVERFLOW               HRESULT = 0x80072F98 // 12184
	ERROR_WINHTTP_CLIENT_CERT_NO_PRIVATE_KEY            HRESULT = 0x80072F99 // 12185
	ERROR_WINHTTP_CLIENT_CERT_NO_ACCESS_PRIVATE_KEY     HRESULT = 0x80072F9A // 12186
)

func winhttpTable() []Info {
	return []Info{
		{ERROR_WINHTTP_OUT_OF_HANDLES, "ERROR_WINHTTP_OUT_OF_HANDLES", "no more handles", "close requests; look for a leak", srcWinHTTP, true},
		{ERROR_WINHTTP_TIMEOUT, "ERROR_WINHTTP_TIMEOUT", "the request timed out", "check that server and proxy answer; look for a firewall that drops packets", srcWinHTTP, true},
		{ERROR_WINHTTP_INTERNAL_ERROR, "ERROR_WINHTTP_INTERNAL_ERROR", "an internal error of WinHTTP", "try again; check winhttp.dll", srcWinHTTP, true},
		{ERROR_WINHTTP_INVALID_URL, "ERROR_WINHTTP_INVALID_URL", "the URL is not valid", "check the URL", srcWinHTTP, true},
		{ERROR_WINHTTP_UNRECOGNIZED_SCHEME, "ERROR_WINHTTP_UNRECOGNIZED_SCHEME", "the URL is neither http nor https", "check the URL", srcWinHTTP, true},
		{ERROR_WINHTTP_NAME_NOT_RESOLVED, "ERROR_WINHTTP_NAME_NOT_RESOLVED", "the name of server or proxy cannot be resolved", "check DNS, and the name of the proxy", srcWinHTTP, true},
		{ERROR_WINHTTP_INVALID_OPTION, "ERROR_WINHTTP_INVALID_OPTION", "no such option", "check the option against the WinHTTP version", srcWinHTTP, true},
		{ERROR_WINHTTP_OPTION_NOT_SETTABLE, "ERROR_WINHTTP_OPTION_NOT_SETTABLE", "the option cannot be set", "only read it", srcWinHTTP, true},
		{ERROR_WINHTTP_SHUTDOWN, "ERROR_WINHTTP_SHUTDOWN", "WinHTTP is shutting down", "try again", srcWinHTTP, true},
		{ERROR_WINHTTP_LOGIN_FAILURE, "ERROR_WINHTTP_LOGIN_FAILURE", "the logon failed", "check the credentials", srcWinHTTP, true},
		{ERROR_WINHTTP_OPERATION_CANCELLED, "ERROR_WINHTTP_OPERATION_CANCELLED", "the operation was cancelled", "look for who closed the request", srcWinHTTP, true},
		{ERROR_WINHTTP_INCORRECT_HANDLE_TYPE, "ERROR_WINHTTP_INCORRECT_HANDLE_TYPE", "the handle is of the wrong type", "check the call", srcWinHTTP, true},
		{ERROR_WINHTTP_INCORRECT_HANDLE_STATE, "ERROR_WINHTTP_INCORRECT_HANDLE_STATE", "the handle is in the wrong state", "check the order of the calls", srcWinHTTP, true},
		{ERROR_WINHTTP_CANNOT_CONNECT, "ERROR_WINHTTP_CANNOT_CONNECT", "the connection to server or proxy could not be made", "check host, port and firewall; is anything listening?", srcWinHTTP, true},
		{ERROR_WINHTTP_CONNECTION_ERROR, "ERROR_WINHTTP_CONNECTION_ERROR", "the connection was reset or closed", "look for a server, proxy or firewall that cuts connections, and for TLS versions that do not fit", srcWinHTTP, true},
		{ERROR_WINHTTP_RESEND_REQUEST, "ERROR_WINHTTP_RESEND_REQUEST", "the request must be sent again", "part of the authentication loop; not an end by itself", srcWinHTTP, true},
		{ERROR_WINHTTP_SECURE_CERT_DATE_INVALID, "ERROR_WINHTTP_SECURE_CERT_DATE_INVALID", "the server's certificate is out of date", "check the certificate and the clock", srcWinHTTP, true},
		{ERROR_WINHTTP_SECURE_CERT_CN_INVALID, "ERROR_WINHTTP_SECURE_CERT_CN_INVALID", "the server's certificate is for another name", "use the name in the certificate", srcWinHTTP, true},
		{ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED, "ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED", "the server asks for a client certificate", "set one on the job (BITS 2.5 and later), or stop the site from asking; one that merely accepts them fails too", srcWinHTTP, true},
		{ERROR_WINHTTP_SECURE_INVALID_CA, "ERROR_WINHTTP_SECURE_INVALID_CA", "the server's certificate comes from an unknown authority", "install the root certificate for the computer", srcWinHTTP, true},
		{ERROR_WINHTTP_SECURE_CERT_REV_FAILED, "ERROR_WINHTTP_SECURE_CERT_REV_FAILED", "revocation could not be checked", "make the revocation list reachable", srcWinHTTP, true},
		{ERROR_WINHTTP_CANNOT_CALL_BEFORE_OPEN, "ERROR_WINHTTP_CANNOT_CALL_BEFORE_OPEN", "called before the request was opened", "check the order of the calls", srcWinHTTP, true},
		{ERROR_WINHTTP_CANNOT_CALL_BEFORE_SEND, "ERROR_WINHTTP_CANNOT_CALL_BEFORE_SEND", "called before the request was sent", "check the order of the calls", srcWinHTTP, true},
		{ERROR_WINHTTP_CANNOT_CALL_AFTER_SEND, "ERROR_WINHTTP_CANNOT_CALL_AFTER_SEND", "called after the request was sent", "check the order of the calls", srcWinHTTP, true},
		{ERROR_WINHTTP_CANNOT_CALL_AFTER_OPEN, "ERROR_WINHTTP_CANNOT_CALL_AFTER_OPEN", "called after the request was opened", "check the order of the calls", srcWinHTTP, true},
		{ERROR_WINHTTP_HEADER_NOT_FOUND, "ERROR_WINHTTP_HEADER_NOT_FOUND", "the answer does not have the header", "look at the answer; a proxy may drop the header", srcWinHTTP, true},
		{ERROR_WINHTTP_INVALID_SERVER_RESPONSE, "ERROR_WINHTTP_INVALID_SERVER_RESPONSE", "the answer cannot be read as HTTP", "look at the raw bytes; is the port right, is it TLS?", srcWinHTTP, true},
		{ERROR_WINHTTP_INVALID_HEADER, "ERROR_WINHTTP_INVALID_HEADER", "a header is not valid", "look at the request's headers", srcWinHTTP, true},
		{ERROR_WINHTTP_INVALID_QUERY_REQUEST, "ERROR_WINHTTP_INVALID_QUERY_REQUEST", "the query is not valid", "check the call", srcWinHTTP, true},
		{ERROR_WINHTTP_HEADER_ALREADY_EXISTS, "ERROR_WINHTTP_HEADER_ALREADY_EXISTS", "the header is there already", "set it once", srcWinHTTP, true},
		{ERROR_WINHTTP_REDIRECT_FAILED, "ERROR_WINHTTP_REDIRECT_FAILED", "the redirect could not be followed", "check for a loop, more than ten steps, or a step from https to http", srcWinHTTP, true},
		{ERROR_WINHTTP_SECURE_CHANNEL_ERROR, "ERROR_WINHTTP_SECURE_CHANNEL_ERROR", "the TLS channel failed", "check TLS versions and ciphers of both sides, and proxies that break TLS open", srcWinHTTP, true},
		{ERROR_WINHTTP_BAD_AUTO_PROXY_SCRIPT, "ERROR_WINHTTP_BAD_AUTO_PROXY_SCRIPT", "the proxy script has an error", "check the PAC file", srcWinHTTP, true},
		{ERROR_WINHTTP_UNABLE_TO_DOWNLOAD_SCRIPT, "ERROR_WINHTTP_UNABLE_TO_DOWNLOAD_SCRIPT", "the proxy script cannot be fetched", "check the PAC file's URL", srcWinHTTP, true},
		{ERROR_WINHTTP_SECURE_INVALID_CERT, "ERROR_WINHTTP_SECURE_INVALID_CERT", "the server's certificate is not valid", "check the certificate", srcWinHTTP, true},
		{ERROR_WINHTTP_SECURE_CERT_REVOKED, "ERROR_WINHTTP_SECURE_CERT_REVOKED", "the server's certificate was revoked", "replace the certificate", srcWinHTTP, true},
		{ERROR_WINHTTP_NOT_INITIALIZED, "ERROR_WINHTTP_NOT_INITIALIZED", "WinHTTP is not initialised", "check the order of the calls", srcWinHTTP, true},
		{ERROR_WINHTTP_SECURE_FAILURE, "ERROR_WINHTTP_SECURE_FAILURE", "the server's certificate has one or more errors", "check name, date and authority of the certificate, and the clock", srcWinHTTP, true},
		{ERROR_WINHTTP_AUTO_PROXY_SERVICE_ERROR, "ERROR_WINHTTP_AUTO_PROXY_SERVICE_ERROR", "the proxy detection service failed", "check the service WinHTTP Web Proxy Auto-Discovery", srcWinHTTP, true},
		{ERROR_WINHTTP_SECURE_CERT_WRONG_USAGE, "ERROR_WINHTTP_SECURE_CERT_WRONG_USAGE", "the certificate is not for servers", "check the key usage of the certificate", srcWinHTTP, true},
		{ERROR_WINHTTP_AUTODETECTION_FAILED, "ERROR_WINHTTP_AUTODETECTION_FAILED", "no proxy script was found", "check WPAD in DHCP and DNS, or set the proxy", srcWinHTTP, true},
		{ERROR_WINHTTP_HEADER_COUNT_EXCEEDED, "ERROR_WINHTTP_HEADER_COUNT_EXCEEDED", "the answer has too many headers", "look at the answer", srcWinHTTP, true},
		{ERROR_WINHTTP_HEADER_SIZE_OVERFLOW, "ERROR_WINHTTP_HEADER_SIZE_OVERFLOW", "the answer's headers are too large", "look at the answer", srcWinHTTP, true},
		{ERROR_WINHTTP_CHUNKED_ENCODING_HEADER_SIZE_OVERFLOW, "ERROR_WINHTTP_CHUNKED_ENCODING_HEADER_SIZE_OVERFLOW", "a chunk header is too large", "look at the raw body", srcWinHTTP, true},
		{ERROR_WINHTTP_RESPONSE_DRAIN_OVERFLOW, "ERROR_WINHTTP_RESPONSE_DRAIN_OVERFLOW", "the rest of an answer is too large to skip", "look at the size of 401 and 407 bodies", srcWinHTTP, true},
		{ERROR_WINHTTP_CLIENT_CERT_NO_PRIVATE_KEY, "ERROR_WINHTTP_CLIENT_CERT_NO_PRIVATE_KEY", "the client certificate has no private key", "import the key", srcWinHTTP, true},
		{ERROR_WINHTTP_CLIENT_CERT_NO_ACCESS_PRIVATE_KEY, "ERROR_WINHTTP_CLIENT_CERT_NO_ACCESS_PRIVATE_KEY", "the private key may not be read", "give the job's owner access to the key", srcWinHTTP, true},
	}
}
