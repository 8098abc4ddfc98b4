package behaviour

import (
	"fmt"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"sync"
)

func (p Param) parseString(v any) (any, error) {
	s, ok := v.(string)
	switch {
	case !ok || s == "":
		return nil, fmt.Errorf("%s is not a text", show(v))
	case p.Pattern != "" && !compiled(p.Pattern).MatchString(s):
		return nil, fmt.Errorf("%q is malformed: write %s", s, p.Hint)
	}
	return s, nil
}

// PathPattern is what a parameter of type Path is like, but for its parts . and .., as a
// regular expression.
const PathPattern = `^[^/\\:][^\\:]*$`

func parsePath(v any) (any, error) {
	s, ok := v.(string)
	good := ok && compiled(PathPattern).MatchString(s)
	for _, part := range strings.Split(s, "/") {
		good = good && part != "" && part != "." && part != ".."
	}
	if !good {
		return nil, fmt.Errorf("%s is no path beneath the scenario's folder: write a plain path with /, such as pages/blocked.html", show(v))
	}
	return s, nil
}

// expressions keeps the patterns of parameters, of which there are few.
var expressions sync.Map

func compiled(pattern string) *regexp.Regexp {
	if re, ok := expressions.Load(pattern); ok {
		return re.(*regexp.Regexp)
	}
	re := regexp.MustCompile(pattern)
	expressions.Store(pattern, re)
	return re
}

// parseWord gives a scalar as it is written: on, 3 and true are words.
func parseWord(v any) (any, error) {
	switch v := v.(type) {
	case string:
		if v != "" {
			return v, nil
		}
	case bool:
		return strconv.FormatBool(v), nil
	default:
		if n, ok := whole(v); ok {
			return strconv.FormatInt(n, 10), nil
		}
	}
	return nil, fmt.Errorf("%s is not a word", show(v))
}

func parseChance(v any) (any, error) {
	chance, ok := v.(float64)
	if n, is := whole(v); is {
		chance, ok = float64(n), true
	}
	if s, is := v.(string); is {
		percent, found := strings.CutSuffix(s, "%")
		n, err := strconv.ParseFloat(percent, 64)
		chance, ok = n/100, found && err == nil
	}
	if !ok || !(chance >= 0 && chance <= 1) {
		return nil, fmt.Errorf("%s is not a chance: write a number from 0 to 1, or for example 25%%", show(v))
	}
	return chance, nil
}

// parseList reads a list; a single value is a list of one.
func (p Param) parseList(v any) (any, error) {
	list, ok := v.([]any)
	if !ok {
		one, err := p.Each.parse(v)
		if err != nil {
			return nil, err
		}
		return []any{one}, nil
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("the list is empty")
	}
	out := make([]any, len(list))
	for i, item := range list {
		parsed, err := p.Each.parse(item)
		if err != nil {
			return nil, inside(strconv.Itoa(i), err)
		}
		out[i] = parsed
	}
	return out, nil
}

func (p Param) parseMapping(v any) (any, error) {
	m, ok := v.(map[string]any)
	switch {
	case !ok:
		return nil, fmt.Errorf("%s is not a mapping: write for example %s", show(v), p.Hint)
	case len(m) == 0:
		return nil, fmt.Errorf("the mapping is empty: write for example %s", p.Hint)
	case p.Each == nil:
		return arguments("key", p.Fields, m)
	}
	out := make(map[string]any, len(m))
	for _, key := range sortedKeys(m) {
		parsed, err := p.Each.parse(m[key])
		if err != nil {
			return nil, inside(key, err)
		}
		out[key] = parsed
	}
	return out, nil
}

// arguments checks written values against their descriptions. what is how errors
// call them.
func arguments(what string, params []Param, written map[string]any) (Args, error) {
	for _, name := range sortedKeys(written) {
		if !hasParam(params, name) {
			return Args{}, &ParamError{Path: []string{name}, Key: true,
				Err: fmt.Errorf("unknown %s %q%s", what, name, hint(name, paramNames(params)))}
		}
	}
	args := Args{values: make(map[string]any, len(params)), given: make(map[string]bool, len(written))}
	for _, p := range params {
		v, given := written[p.Name]
		switch {
		case !given && p.Required:
			return Args{}, &ParamError{Path: []string{p.Name}, Key: true, Err: fmt.Errorf("%s %q is missing: %s", what, p.Name, p.Help)}
		case !given && p.Default == nil:
			args.values[p.Name] = p.zero()
			continue
		case !given:
			v = p.Default
		}
		parsed, err := p.parse(v)
		if err != nil {
			return Args{}, inside(p.Name, err)
		}
		args.values[p.Name], args.given[p.Name] = parsed, given
	}
	return args, nil
}

func hasParam(params []Param, name string) bool {
	for _, p := range params {
		if p.Name == name {
			return true
		}
	}
	return false
}

func paramNames(params []Param) []string {
	names := make([]string, len(params))
	for i, p := range params {
		names[i] = p.Name
	}
	return names
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

// Words says what a parameter takes, such as "size", "string, or a list of these" or "a|b".
func (p Param) Words() string {
	switch {
	case p.Type == List:
		return p.Each.Words() + ", or a list of these"
	case p.Type == Uses:
		return "list of behaviours"
	case p.Type == Mapping && p.Each != nil:
		return "mapping of " + p.Each.Words()
	case p.Type == Numbers && len(p.Enum) > 0:
		return strings.Join(append([]string{string(Numbers)}, p.Enum...), "|")
	case len(p.Enum) > 0:
		return strings.Join(p.Enum, "|")
	}
	return string(p.Type)
}
