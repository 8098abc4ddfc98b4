package plan

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/wualab/wualab/behaviour"
)

// decode reads "name" or {name: {parameter: value}}.
func (b *Behaviour) decode(d *decoder, n *node, t *tag) {
	const form = "write a name, or {name: {parameter: value}}"
	b.Pos, b.source = n.pos, n
	params := &node{kind: kindNull}
	switch {
	case n.kind == kindText:
		b.Name = n.text
	case n.kind == kindMapping && len(n.pairs) == 1:
		b.Pos, b.Name, params = n.pairs[0].key.pos, n.pairs[0].key.text, n.pairs[0].value
	default:
		d.fail(n.pos, fmt.Sprintf("%s: want a behaviour, not %s", t.key, n.describe()), form)
		return
	}
	switch params.kind {
	case kindBroken:
		return
	case kindMapping:
		b.Params = make(map[string]any, len(params.pairs))
		for _, p := range params.pairs {
			b.keys = append(b.keys, param{p.key.text, p.key.pos, p.value.pos})
			b.Params[p.key.text] = d.plainValue(p)
		}
	case kindNull:
	default:
		d.fail(params.pos, fmt.Sprintf("%s: want its parameters, not %s", quote(b.Name), params.describe()), form)
	}
	switch t.format {
	case "server":
		b.check(d.faults, "server", d.opts.Servers)
	case "proxy":
		b.check(d.faults, "proxy", d.opts.Proxies)
	}
}

// param is a parameter as it is written.
type param struct {
	name    string
	pos, at Pos // of the name and of the value
}

// plainValue gives a parameter's value as package behaviour takes it.
func (d *decoder) plainValue(p pair) any {
	switch n := p.value; n.kind {
	case kindText:
		return n.text
	case kindBool:
		return n.text == "true"
	case kindInt:
		if i, err := strconv.ParseInt(n.text, 10, 64); err == nil && plainInt.MatchString(n.text) {
			return i
		}
		fallthrough
	case kindFloat:
		d.failText(n, &tag{key: p.key.text})
	case kindBroken:
	default:
		d.fail(n.pos, fmt.Sprintf("%s: want a scalar, not %s", p.key.text, n.describe()), "parameters are texts, numbers, true and false")
	}
	return nil
}

// check looks the behaviour up in the table of a server or proxy; a nil table
// has no opinion.
func (b *Behaviour) check(f *faults, node string, table behaviour.Table) {
	if table == nil || f.err != nil && !b.Pos.before(Pos{Line: f.err.Line, Column: f.err.Column}) {
		return
	}
	def, err := table.Lookup(b.Name)
	if err != nil {
		names := make([]string, len(table))
		for i, d := range table {
			names[i] = d.Name
		}
		f.fail(b.Pos, fmt.Sprintf("unknown behaviour %s of a %s", quote(b.Name), node), didYouMean(b.Name, names))
		return
	}
	for _, k := range b.keys {
		if !b.checkParam(f, def, k) {
			return // what is missing may be this one, misspelt
		}
	}
	for _, p := range def.Params {
		if _, given := b.Params[p.Name]; p.Required && !given {
			f.fail(b.Pos, fmt.Sprintf("behaviour %s: the parameter %s is missing", b.Name, p.Name), fmt.Sprintf("add %s: %s", p.Name, p.Help))
			return
		}
	}
	b.checkTogether(f, def)
}

// checkTogether has the behaviour itself judge its parameters.
func (b *Behaviour) checkTogether(f *faults, def behaviour.Definition) {
	_, err := behaviour.Table{def}.Build(b.Name, b.Params, behaviour.Env{})
	if err == nil {
		return
	}
	if inner := errors.Unwrap(err); inner != nil { // the name of the behaviour
		err = inner
	}
	f.fail(b.Pos, fmt.Sprintf("behaviour %s: %s", b.Name, err), "write for example "+def.Example)
}

// checkParam reports whether one parameter is right by itself.
func (b *Behaviour) checkParam(f *faults, def behaviour.Definition, k param) bool {
	p, ok := def.Param(k.name)
	if !ok {
		names := make([]string, len(def.Params))
		for i, q := range def.Params {
			names[i] = q.Name
		}
		f.fail(k.pos, fmt.Sprintf("behaviour %s: unknown parameter %s", b.Name, quote(k.name)), didYouMean(k.name, names))
		return false
	}
	if b.Params[k.name] == nil {
		return false // reported when it was read
	}
	if err := tryParam(p, b.Params[k.name]); err != nil {
		msg, hint := advice(err)
		if hint == "" {
			hint = p.Help
		}
		f.fail(k.at, fmt.Sprintf("%s: %s", k.name, msg), hint)
		return false
	}
	return true
}

// tryParam has package behaviour judge one parameter by itself, so that the
// error can have its place.
func tryParam(p behaviour.Param, v any) error {
	one := behaviour.Table{{
		Name: p.Name, Params: []behaviour.Param{p},
		New: func(behaviour.Args) (behaviour.Middleware, error) {
			return func(h http.Handler) http.Handler { return h }, nil
		},
	}}
	_, err := one.Build(p.Name, map[string]any{p.Name: v}, behaviour.Env{})
	for range 2 { // the names of behaviour and parameter
		if inner := errors.Unwrap(err); inner != nil {
			err = inner
		}
	}
	return err
}
