package hresult

// Codes of HTTP statuses, as bitsmsg.h spells them; Lookup says what they mean.
const (
	BG_E_HTTP_ERROR_100 HRESULT = 0x80190064
	BG_E_HTTP_ERROR_101 HRESULT = 0x80190065
	BG_E_HTTP_ERROR_200 HRESULT = 0x801900C8
	BG_E_HTTP_ERROR_201 HRESULT = 0x801900C9
	BG_E_HTTP_ERROR_202 HRESULT = 0x801900CA
	BG_E_HTTP_ERROR_203 HRESULT = 0x801900CB
	BG_E_HTTP_ERROR_204 HRESULT = 0x801900CC
	BG_E_HTTP_ERROR_205 HRESULT = 0x801900CD
	BG_E_HTTP_ERROR_206 HRESULT = 0x801900CE
	BG_E_HTTP_ERROR_300 HRESULT = 0x8019012C
	BG_E_HTTP_ERROR_301 HRESULT = 0x8019012D
	BG_E_HTTP_ERROR_302 HRESULT = 0x8019012E
	BG_E_HTTP_ERROR_303 HRESULT = 0x8019012F
	BG_E_HTTP_ERROR_304 HRESULT = 0x80190130
	BG_E_HTTP_ERROR_305 HRESULT = 0x80190131
	BG_E_HTTP_ERROR_307 HRESULT = 0x80190133
	BG_E_HTTP_ERROR_400 HRESULT = 0x80190190
	BG_E_HTTP_ERROR_401 HRESULT = 0x80190191
	BG_E_HTTP_ERROR_402 HRESULT = 0x80190192
	BG_E_HTTP_ERROR_403 HRESULT = 0x80190193
	BG_E_HTTP_ERROR_404 HRESULT = 0x80190194
	BG_E_HTTP_ERROR_405 HRESULT = 0x80190195
	BG_E_HTTP_ERROR_406 HRESULT = 0x80190196
	BG_E_HTTP_ERROR_407 HRESULT = 0x80190197
	BG_E_HTTP_ERROR_408 HRESULT = 0x80190198
	BG_E_HTTP_ERROR_409 HRESULT = 0x80190199
	BG_E_HTTP_ERROR_410 HRESULT = 0x8019019A
	BG_E_HTTP_ERROR_411 HRESULT = 0x8019019B
	BG_E_HTTP_ERROR_412 HRESULT = 0x8019019C
	BG_E_HTTP_ERROR_413 HRESULT = 0x8019019D
	BG_E_HTTP_ERROR_414 HRESULT = 0x8019019E
	BG_E_HTTP_ERROR_415 HRESULT = 0x8019019F
	BG_E_HTTP_ERROR_416 HRESULT = 0x801901A0
	BG_E_HTTP_ERROR_417 HRESULT = 0x801901A1
	BG_E_HTTP_ERROR_449 HRESULT = 0x801901C1
	BG_E_HTTP_ERROR_500 HRESULT = 0x801901F4
	BG_E_HTTP_ERROR_501 HRESULT = 0x801901F5
	BG_E_HTTP_ERROR_502 HRESULT = 0x801901F6
	BG_E_HTTP_ERROR_503 HRESULT = 0x801901F7
	BG_E_HTTP_ERROR_504 HRESULT = 0x801901F8
	BG_E_HTTP_ERROR_505 HRESULT = 0x801901F9
)

// FromHTTPStatus is the code that BITS reports for an HTTP status.
//
// Source: bitsmsg.h, which lists 100 to 505 with gaps. Assumed: the same sum
// for the other three-digit statuses; anything else is no HTTP answer at all
// and gives BG_E_INVALID_SERVER_RESPONSE.
func FromHTTPStatus(status int) HRESULT {
	if status < 100 || status > 999 {
		return BG_E_INVALID_SERVER_RESPONSE
	}
	return 0x80190000 | HRESULT(status)
}

// HTTPStatus gives the status that h stands for, if it stands for one.
func (h HRESULT) HTTPStatus() (int, bool) {
	if h < FromHTTPStatus(100) || h > FromHTTPStatus(999) {
		return 0, false
	}
	return h.Code(), true
}

