package sms

import (
	"errors"
	"fmt"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/smb"
	"github.com/wualab/wualab/hresult"
)

// Error is a failure of the client, with the code that its logs name.
type Error struct {
	Code hresult.HRESULT
	What string
	Err  error // beneath; may be nil
}

// Error gives what failed, with the code's name.
func (e *Error) Error() string {
	text := e.What
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return fmt.Sprintf("%s (%s)", text, e.Code.Describe())
}

// Unwrap gives an *hresult.Error with the code and what is beneath.
func (e *Error) Unwrap() error { return &hresult.Error{Code: e.Code, Cause: e.Err} }

// codeOf gives the code of a failure. Assumed: E_FAIL where nothing has one.
func codeOf(err error) hresult.HRESULT {
	if err == nil {
		return hresult.S_OK
	}
	var job *bits.JobError
	var file *smb.Error
	switch {
	case errors.As(err, &job):
		return job.Code
	case errors.As(err, &file):
		return file.Code
	}
	if code, ok := hresult.Of(err); ok {
		return code
	}
	return hresult.E_FAIL
}
