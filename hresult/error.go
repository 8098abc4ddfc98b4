package hresult

import "errors"

// Error is a failure with a result code, for callers that decide on the code.
// The zero value is an error with S_OK, which says nothing.
type Error struct {
	Code HRESULT
	// Cause is what went wrong beneath, or nil.
	Cause error
}

// Error gives the name, the number and the meaning, then the cause.
func (e *Error) Error() string {
	text := e.Code.Describe()
	if info, ok := Lookup(e.Code); ok {
		text += ": " + info.Meaning
	}
	if e.Cause != nil {
		text += ": " + e.Cause.Error()
	}
	return text
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Is reports whether target is an *Error with the same code and without a
// cause, so that errors.Is(err, &hresult.Error{Code: c}) asks for a code.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Cause == nil && t.Code == e.Code
}

// Of gives the code of the first *Error in err's chain.
func Of(err error) (HRESULT, bool) {
	var e *Error
	if errors.As(err, &e) {
		return e.Code, true
	}
	return S_OK, false
}
