package behaviour

import "fmt"

// Place is a place in a file, counted from 1.
type Place struct {
	File         string
	Line, Column int
	Inside       bool // of the file that the parameters stand in, a scenario file
}

// String gives file:line:column.
func (p Place) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }

// PlacedError is what is wrong with a text that a parameter is, such as a script, and
// where in that text.
type PlacedError struct {
	Place Place
	Err   error
}

// Error gives "file:line:column: message".
func (e *PlacedError) Error() string { return fmt.Sprintf("%v: %v", e.Place, e.Err) }

// Unwrap gives what is wrong, without the place.
func (e *PlacedError) Unwrap() error { return e.Err }
