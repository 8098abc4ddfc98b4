package script

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// item is what a place in a list or a dict costs, roughly.
const item = 32

// maxDigits bounds numbers, whose multiplication costs more than their size.
const maxDigits = 1 << 14 // bits

// guards are the functions that stand for operators, attributes, and those of Starlark's
// own functions that make much out of little.
func guards() starlark.StringDict {
	out := starlark.StringDict{
		guardAttr:  starlark.NewBuiltin("attribute", attribute),
		guardSlice: starlark.NewBuiltin("slice", slice),
		"getattr":  starlark.NewBuiltin("getattr", getAttribute),
	}
	for op, name := range operators() {
		out[name] = starlark.NewBuiltin(op.String(), binary(op))
	}
	for _, name := range []string{"list", "tuple", "sorted", "reversed", "enumerate", "zip", "dict", "set", "min", "max", "any", "all", "bytes", "int", "float", "hash"} {
		out[name] = charged(name, func(v starlark.Value) int64 { return shallow(v) })
	}
	for _, name := range []string{"str", "repr", "print", "fail"} {
		out[name] = charged(name, func(v starlark.Value) int64 { return deep(v, 0) })
	}
	return out
}

// charged is a function of Starlark that is charged for its arguments.
func charged(name string, cost func(v starlark.Value) int64) *starlark.Builtin {
	f := starlark.Universe[name]
	return starlark.NewBuiltin(name, func(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		if err := charge(t, total(args, kwargs, cost)); err != nil {
			return nil, err
		}
		return starlark.Call(t, f, args, kwargs)
	})
}

func total(args starlark.Tuple, kwargs []starlark.Tuple, cost func(v starlark.Value) int64) int64 {
	sum := int64(item)
	for _, v := range args {
		sum += cost(v)
	}
	for _, pair := range kwargs {
		sum += cost(pair[1])
	}
	return sum
}

// shallow measures what copying a value costs, without what is inside its items.
func shallow(v starlark.Value) int64 {
	switch v := v.(type) {
	case starlark.String:
		return int64(len(v))
	case starlark.Bytes:
		return int64(len(v))
	}
	if n := starlark.Len(v); n > 0 {
		return min(int64(n), math.MaxInt64/item/16) * item
	}
	return item
}

// deep measures the text of a value, up to what nobody has.
func deep(v starlark.Value, depth int) int64 {
	if depth > 64 {
		return 2 * maxMemory
	}
	sum := shallow(v)
	if sum > maxMemory {
		return sum
	}
	switch v := v.(type) {
	case *starlark.Dict:
		for key, value := range v.Entries() {
			if sum += deep(key, depth+1) + deep(value, depth+1); sum > maxMemory {
				return sum
			}
		}
	case starlark.Iterable:
		for one := range starlark.Elements(v) {
			if sum += deep(one, depth+1); sum > maxMemory {
				return sum
			}
		}
	}
	return sum
}

// binary is an operator.
func binary(op syntax.Token) function {
	return func(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
		x, y := args[0], args[1]
		cost := shallow(x) + shallow(y)
		switch op {
		case syntax.STAR:
			if n, ok := x.(starlark.Int); ok {
				cost = times(y, n)
			} else if n, ok := y.(starlark.Int); ok {
				cost = times(x, n)
			}
		case syntax.PERCENT:
			if format, ok := x.(starlark.String); ok {
				cost = int64(len(format)) + many(strings.Count(string(format), "%"), deep(y, 0))
			}
		}
		if err := charge(t, cost); err != nil {
			return nil, err
		}
		v, err := starlark.Binary(op, x, y)
		if n, ok := v.(starlark.Int); ok && n.BigInt().BitLen() > maxDigits {
			return nil, errors.New("the number is too large")
		}
		return v, err
	}
}

