package behaviour

import "time"

// Args are the checked arguments of one use of a behaviour. Getters of a name
// that the definition does not have, or with another type, return the zero value.
// It is read-only and safe for concurrent use.
type Args struct {
	Env
	values map[string]any
	given  map[string]bool
}

// Given reports whether the parameter was written, not taken from its default.
func (a Args) Given(name string) bool { return a.given[name] }

// Int returns a parameter of type Int or Status.
func (a Args) Int(name string) int { v, _ := a.values[name].(int); return v }

// Size returns a parameter of type Size, in bytes.
func (a Args) Size(name string) int64 { v, _ := a.values[name].(int64); return v }

// Duration returns a parameter of type Duration.
func (a Args) Duration(name string) time.Duration { v, _ := a.values[name].(time.Duration); return v }

// String returns a parameter of type String, Word or Enum.
func (a Args) String(name string) string { v, _ := a.values[name].(string); return v }

// Bool returns a parameter of type Bool.
func (a Args) Bool(name string) bool { v, _ := a.values[name].(bool); return v }

// Chance returns a parameter of type Chance, from 0 to 1.
func (a Args) Chance(name string) float64 { v, _ := a.values[name].(float64); return v }

// Count returns a parameter of type Numbers.
func (a Args) Count(name string) Count { v, _ := a.values[name].(Count); return v }

// Pattern returns a parameter of type Match.
func (a Args) Pattern(name string) Pattern { v, _ := a.values[name].(Pattern); return v }

// Mapping returns a parameter of type Mapping that has fields.
func (a Args) Mapping(name string) Args {
	v, _ := a.values[name].(Args)
	v.Env = a.Env
	return v
}

// Strings returns a parameter of type List whose items are texts.
func (a Args) Strings(name string) []string {
	list, _ := a.values[name].([]any)
	var texts []string
	for _, item := range list {
		if s, ok := item.(string); ok {
			texts = append(texts, s)
		}
	}
	return texts
}

// Patterns returns a parameter of type Mapping with values of type Match.
func (a Args) Patterns(name string) map[string]Pattern {
	m, _ := a.values[name].(map[string]any)
	patterns := make(map[string]Pattern, len(m))
	for key, v := range m {
		if p, ok := v.(Pattern); ok {
			patterns[key] = p
		}
	}
	return patterns
}

// Behaviours returns a parameter of type Uses, ready to wrap a handler: one for each
// item of the list.
func (a Args) Behaviours(name string) []Middleware {
	m, _ := a.values[name].([]Middleware)
	return m
}

// Ints returns a parameter of type List whose items are of type Int.
func (a Args) Ints(name string) []int {
	list, _ := a.values[name].([]any)
	var numbers []int
	for _, item := range list {
		if n, ok := item.(int); ok {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// Text returns a parameter of type Text; nil when it was not given.
func (a Args) Text(name string) *Template { v, _ := a.values[name].(*Template); return v }

// Texts returns a parameter of type Mapping with values of type Text.
func (a Args) Texts(name string) map[string]*Template {
	m, _ := a.values[name].(map[string]any)
	texts := make(map[string]*Template, len(m))
	for key, v := range m {
		if t, ok := v.(*Template); ok {
			texts[key] = t
		}
	}
	return texts
}
