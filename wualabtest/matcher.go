package wualabtest

import "fmt"

// matcher is a Gomega matcher for values of one type.
type matcher[T comparable] struct {
	holds func(T) bool
	want  string         // "to be TRANSFERRED"
	tell  func(T) string // the actual value in words
}

// Match makes a value of another type an error, as Gomega's own matchers do.
func (m matcher[T]) Match(actual any) (bool, error) {
	value, ok := actual.(T)
	var none T
	if !ok || value == none {
		return false, fmt.Errorf("want a %T that is not nil, not %T", none, actual)
	}
	return m.holds(value), nil
}

// FailureMessage is told when the value should match and does not.
func (m matcher[T]) FailureMessage(actual any) string { return m.message(actual, "") }

// NegatedFailureMessage is told when the value matches and should not.
func (m matcher[T]) NegatedFailureMessage(actual any) string { return m.message(actual, "not ") }

func (m matcher[T]) message(actual any, not string) string {
	value, ok := actual.(T)
	if !ok {
		return fmt.Sprintf("Expected %T %s%s", actual, not, m.want)
	}
	return fmt.Sprintf("Expected %s %s%s", m.tell(value), not, m.want)
}
