package store

import (
	"fmt"
	"runtime/debug"

	"github.com/wualab/wualab/hresult"
)

// DamagedError says that a job store could not be read and was set aside. Its
// chain has the code MC_STATE_FILE_CORRUPT, the event that the service logs.
//
// Source: BITS documentation, "BITS and System Restore"; bitsmsg.h.
type DamagedError struct {
	Path     string
	SetAside string // where the file is kept now; empty if that is not done yet
	Err      error  // what is wrong with it
}

// Error names the file, what is wrong with it and where it went.
func (e *DamagedError) Error() string {
	return fmt.Sprintf("job queue %s is damaged%s: %v", e.Path, kept(e.SetAside), e.Err)
}

// Unwrap gives the event's code with what is wrong beneath.
func (e *DamagedError) Unwrap() error {
	return &hresult.Error{Code: hresult.MC_STATE_FILE_CORRUPT, Cause: e.Err}
}

// NewerError says that a job store was written in a later format than this
// program knows, and was set aside. Its chain has MC_STATE_FILE_CORRUPT.
//
// Source: BITS documentation, "BITS and System Restore": formats differ between
// versions and a store that cannot be read is dropped.
type NewerError struct {
	Path     string
	SetAside string // where the file is kept now; empty if that is not done yet
	Version  uint32 // the format of the file
	Known    uint32 // the latest format that this program reads
}

// Error names the file, both versions and where the file went.
func (e *NewerError) Error() string {
	return fmt.Sprintf("job queue %s has format version %d, newer than version %d that this program knows%s",
		e.Path, e.Version, e.Known, kept(e.SetAside))
}

// Unwrap gives the event's code.
func (e *NewerError) Unwrap() error {
	return &hresult.Error{Code: hresult.MC_STATE_FILE_CORRUPT}
}

func kept(aside string) string {
	if aside == "" {
		return ""
	}
	return " and was set aside as " + aside
}

// panicError is a panic that guard stopped.
type panicError struct{ value any }

func (e *panicError) Error() string { return fmt.Sprintf("the database failed: %v", e.value) }

// guard makes an error of a panic of bbolt, and of the fault that reading a
// mapped file raises when another program has cut it short.
func guard(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = &panicError{r}
		}
	}()
	return f()
}
