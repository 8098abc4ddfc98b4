package plan

import "fmt"

// Error is what is wrong with a scenario file, where, and what to do about it.
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