func httpTable() []Info {
	return []Info{
		{BG_E_HTTP_ERROR_100, "BG_E_HTTP_ERROR_100", "HTTP 100: told to go on", "look at the answer in the transcript; BITS expects 200 or 206", srcHeader, false},
		{BG_E_HTTP_ERROR_101, "BG_E_HTTP_ERROR_101", "HTTP 101: told to switch protocols", "look at the answer in the transcript; BITS expects 200 or 206", srcHeader, false},
		{BG_E_HTTP_ERROR_200, "BG_E_HTTP_ERROR_200", "HTTP 200: OK, where it was not expected", "a ranged request that gets the whole file shows up as BG_E_INSUFFICIENT_RANGE_SUPPORT", srcHeader, false},
		{BG_E_HTTP_ERROR_201, "BG_E_HTTP_ERROR_201", "HTTP 201: created", "look at the answer in the transcript; BITS expects 200 or 206", srcHeader, false},
		{BG_E_HTTP_ERROR_202, "BG_E_HTTP_ERROR_202", "HTTP 202: accepted, not done yet", "look at the answer in the transcript; BITS expects 200 or 206", srcHeader, false},
		{BG_E_HTTP_ERROR_203, "BG_E_HTTP_ERROR_203", "HTTP 203: answered from a copy", "look at the answer in the transcript; BITS expects 200 or 206", srcHeader, false},
		{BG_E_HTTP_ERROR_204, "BG_E_HTTP_ERROR_204", "HTTP 204: no content", "look at the answer in the transcript; BITS expects 200 or 206", srcHeader, false},
		{BG_E_HTTP_ERROR_205, "BG_E_HTTP_ERROR_205", "HTTP 205: told to reset the view", "look at the answer in the transcript; BITS expects 200 or 206", srcHeader, false},
		{BG_E_HTTP_ERROR_206, "BG_E_HTTP_ERROR_206", "HTTP 206: partial content, where it was not expected", "look at the answer in the transcript; BITS expects 200 or 206", srcHeader, false},
		{BG_E_HTTP_ERROR_300, "BG_E_HTTP_ERROR_300", "HTTP 300: several choices", "give the final URL", srcHeader, false},
		{BG_E_HTTP_ERROR_301, "BG_E_HTTP_ERROR_301", "HTTP 301: moved for good", "use the new URL; check for a redirect loop", srcHeader, false},
		{BG_E_HTTP_ERROR_302, "BG_E_HTTP_ERROR_302", "HTTP 302: found elsewhere", "use the new URL; check for a redirect loop or a sign-in page", srcHeader, false},
		{BG_E_HTTP_ERROR_303, "BG_E_HTTP_ERROR_303", "HTTP 303: told to GET another URL", "use the new URL", srcHeader, false},
		{BG_E_HTTP_ERROR_304, "BG_E_HTTP_ERROR_304", "HTTP 304: not modified", "look for a proxy that answers conditional requests wrongly", srcHeader, false},
		{BG_E_HTTP_ERROR_305, "BG_E_HTTP_ERROR_305", "HTTP 305: told to use a proxy", "set the proxy on the job", srcHeader, false},
		{BG_E_HTTP_ERROR_307, "BG_E_HTTP_ERROR_307", "HTTP 307: found elsewhere for now", "use the new URL", srcHeader, false},
		{BG_E_HTTP_ERROR_400, "BG_E_HTTP_ERROR_400", "HTTP 400: the server could not understand the request", "look at the request in the transcript; bad ranges and over-long headers cause it", srcReturn, true},
		{BG_E_HTTP_ERROR_401, "BG_E_HTTP_ERROR_401", "HTTP 401: the server wants credentials and got none, or refused them", "run \"wualab explain\" for the credential rule; SetCredentials, UseLMCompat and LmCompatibilityLevel decide", srcReturn, true},
		{BG_E_HTTP_ERROR_402, "BG_E_HTTP_ERROR_402", "HTTP 402: payment required", "look at the answer in the transcript; BITS expects 200 or 206", srcHeader, false},
		{BG_E_HTTP_ERROR_403, "BG_E_HTTP_ERROR_403", "HTTP 403: the server refuses the request", "check the rights on the file and directory", srcHeader, false},
		{BG_E_HTTP_ERROR_404, "BG_E_HTTP_ERROR_404", "HTTP 404: no such file on the server", "check the URL; request filtering hides .config, bin and double-escaped names", srcReturn, true},
		{BG_E_HTTP_ERROR_405, "BG_E_HTTP_ERROR_405", "HTTP 405: the method is not allowed", "allow GET and HEAD", srcHeader, false},
		{BG_E_HTTP_ERROR_406, "BG_E_HTTP_ERROR_406", "HTTP 406: nothing acceptable to send", "check content negotiation; BITS accepts anything", srcHeader, false},
		{BG_E_HTTP_ERROR_407, "BG_E_HTTP_ERROR_407", "HTTP 407: the proxy wants credentials and got none, or refused them", "run \"wualab explain\" for the credential rule; SetCredentials, UseLMCompat and LmCompatibilityLevel decide", srcReturn, true},
		{BG_E_HTTP_ERROR_408, "BG_E_HTTP_ERROR_408", "HTTP 408: the server waited too long for the request", "look for a slow or broken link", srcHeader, false},
		{BG_E_HTTP_ERROR_409, "BG_E_HTTP_ERROR_409", "HTTP 409: conflict with the file's state", "an upload may not overwrite the file", srcHeader, false},
		{BG_E_HTTP_ERROR_410, "BG_E_HTTP_ERROR_410", "HTTP 410: the file is gone", "check the URL", srcHeader, false},
		{BG_E_HTTP_ERROR_411, "BG_E_HTTP_ERROR_411", "HTTP 411: the server wants a length", "look for a proxy that drops Content-Length", srcHeader, false},
		{BG_E_HTTP_ERROR_412, "BG_E_HTTP_ERROR_412", "HTTP 412: a condition failed: the file changed", "start the file again", srcHeader, false},
		{BG_E_HTTP_ERROR_413, "BG_E_HTTP_ERROR_413", "HTTP 413: the request is too large", "raise the server's limit; BITS makes upload fragments smaller", srcHeader, false},
		{BG_E_HTTP_ERROR_414, "BG_E_HTTP_ERROR_414", "HTTP 414: the URL is too long", "shorten the URL", srcReturn, true},
		{BG_E_HTTP_ERROR_415, "BG_E_HTTP_ERROR_415", "HTTP 415: the media type is not supported", "check the server's handler", srcHeader, false},
		{BG_E_HTTP_ERROR_416, "BG_E_HTTP_ERROR_416", "HTTP 416: the range cannot be served", "compare the range with the size on the server; stale sizes and proxies that do not know ranges cause it", srcHeader, false},
		{BG_E_HTTP_ERROR_417, "BG_E_HTTP_ERROR_417", "HTTP 417: an expectation failed", "look for a proxy that adds Expect", srcHeader, false},
		{BG_E_HTTP_ERROR_449, "BG_E_HTTP_ERROR_449", "HTTP 449: told to retry with more", "an extension of IIS; check its rules", srcHeader, false},
		{BG_E_HTTP_ERROR_500, "BG_E_HTTP_ERROR_500", "HTTP 500: the server failed", "look at the server's log", srcHeader, false},
		{BG_E_HTTP_ERROR_501, "BG_E_HTTP_ERROR_501", "HTTP 501: the server does not know the method", "check HEAD, GET or BITS_POST on the server", srcReturn, true},
		{BG_E_HTTP_ERROR_502, "BG_E_HTTP_ERROR_502", "HTTP 502: a gateway got a bad answer", "check the server behind the gateway", srcHeader, false},
		{BG_E_HTTP_ERROR_503, "BG_E_HTTP_ERROR_503", "HTTP 503: the server is busy or down", "try later; check the application pool", srcReturn, true},
		{BG_E_HTTP_ERROR_504, "BG_E_HTTP_ERROR_504", "HTTP 504: a gateway waited too long", "check the server behind the gateway", srcReturn, true},
		{BG_E_HTTP_ERROR_505, "BG_E_HTTP_ERROR_505", "HTTP 505: the HTTP version is not supported", "check server and proxy", srcReturn, true},
	}
}
