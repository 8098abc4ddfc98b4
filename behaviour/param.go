package behaviour

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/wualab/wualab/quantity"
)

// ParamType says which values a parameter takes. The zero value is no type.
type ParamType string

// The types of parameters, with what is accepted from a decoded YAML document or
// from Go.
const (
	Int      ParamType = "int"        // a whole number, not negative
	Size     ParamType = "size"       // bytes, a string that quantity.ParseSize reads, or 0
	Duration ParamType = "duration"   // a string that quantity.ParseDuration reads, a time.Duration, or 0
	String   ParamType = "string"     // a string that is not empty
	Path     ParamType = "path"       // a path beneath the scenario's folder, with / and without . and ..
	Status   ParamType = "status"     // an HTTP status, 200 to 599
	Bool     ParamType = "bool"       // true or false
	Enum     ParamType = "enum"       // one of Param.Enum
	Chance   ParamType = "chance"     // a number from 0 to 1, or a string such as "25%"
	Word     ParamType = "word"       // a string that is not empty, a number, true or false; as text
	Numbers  ParamType = "numbers"    // a number, or a string that ParseCount reads
	Match    ParamType = "pattern"    // a string that ParsePattern reads
	List     ParamType = "list"       // values of Param.Each, or one of them without a list
	Text     ParamType = "text"       // a string with placeholders that ParseTemplate reads
	Uses     ParamType = "behaviours" // a list of behaviours, of which each is one or itself a list: a name, or a map of a name to its parameters
	Mapping  ParamType = "mapping"    // a map with the keys of Param.Fields, or any keys with values of Param.Each
)

// Param describes one parameter of a behaviour.
type Param struct {
	Name     string
	Help     string
	Type     ParamType
	Enum     []string // for type Enum; for type Numbers words that may stand for numbers
	Default  any      // used when the parameter is absent; nil: the type's zero
	Required bool
	Pattern  string  // for type String: a regular expression, in the syntax that Go and ECMA 262 share
	Hint     string  // what to write, for a value that Pattern does not match
	Fields   []Param // for type Mapping
	Each     *Param  // for types List and Mapping; Name is not used
}

// Check judges a written value by itself. An error is a *ParamError, whose path begins
// with the parameter's name.
func (p Param) Check(v any) error {
	if _, err := p.parse(v); err != nil {
		return inside(p.Name, err)
	}
	return nil
}

// parse turns a written value into int, int64, float64, time.Duration, string, bool,
// Count, Pattern, []any, Args, map[string]any,
// [][]Use or *Template. An error inside the value is a
// *ParamError.
func (p Param) parse(v any) (any, error) {
	switch p.Type {
	case Int:
		return p.parseInt(v, 0, math.MaxInt32)
	case Status:
		return p.parseInt(v, 200, 599)
	case Size:
		return p.parseSize(v)
	case Duration:
		return p.parseDuration(v)
	case Bool:
		if b, ok := v.(bool); ok {
			return b, nil
		}
		return nil, fmt.Errorf("%s is not true or false", show(v))
	case String:
		return p.parseString(v)
	case Path:
		return parsePath(v)
	case Word:
		return parseWord(v)
	case Enum:
		return p.parseEnum(v)
	case Chance:
		return parseChance(v)
	case Numbers:
		return p.parseNumbers(v)
	case Match:
		return parseMatch(v)
	case List:
		return p.parseList(v)
	case Mapping:
		return p.parseMapping(v)
	case Uses:
		return parseChoices(v)
	case Text:
		return parseTemplate(v)
	}
	return nil, fmt.Errorf("has the unknown type %q", string(p.Type))
}

func (p Param) parseInt(v any, least, most int64) (any, error) {
	n, ok := whole(v)
	if !ok {
		return nil, fmt.Errorf("%s is not a whole number", show(v))
	}
	if n < least || n > most {
		return nil, fmt.Errorf("%d is not between %d and %d", n, least, most)
	}
	return int(n), nil
}

