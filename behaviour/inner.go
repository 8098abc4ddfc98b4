package behaviour

import (
	"errors"
	"fmt"
	"strconv"
)

const usesHint = "write a list, such as [no-answer, {status: {status: 503}}]"

// parseChoices reads a list of behaviours of which each may itself be a list.
func parseChoices(v any) (any, error) {
	list, ok := v.([]any)
	if !ok {
		return nil, fmt.Errorf("%s is no list of behaviours: %s", show(v), usesHint)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("the list is empty: %s", usesHint)
	}
	choices := make([][]Use, len(list))
	for i, item := range list {
		uses, err := parseChoice(item)
		if err != nil {
			return nil, inside(strconv.Itoa(i), err)
		}
		choices[i] = uses
	}
	return choices, nil
}

func parseChoice(item any) ([]Use, error) {
	several, ok := item.([]any)
	if !ok {
		use, err := ParseUse(item)
		return []Use{use}, err
	}
	if len(several) == 0 {
		return nil, errors.New("the list is empty: write pass for a request that goes on as it is")
	}
	uses := make([]Use, len(several))
	for i, one := range several {
		use, err := ParseUse(one)
		if err != nil {
			return nil, inside(strconv.Itoa(i), err)
		}
		uses[i] = use
	}
	return uses, nil
}

// ParseUse reads a behaviour as documents have it: a name, or a map of one name to its
// parameters.
func ParseUse(v any) (Use, error) {
	const form = "write a name, or {name: {parameter: value}}"
	if name, ok := v.(string); ok && name != "" {
		return Use{Name: name}, nil
	}
	m, ok := v.(map[string]any)
	if !ok || len(m) != 1 {
		return Use{}, fmt.Errorf("%s is no behaviour: %s", show(v), form)
	}
	for name, params := range m {
		p, ok := params.(map[string]any)
		if !ok && params != nil {
			return Use{}, inside(name, fmt.Errorf("%s are no parameters: %s", show(params), form))
		}
		return Use{Name: name, Params: p}, nil
	}
	return Use{}, nil
}

// maxDepth is how deep behaviours may stand inside each other.
const maxDepth = 8

// buildInner makes the behaviours that are parameters of one.
func (t Table) buildInner(d Definition, args Args, env Env) error {
	if env.depth++; env.depth > maxDepth {
		return fmt.Errorf("stands %d deep inside others", maxDepth)
	}
	for _, p := range d.Params {
		choices, ok := args.values[p.Name].([][]Use)
		if !ok {
			continue
		}
		built := make([]Middleware, len(choices))
		for i, uses := range choices {
			m, err := t.chainInner(uses, env)
			if err != nil {
				return inside(p.Name, inside(strconv.Itoa(i), err))
			}
			built[i] = m
		}
		args.values[p.Name] = built
	}
	return nil
}

// chainInner is Chain with errors that say where.
func (t Table) chainInner(uses []Use, env Env) (Middleware, error) {
	list := make([]Middleware, len(uses))
	for i, use := range uses {
		m, err := t.buildOne(use, env)
		if err != nil && len(uses) > 1 {
			err = inside(strconv.Itoa(i), err)
		}
		if err != nil {
			return nil, err
		}
		list[i] = m
	}
	return inOrder(list), nil
}

func (t Table) buildOne(use Use, env Env) (Middleware, error) {
	d, err := t.Lookup(use.Name)
	if err != nil {
		return nil, &ParamError{Path: []string{use.Name}, Key: true, Err: err}
	}
	if d.Place {
		return nil, &ParamError{Path: []string{use.Name}, Key: true,
			Err: fmt.Errorf("%s can't stand inside another behaviour: write it into the list itself", use.Name)}
	}
	m, err := t.Build(use.Name, use.Params, env)
	if err != nil {
		if inner := errors.Unwrap(err); inner != nil { // the name, which the path has
			err = inner
		}
		return nil, inside(use.Name, err)
	}
	return m, nil
}

// Inside calls f with a use and those inside its parameters, until f returns true, which
// it reports.
func (t Table) Inside(use Use, f func(Use) bool) bool {
	if f(use) {
		return true
	}
	d, err := t.Lookup(use.Name)
	if err != nil {
		return false
	}
	for _, p := range d.Params {
		if p.Type != Uses || use.Params[p.Name] == nil {
			continue
		}
		choices, err := parseChoices(use.Params[p.Name])
		if err != nil {
			return false // Build says so
		}
		for _, uses := range choices.([][]Use) {
			for _, inner := range uses {
				if t.Inside(inner, f) {
					return true
				}
			}
		}
	}
	return false
}
