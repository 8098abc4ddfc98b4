package behaviour

import (
	"fmt"
	"math"
	"sort"
	"strings"
	"time"

	"github.com/wualab/wualab/quantity"
)

// ParamType says which values a parameter takes. The zero value is no type.
type ParamType string

// The types of parameters, with what is accepted from a decoded YAML document or
// from Go.
const (
	Int      ParamType = "int"      // a whole number, not negative
	Size     ParamType = "size"     // bytes, a string that quantity.ParseSize reads, or 0
	Duration ParamType = "duration" // a string that quantity.ParseDuration reads, a time.Duration, or 0
	String   ParamType = "string"   // a string that is not empty
	Status   ParamType = "status"   // an HTTP status, 200 to 599
	Bool     ParamType = "bool"     // true or false
	Enum     ParamType = "enum"     // one of Param.Enum
)

// Param describes one parameter of a behaviour.
type Param struct {
	Name     string
	Help     string
	Type     ParamType
	Enum     []string // for type Enum
	Default  any      // used when the parameter is absent; nil: the type's zero
	Required bool
}

// parse turns a written value into int, int64, time.Duration, string or bool.
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
		if s, ok := v.(string); ok && s != "" {
			return s, nil
		}
		return nil, fmt.Errorf("%s is not a text", show(v))
	case Enum:
		return p.parseEnum(v)
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
	if s, ok := v.(string); ok {
		return fmt.Sprintf("%q", s)
	}
	return fmt.Sprint(v)
}

// check turns written parameters into arguments.
func (d Definition) check(params map[string]any) (Args, error) {
	known := make([]string, len(d.Params))
	for i, p := range d.Params {
		known[i] = p.Name
	}
	written := make([]string, 0, len(params))
	for name := range params {
		written = append(written, name)
	}
	sort.Strings(written)
	for _, name := range written {
		if _, ok := d.Param(name); !ok {
			return Args{}, fmt.Errorf("unknown parameter %q%s", name, hint(name, known))
		}
	}
	args := Args{values: make(map[string]any, len(d.Params)), given: make(map[string]bool, len(params))}
	for _, p := range d.Params {
		v, given := params[p.Name]
		if err := args.set(p, v, given); err != nil {
			return Args{}, err
		}
	}
	return args, nil
}
