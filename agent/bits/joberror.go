package bits

import (
	"fmt"

	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/transcript"
)

// JobError is what IBackgroundCopyJob::GetError tells of a job in ERROR or
// TRANSIENT_ERROR, with the exchange that caused it.
type JobError struct {
	Code    hresult.HRESULT
	Context hresult.ErrorContext
	URL     string // of the file in flight, when one was
	Local   string // its local name

	// Exchange is the client's record of the exchange that caused the error;
	// nil when none did or nothing is recorded.
	Exchange *transcript.Exchange
	// Err says in words what was wrong.
	Err error

	class hresult.Class // when it is not that of Code
}

// fatal reports whether the job waits for Resume rather than try again.
func (e *JobError) fatal() bool {
	if e.class != hresult.NoError {
		return e.class == hresult.Fatal
	}
	class, _, _ := hresult.Classify(e.Code)
	return class != hresult.Transient
}

// Error gives the code's name and number and what was wrong.
func (e *JobError) Error() string {
	text := e.Code.Describe()
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	if e.URL != "" {
		text += fmt.Sprintf(" (%s)", e.URL)
	}
	return text
}

// Unwrap gives the cause.
func (e *JobError) Unwrap() error { return e.Err }

// failure makes a JobError of a file's transfer.
func (f *File) failure(code hresult.HRESULT, context hresult.ErrorContext, x *transcript.Exchange, format string, args ...any) *JobError {
	return &JobError{Code: code, Context: context, URL: f.remote.get(), Local: f.local, Exchange: x, Err: fmt.Errorf(format, args...)}
}

// called makes the error of a failed call.
func called(code hresult.HRESULT, format string, args ...any) error {
	return &hresult.Error{Code: code, Cause: fmt.Errorf(format, args...)}
}
