package main

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/scenarios/plan"
)

// The exit codes.
const (
	exitPass        = 0
	exitUsage       = 1
	exitBadScenario = 2
	exitCouldNotRun = 3
	exitFailed      = 4
	exitInterrupted = 130
)

// exit is an error with the exit code and the hint that go with it. Without
// err, all has been said.
type exit struct {
	code int
	err  error
	hint string
}

func (e *exit) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *exit) Unwrap() error { return e.err }

// usage is the error of a command line that is wrong.
func usage(msg, hint string) error {
	return &exit{code: exitUsage, err: errors.New(msg), hint: hint}
}

// couldNotRun is the error of something that went wrong on the way.
func couldNotRun(err error, hint string) error {
	return &exit{code: exitCouldNotRun, err: err, hint: hint}
}

// exitCode gives the exit code of what a command returned. An error without a
// code of its own comes from cobra: wrong usage.
func exitCode(err error) int {
	var e *exit
	switch {
	case err == nil:
		return exitPass
	case errors.As(err, &e):
		return e.code
	}
	return exitUsage
}

// complain prints an error: a line for each of several, and the hint.
func (a *app) complain(err error) {
	var e *exit
	hasExit := errors.As(err, &e)
	if err == nil || hasExit && e.err == nil {
		return
	}
	if hasExit {
		err = e.err
	}
	for _, one := range flatten(err) {
		fmt.Fprintf(a.err, "wualab: %v\n", one)
	}
	if hasExit && e.hint != "" {
		fmt.Fprintf(a.err, "hint: %s\n", e.hint)
	}
}

// flatten gives the errors that errors.Join joined.
func flatten(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var list []error
	for _, one := range joined.Unwrap() {
		list = append(list, flatten(one)...)
	}
	return list
}

// loadError gives the error of a file that could not be loaded its exit code:
// a file that is wrong, or one that could not be read.
func loadError(err error) error {
	if err == nil {
		return nil
	}
	code := exitBadScenario
	for _, one := range flatten(err) {
		var bad *plan.Error
		var syntax *machine.SyntaxError
		if !errors.As(one, &bad) && !errors.As(one, &syntax) {
			code = exitCouldNotRun
		}
	}
	hint := ""
	if errors.Is(err, fs.ErrPermission) {
		hint = "the file must be readable"
	}
	return &exit{code: code, err: err, hint: hint}
}
