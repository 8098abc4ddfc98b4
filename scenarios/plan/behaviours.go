package plan

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

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
			if p.value.kind == kindNull {
				d.fail(p.value.pos, p.key.text+": the value is missing", "write a value, or leave the key out")
			}
			b.keys = append(b.keys, p)
			b.Params[p.key.text] = d.plainValue(p.key.text, p.value)
		}
	case kindNull:
	default:
		d.fail(params.pos, fmt.Sprintf("%s: want its parameters, not %s", quote(b.Name), params.describe()), form)
		return
	}
	b.placeScript()
	b.readFile = d.opts.ReadFile
	switch t.format {
	case "server":
		b.check(d.faults, "server", d.opts.Servers)
	case "proxy":
		b.check(d.faults, "proxy", d.opts.Proxies)
	}
}

// plainValue gives a parameter's value as package behaviour takes it: string, int64,
// float64, bool, []any or map[string]any.
func (d *decoder) plainValue(key string, n *node) any {
	switch n.kind {
	case kindText:
		return n.text
	case kindBool:
		return n.text == "true"
	case kindInt:
		if i, err := strconv.ParseInt(n.text, 10, 64); err == nil && plainInt.MatchString(n.text) {
			return i
		}
		d.failText(n, &tag{key: key})
	case kindFloat:
		if f, err := strconv.ParseFloat(n.text, 64); err == nil {
			return f
		}
		d.failText(n, &tag{key: key})
	case kindList:
		list := make([]any, len(n.items))
		for i, item := range n.items {
			list[i] = d.plainValue(key, item)
		}
		return list
	case kindMapping:
		m := make(map[string]any, len(n.pairs))
		for _, p := range n.pairs {
			m[p.key.text] = d.plainValue(p.key.text, p.value)
		}
		return m
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
	for _, p := range b.keys {
		if !b.checkParam(f, table, def, p) {
			return // what is missing may be this one, misspelt
		}
	}
	b.checkTogether(f, table, def)
}

// checkParam reports whether one parameter is right by itself.
func (b *Behaviour) checkParam(f *faults, table behaviour.Table, def behaviour.Definition, written pair) bool {
	name := written.key.text
	p, ok := def.Param(name)
	if !ok {
		names := make([]string, len(def.Params))
		for i, q := range def.Params {
			names[i] = q.Name
		}
		f.fail(written.key.pos, fmt.Sprintf("behaviour %s: unknown parameter %s", b.Name, quote(name)), didYouMean(name, names))
		return false
	}
	if b.Params[name] == nil {
		return false // reported when it was read
	}
	err := p.Check(b.Params[name])
	if err != nil {
		b.failParam(f, table, def, err)
	}
	return err == nil
}

// checkTogether has the behaviour itself judge its parameters.
func (b *Behaviour) checkTogether(f *faults, table behaviour.Table, def behaviour.Definition) {
	_, err := table.Build(b.Name, b.Params, behaviour.Env{ReadFile: b.readFile})
	if err != nil {
		b.failParam(f, table, def, err)
	}
}

// failParam reports what package behaviour says, at the place that it is about.
func (b *Behaviour) failParam(f *faults, table behaviour.Table, def behaviour.Definition, err error) {
	var placed *behaviour.PlacedError
	if errors.As(err, &placed) && placed.Place.Inside {
		f.fail(Pos{File: b.Pos.File, Line: placed.Place.Line, Column: placed.Place.Column}, "script: "+oneLine(placed.Err.Error()),
			"scripts are in Starlark; see behaviours.md")
		return
	}
	var at *behaviour.ParamError
	if !errors.As(err, &at) {
		if inner := errors.Unwrap(err); inner != nil { // the name of the behaviour
			err = inner
		}
		f.fail(b.Pos, fmt.Sprintf("behaviour %s: %s", b.Name, err), "write for example "+def.Example)
		return
	}
	pos := b.place(at)
	msg, hint := advice(at.Err)
	last := at.Path[len(at.Path)-1]
	p, known := paramAt(table, def.Params, at.Path)
	if hint == "" && known {
		hint = p.Help
	}
	switch {
	case at.Key && known:
		f.fail(pos, fmt.Sprintf("behaviour %s: the %s %s is missing", b.Name, keyWord(at), strings.Join(at.Path, ".")), fmt.Sprintf("add %s: %s", last, p.Help))
	case at.Key:
		f.fail(pos, strings.Join(append([]string{"behaviour " + b.Name}, append(at.Path[:len(at.Path)-1:len(at.Path)-1], msg)...), ": "), hint)
	default:
		f.fail(pos, fmt.Sprintf("%s: %s", strings.Join(at.Path, "."), msg), hint)
	}
}

// keyWord says what the last name of an error's path is.
func keyWord(at *behaviour.ParamError) string {
	if len(at.Path) == 1 {
		return "parameter"
	}
	return "key"
}

// place finds where the value stands that an error is about, or its key.
func (b *Behaviour) place(at *behaviour.ParamError) Pos {
	pos, pairs, items := b.Pos, b.keys, []*node(nil)
	for i, step := range at.Path {
		n := (*node)(nil)
		for _, p := range pairs {
			if p.key.text != step {
				continue
			}
			if n = p.value; at.Key && i == len(at.Path)-1 {
				return p.key.pos
			}
		}
		if index, err := strconv.Atoi(step); err == nil && index >= 0 && index < len(items) {
			n = items[index]
		}
		if n == nil {
			return pos // of what should have it
		}
		pos, pairs, items = n.pos, n.pairs, n.items
	}
	return pos
}

// paramAt gives the description of the parameter to which a path leads.
func paramAt(table behaviour.Table, params []behaviour.Param, path []string) (behaviour.Param, bool) {
	for _, p := range params {
		switch {
		case p.Name != path[0]:
		case p.Type == behaviour.Uses:
			return paramInside(table, p, path[1:])
		case len(path) == 1 || p.Type != behaviour.Mapping || p.Each != nil:
			return p, true
		default:
			return paramAt(table, p.Fields, path[1:])
		}
	}
	return behaviour.Param{}, false
}

// paramInside goes on in the list of behaviours that a parameter is.
func paramInside(table behaviour.Table, p behaviour.Param, path []string) (behaviour.Param, bool) {
	for len(path) > 0 {
		if _, err := strconv.Atoi(path[0]); err != nil {
			break
		}
		path = path[1:]
	}
	if len(path) == 0 {
		return p, true
	}
	def, err := table.Lookup(path[0])
	if err != nil || len(path) == 1 {
		return behaviour.Param{}, false
	}
	return paramAt(table, def.Params, path[1:])
}
