package plan

import (
	"fmt"
	"strings"
)

// Error is what is wrong with a scenario file, where, and what to do about it.
// Line and Column count from 1, in characters.
type Error struct {
	File         string
	Line, Column int
	Msg          string
	Hint         string // may be empty
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
	const most = 64 // bounds the work on hostile input
	best, least := "", len(name)/3+2
	for _, k := range known {
		if len(name) > most || len(k) > most {
			continue
		}
		if d := distance(strings.ToLower(name), strings.ToLower(k)); d < least {
			best, least = k, d
		}
	}
	switch {
	case best != "":
		return fmt.Sprintf("did you mean %q?", best)
	case len(known) == 0:
		return "there is none"
	case len(known) == 1:
		return "the only one is " + known[0]
	case len(known) <= 30:
		return "one of " + strings.Join(known, ", ")
	}
	return ""
}

// distance is the number of bytes to insert, delete or replace to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