// times measures v repeated n times.
func times(v starlark.Value, n starlark.Int) int64 {
	count, ok := n.Int64()
	if _, number := v.(starlark.Int); number {
		return item
	}
	if !ok || count > maxMemory {
		return 2 * maxMemory
	}
	return many(int(max(count, 0)), shallow(v))
}

// many gives n times size, or more than anybody has.
func many(n int, size int64) int64 {
	if n == 0 {
		return 0
	}
	if size > 2*maxMemory/int64(n) {
		return 2 * maxMemory
	}
	return int64(n) * size
}

// slice is x[lo:hi:step].
func slice(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	x, ok := args[0].(starlark.Sliceable)
	if !ok {
		return nil, fmt.Errorf("a %s has no slices", args[0].Type())
	}
	if err := charge(t, shallow(x)); err != nil {
		return nil, err
	}
	n, step := x.Len(), 1
	if err := optional(args[3], &step); err != nil {
		return nil, err
	}
	if step == 0 {
		return nil, errors.New("a step of zero")
	}
	low, high, start, end := 0, n, 0, n
	if step < 0 {
		low, high, start, end = -1, n-1, n-1, -1
	}
	for i, bound := range []*int{&start, &end} {
		if args[1+i] == starlark.None {
			continue
		}
		if err := optional(args[1+i], bound); err != nil {
			return nil, err
		}
		if *bound < 0 {
			*bound += n
		}
		*bound = min(max(*bound, low), high)
	}
	if step > 0 && end < start || step < 0 && start < end {
		end = start
	}
	return x.Slice(start, end, step), nil
}

func optional(v starlark.Value, n *int) error {
	if v == starlark.None {
		return nil
	}
	return starlark.AsInt(v, n)
}

// attribute gives x.name; a method of Starlark's own values is charged when it is
// called.
func attribute(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	x, name := args[0], string(args[1].(starlark.String))
	var v starlark.Value
	if has, ok := x.(starlark.HasAttrs); ok {
		var err error
		if v, err = has.Attr(name); err != nil {
			return nil, err
		}
	}
	if v == nil {
		return nil, fmt.Errorf("%s has no .%s field or method", x.Type(), name)
	}
	method, ok := v.(*starlark.Builtin)
	if _, own := x.(*record); own || !ok {
		return v, nil
	}
	return starlark.NewBuiltin(name, func(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		if err := charge(t, methodCost(x, name, args, kwargs)); err != nil {
			return nil, err
		}
		return starlark.Call(t, method, args, kwargs)
	}), nil
}

// getAttribute is Starlark's getattr, whose methods are charged, too.
func getAttribute(t *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var x, fallback starlark.Value
	var name string
	if err := starlark.UnpackPositionalArgs(b.Name(), args, kwargs, 2, &x, &name, &fallback); err != nil {
		return nil, err
	}
	v, err := attribute(t, b, starlark.Tuple{x, starlark.String(name)}, nil)
	if err != nil && fallback != nil {
		return fallback, nil
	}
	return v, err
}

// methodCost measures what a method of a value makes.
func methodCost(x starlark.Value, name string, args starlark.Tuple, kwargs []starlark.Tuple) int64 {
	s, isText := x.(starlark.String)
	switch {
	case isText && name == "join" && len(args) == 1:
		return deep(args[0], 0) + many(max(starlark.Len(args[0]), 0), int64(len(s)))
	case isText && name == "replace" && len(args) >= 2:
		old, ok := starlark.AsString(args[0])
		with, ok2 := starlark.AsString(args[1])
		if ok && ok2 {
			return int64(len(s)) + many(strings.Count(string(s), old), int64(len(with)))
		}
	case isText && name == "format":
		return int64(len(s)) + many(strings.Count(string(s), "{"), total(args, kwargs, func(v starlark.Value) int64 { return deep(v, 0) }))
	case isText:
		return many(16, int64(len(s))) // a list of its letters, at worst
	case name == "append", name == "get", name == "setdefault", name == "add":
		return item
	}
	return shallow(x) + total(args, kwargs, shallow)
}
