package winhttp

import (
	"fmt"

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
