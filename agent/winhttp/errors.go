package winhttp

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/transcript"
)

// Error is a failure below HTTP, with the code that WinHTTP reports for it.
// hresult.Of finds the code, errors.Is and errors.As what is beneath.
type Error struct {
	Code hresult.HRESULT
	Op   string // what failed: "connect", "send", "receive", "read body", ...
	URL  string // without credentials
	Err  error
	// Exchange is the record of the exchange that failed; nil when there was
	// none, or no recorder.
	Exchange *transcript.Exchange
}

// Error gives what failed where, with the code's name.
func (e *Error) Error() string {
	return fmt.Sprintf("%s %s: %s: %v", e.Op, e.URL, e.Code.Describe(), e.Err)
}

// Unwrap gives an *hresult.Error with the code and Err.
func (e *Error) Unwrap() error { return &hresult.Error{Code: e.Code, Cause: e.Err} }

var (
	errHeadTooLarge  = errors.New("the head of the answer is too large")
	errBadResponse   = errors.New("the answer is not HTTP/1.x")
	errDrainOverflow = errors.New("the rest of the answer is too large to skip")
	errBadURL        = errors.New("not a usable URL")
	errBadScheme     = errors.New("neither http nor https")
	errBadHeader     = errors.New("not a usable header")
	errRedirect      = errors.New("the redirect cannot be followed")
	errClosed        = errors.New("the client is closed")
)

// errorCode is a line of the table from what happened to WinHTTP's code.
type errorCode struct {
	err  error
	code hresult.HRESULT
}

// errorCodes is tried in order. Source: WinHTTP documentation, Error Messages.
// Assumed: that a drain overflow is what 12184 means by an internal limit.
func errorCodes() []errorCode {
	return []errorCode{
		{context.Canceled, hresult.ERROR_WINHTTP_OPERATION_CANCELLED},
		{context.DeadlineExceeded, hresult.ERROR_WINHTTP_OPERATION_CANCELLED},
		{errClosed, hresult.ERROR_WINHTTP_SHUTDOWN},
		{errTimeout, hresult.ERROR_WINHTTP_TIMEOUT},
		{ErrNameNotResolved, hresult.ERROR_WINHTTP_NAME_NOT_RESOLVED},
		{errRedirect, hresult.ERROR_WINHTTP_REDIRECT_FAILED}, // also when it leads to no usable URL
		{errHeadTooLarge, hresult.ERROR_WINHTTP_HEADER_SIZE_OVERFLOW},
		{errDrainOverflow, hresult.ERROR_WINHTTP_RESPONSE_DRAIN_OVERFLOW},
		{errBadResponse, hresult.ERROR_WINHTTP_INVALID_SERVER_RESPONSE},
		{errBadScheme, hresult.ERROR_WINHTTP_UNRECOGNIZED_SCHEME},
		{errBadURL, hresult.ERROR_WINHTTP_INVALID_URL},
		{errBadHeader, hresult.ERROR_WINHTTP_INVALID_HEADER},
	}
}

// codeOf finds the code of what happened; fallback is that of the operation.
func codeOf(err error, fallback hresult.HRESULT) hresult.HRESULT {
	if code, ok := hresult.Of(err); ok {
		return code
	}
	for _, line := range errorCodes() {
		if errors.Is(err, line.err) {
			return line.code
		}
	}
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return hresult.ERROR_WINHTTP_NAME_NOT_RESOLVED
	}
	return fallback
}

// bodyCode tells a body that ended early from one that cannot be read.
func bodyCode(err error) hresult.HRESULT {
	if isEnd(err) {
		return hresult.ERROR_WINHTTP_CONNECTION_ERROR
	}
	return hresult.ERROR_WINHTTP_INVALID_SERVER_RESPONSE
}

// tlsCode tells a bad certificate from a channel that could not be made.
func tlsCode(err error) hresult.HRESULT {
	if code, ok := hresult.Of(err); ok {
		return code
	}
	return hresult.ERROR_WINHTTP_SECURE_CHANNEL_ERROR
}

// isAlert tells that the peer ended a handshake with an alert, which crypto/tls has as an
// error of the network.
func isAlert(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "remote error"
}

// fail makes the Error of an operation of the call. cn may be nil.
func (k *call) fail(op string, cn *conn, err error, fallback hresult.HRESULT) *Error {
	var done *Error
	if errors.As(err, &done) {
		return done
	}
	e := &Error{Code: codeOf(err, fallback), Op: op, URL: k.shownURL(), Err: err}
	if cn != nil {
		e.Exchange = cn.tap.Last()
	}
	return e
}
