package script

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.starlark.net/resolve"
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"github.com/wualab/wualab/behaviour"
)

// The bounds of a script: its length, and the steps of its top level or of one call.
const (
	maxCode  = 64 << 10
	maxSteps = 200_000
)

// origin is where the code stands.
type origin struct {
	file         string
	line, column int // of its first character, from 1
	inside       bool
}

// parseOrigin reads file:line:column.
func parseOrigin(at string) (origin, error) {
	rest, column, ok := cutLast(at)
	file, line, ok2 := cutLast(rest)
	l, err := strconv.Atoi(line)
	c, err2 := strconv.Atoi(column)
	if !ok || !ok2 || file == "" || err != nil || err2 != nil || l < 1 || c < 1 || l > 1<<30 || c > 1<<20 {
		return origin{}, fmt.Errorf("parameter %q: %q is no place: write file:line:column", "at", at)
	}
	return origin{file: file, line: l, column: c, inside: true}, nil
}

func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

// place gives the place of a position in the code.
func (o origin) place(pos syntax.Position) behaviour.Place {
	return behaviour.Place{File: o.file, Line: o.line + int(pos.Line) - 1, Column: o.column + int(max(pos.Col, 1)) - 1, Inside: o.inside}
}

// compile reads and checks the script, and runs its top level. It gives nil when the
// script is a file that can't be read yet.
func compile(a behaviour.Args) (*script, error) {
	code, from, err := source(a)
	if err != nil || code == nil {
		return nil, err
	}
	s := &script{env: a.Env, origin: from}
	options := &syntax.FileOptions{Set: true, While: true, TopLevelControl: true, GlobalReassign: true}
	file, err := options.Parse(from.file, code, 0)
	if err != nil {
		return nil, s.located(err)
	}
	if err := bound(file); err != nil {
		return nil, s.located(err)
	}
	program, err := starlark.FileProgram(file, isPredeclared)
	if err != nil {
		return nil, s.located(err)
	}
	thread := s.thread(nil)
	globals, err := program.Init(thread, predeclared())
	if err != nil {
		return nil, s.located(err)
	}
	globals.Freeze()
	return s, s.take(globals)
}

// source gives the code, nil when nobody can read the file yet.
func source(a behaviour.Args) ([]byte, origin, error) {
	if a.Given("code") == a.Given("file") {
		return nil, origin{}, errors.New("one of code and file must be given")
	}
	from := origin{file: "script", line: 1, column: 1}
	code := []byte(a.String("code"))
	switch {
	case a.Given("file") && a.ReadFile == nil:
		return nil, from, nil
	case a.Given("file"):
		from.file = a.String("file")
		var err error
		if code, err = a.ReadFile(a.String("file")); err != nil {
			return nil, from, fmt.Errorf("parameter %q: %w", "file", err)
		}
	case a.Given("at"):
		var err error
		if from, err = parseOrigin(a.String("at")); err != nil {
			return nil, from, err
		}
	}
	if len(code) > maxCode {
		return nil, from, fmt.Errorf("the script has %d bytes, more than %d", len(code), maxCode)
	}
	return append([]byte{}, code...), from, nil
}

// take finds the functions among the globals.
func (s *script) take(globals starlark.StringDict) error {
	for name, args := range map[string]int{"on_request": 1, "on_response": 2} {
		v, ok := globals[name]
		if !ok {
			continue
		}
		f, ok := v.(*starlark.Function)
		if !ok || f.NumParams() != args || f.HasVarargs() || f.HasKwargs() {
			return fmt.Errorf("%s must be a function of %d parameters: write 'def on_request(req):' or 'def on_response(req, resp):'", name, args)
		}
		if name == "on_request" {
			s.onRequest = f
		} else {
			s.onResponse = f
		}
	}
	if s.onRequest == nil && s.onResponse == nil {
		return errors.New("the script has neither function: write 'def on_request(req):' or 'def on_response(req, resp):'")
	}
	return nil
}

// located gives an error of Starlark its place in the file.
func (s *script) located(err error) error {
	var (
		wrong   syntax.Error
		unknown resolve.ErrorList
		failed  *starlark.EvalError
	)
	switch {
	case errors.As(err, &wrong):
		return &behaviour.PlacedError{Place: s.origin.place(wrong.Pos), Err: errors.New(wrong.Msg)}
	case errors.As(err, &unknown) && len(unknown) > 0:
		return &behaviour.PlacedError{Place: s.origin.place(unknown[0].Pos), Err: errors.New(unknown[0].Msg)}
	case errors.As(err, &failed):
		for i := range failed.CallStack {
			if frame := failed.CallStack.At(i); frame.Pos.Filename() == s.origin.file && frame.Pos.Line > 0 {
				return &behaviour.PlacedError{Place: s.origin.place(frame.Pos), Err: errors.New(failed.Msg)}
			}
		}
	}
	return err
}
