package behaviour

import (
	"fmt"
	"time"
)

// Args are the checked arguments of one use of a behaviour. Getters of a name
// that the definition does not have, or with another type, return the zero value.
// It is read-only and safe for concurrent use.
type Args struct {
	Env
	values map[string]any
	given  map[string]bool
}

func (a Args) set(p Param, v any, given bool) error {
	switch {
	case !given && p.Required:
		return fmt.Errorf("parameter %q is missing: %s", p.Name, p.Help)
	case !given && p.Default == nil:
		a.values[p.Name] = p.zero()
		return nil
	case !given:
		v = p.Default
	}
	parsed, err := p.parse(v)
	if err != nil {
		return fmt.Errorf("parameter %q: %w", p.Name, err)
	}
	a.values[p.Name], a.given[p.Name] = parsed, given
	return nil
}

// Given reports whether the parameter was written, not taken from its default.
func (a Args) Given(name string) bool { return a.given[name] }

// Int returns a parameter of type Int or Status.
func (a Args) Int(name string) int { v, _ := a.values[name].(int); return v }

// Size returns a parameter of type Size, in bytes.
func (a Args) Size(name string) int64 { v, _ := a.values[name].(int64); return v }

// Duration returns a parameter of type Duration.
func (a Args) Duration(name string) time.Duration { v, _ := a.values[name].(time.Duration); return v }

// String returns a parameter of type String or Enum.
func (a Args) String(name string) string { v, _ := a.values[name].(string); return v }

// Bool returns a parameter of type Bool.
func (a Args) Bool(name string) bool { v, _ := a.values[name].(bool); return v }
