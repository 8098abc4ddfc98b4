package plan

import (
	"fmt"
	"strings"

	"github.com/wualab/wualab/spelling"
)

// Error is what is wrong with a scenario file, where, and what to do about it.
// Line and Column count from 1, in characters.
type Error struct {
	File         string
	Line, Column int
	Msg          string
	Hint         string // may be empty
	Pointer      string // the place as JSON Pointer (RFC 6901), of a Fragment alone
}

// Error gives "file:line:column: message; hint: ..." in one line.
func (e *Error) Error() string {
	text := fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Msg)
	if e.Hint != "" {
		text += "; hint: " + e.Hint
	}
	return text
}

func errorAt(pos Pos, msg, hint string) *Error {
	return &Error{File: pos.File, Line: pos.Line, Column: pos.Column, Msg: msg, Hint: hint}
}

// first keeps the error that comes first in the file; of two at one place the
// one that was found first.
func first(e *Error, pos Pos, msg, hint string) *Error {
	if e != nil && !pos.before(Pos{Line: e.Line, Column: e.Column}) {
		return e
	}
	return errorAt(pos, msg, hint)
}

// advice splits the text of an error of another package into what is wrong and
// what to do.
func advice(err error) (msg, hint string) {
	text := oneLine(err.Error())
	for _, mark := range []string{": write ", "; write ", "; did you mean ", ": did you mean ", ": want "} {
		if before, after, found := strings.Cut(text, mark); found {
			return before, strings.TrimLeft(mark, ":; ") + after
		}
	}
	return text, ""
}

// quote shows a text of the file in one line of bounded length.
func quote(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "..."
	}
	return fmt.Sprintf("%q", s)
}

// didYouMean is a hint that names the nearest of the known names, else lists
// them all if they are few.
func didYouMean(name string, known []string) string {
	near, ok := spelling.Nearest(name, known)
	switch {
	case ok:
		return fmt.Sprintf("did you mean %q?", near)
	case len(known) == 0:
		return "there is none"
	case len(known) == 1:
		return "the only one is " + known[0]
	case len(known) <= 30:
		return "one of " + strings.Join(known, ", ")
	}
	return ""
}