func (p Param) parseSize(v any) (any, error) {
	switch v := v.(type) {
	case string:
		n, err := quantity.ParseSize(v)
		if err != nil {
			return nil, err
		}
		return n, nil
	default:
		n, ok := whole(v)
		if ok && n == 0 {
			return int64(0), nil
		}
		if ok {
			return nil, fmt.Errorf("%d has no unit: write %dB, or for example 300kB", n, n)
		}
		return nil, fmt.Errorf("%s is not a size: write for example 300kB", show(v))
	}
}

func (p Param) parseDuration(v any) (any, error) {
	switch v := v.(type) {
	case string:
		d, err := quantity.ParseDuration(v)
		if err != nil {
			return nil, err
		}
		return d, nil
	case time.Duration:
		if v < 0 {
			return nil, fmt.Errorf("%v is negative", v)
		}
		return v, nil
	default:
		n, ok := whole(v)
		if ok && n == 0 {
			return time.Duration(0), nil
		}
		if ok {
			return nil, fmt.Errorf("%d has no unit: write for example %ds", n, n)
		}
		return nil, fmt.Errorf("%s is not a duration: write for example 600s", show(v))
	}
}

func (p Param) parseEnum(v any) (any, error) {
	s, ok := v.(string)
	for _, choice := range p.Enum {
		if ok && s == choice {
			return s, nil
		}
	}
	return nil, fmt.Errorf("%s is not one of %s%s", show(v), strings.Join(p.Enum, ", "), hint(s, p.Enum))
}

// zero is the value of an absent parameter without default.
func (p Param) zero() any {
	switch p.Type {
	case Int, Status:
		return 0
	case Size:
		return int64(0)
	case Duration:
		return time.Duration(0)
	case Bool:
		return false
	case Chance:
		return 0.0
	case Numbers:
		return Count{}
	case Match:
		return Pattern{}
	case List:
		return []any(nil)
	case Uses:
		return [][]Use(nil)
	case Text:
		return (*Template)(nil)
	case Mapping:
		if p.Each != nil {
			return map[string]any(nil)
		}
		return Args{}
	}
	return ""
}

// whole accepts the number types that YAML and JSON decoders give.
func whole(v any) (int64, bool) {
	switch v := v.(type) {
	case int:
		return int64(v), true
	case int64:
		return v, true
	case uint64:
		return int64(v), v <= math.MaxInt64
	case float64:
		return int64(v), v == math.Trunc(v) && math.Abs(v) < 1<<53
	}
	return 0, false
}

func show(v any) string {
	switch v := v.(type) {
	case string:
		return fmt.Sprintf("%q", v)
	case []any:
		return "a list"
	case map[string]any:
		return "a mapping"
	case nil:
		return "nothing"
	}
	return fmt.Sprint(v)
}

// ParamError is what is wrong with one written parameter, and where inside its value.
type ParamError struct {
	// Path leads to the fault: the parameter's name, then the keys and the indexes of
	// the mappings and lists inside its value.
	Path []string
	// Key says that the last name of Path itself is wrong or missing, not its value.
	Key bool
	Err error
}

// Error names the place, joined with dots, and what is wrong there.
func (e *ParamError) Error() string {
	if e.Key && len(e.Path) == 1 {
		return e.Err.Error()
	}
	if e.Key {
		return fmt.Sprintf("parameter %q: %v", strings.Join(e.Path[:len(e.Path)-1], "."), e.Err)
	}
	return fmt.Sprintf("parameter %q: %v", strings.Join(e.Path, "."), e.Err)
}

// Unwrap gives what is wrong, without the place.
func (e *ParamError) Unwrap() error { return e.Err }

// inside adds the step that leads to an error.
func inside(step string, err error) error {
	var inner *ParamError
	if errors.As(err, &inner) {
		return &ParamError{Path: append([]string{step}, inner.Path...), Key: inner.Key, Err: inner.Err}
	}
	return &ParamError{Path: []string{step}, Err: err}
}
