package plan

import (
	"cmp"
	"fmt"
)

// Pos is a place in a scenario file; lines and columns count from 1. The zero
// value is no place.
type Pos struct {
	File         string
	Line, Column int
}

// String gives "file:line:column".
func (p Pos) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }

// before orders places of one file.
func (p Pos) before(q Pos) bool {
	return cmp.Or(cmp.Compare(p.Line, q.Line), cmp.Compare(p.Column, q.Column)) < 0
}

// Opt is a setting that a file may leave out. Unless it is Set, Value is the
// default that the language names, or zero.
type Opt[T any] struct {
	Set   bool
	Value T
	Pos   Pos
}

// Or gives the value if the file has it, else fallback.
func (o Opt[T]) Or(fallback T) T {
	if o.Set {
		return o.Value
	}
	return fallback
}

// Want is an expected value. The zero value expects nothing. Any is "?": the
// actual value is reported and not judged; only files of level observe have it.
type Want[T any] struct {
	Set   bool
	Any   bool
	Value T
	Pos   Pos
}

// Judges reports whether there is a value to compare with.
func (w Want[T]) Judges() bool { return w.Set && !w.Any }

// Bound is an expected number or duration: exactly one, or at least and at
// most. The zero value expects nothing; Any is "?", as in Want.
type Bound[T int | int64 | Duration] struct {
	Set, Any        bool
	AtLeast, AtMost Opt[T]
	Pos             Pos
}

// Holds reports whether v lies within the bounds, both included. Without
// bounds, and for "?", every value does.
func (b Bound[T]) Holds(v T) bool {
	return (!b.AtLeast.Set || v >= b.AtLeast.Value) && (!b.AtMost.Set || v <= b.AtMost.Value)
}

// String gives "3", "at least 3", "at most 5", "3 to 5", "?" or "anything".
func (b Bound[T]) String() string {
	low, high := b.AtLeast, b.AtMost
	switch {
	case b.Any:
		return "?"
	case low.Set && high.Set && low.Value == high.Value:
		return fmt.Sprint(low.Value)
	case low.Set && high.Set:
		return fmt.Sprintf("%v to %v", low.Value, high.Value)
	case low.Set:
		return fmt.Sprintf("at least %v", low.Value)
	case high.Set:
		return fmt.Sprintf("at most %v", high.Value)
	}
	return "anything"
}
