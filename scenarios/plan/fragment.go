package plan

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// Fragment is a part of a scenario that stands by itself, such as the behaviours that
// somebody asks of a server that runs. It is written as in a scenario file, without
// matrix and references: "${" stands for itself.
type Fragment struct {
	Name   string // for errors, in place of a file's name
	Source []byte
	JSON   bool // it is JSON (RFC 8259); else YAML
}

// ParseBehaviours reads what stands under behaviours of the scenario's server or proxy
// node: a list of behaviours, or one. Errors are as those of [Load], and have a Pointer.
func (s *Scenario) ParseBehaviours(f Fragment, node string, opts Options) ([]Behaviour, error) {
	kind := "server"
	if s.Proxy(node) != nil {
		kind = "proxy"
	}
	var list []Behaviour
	t := &tag{key: "behaviours", format: kind, one: true, help: `write a list such as [{delay: {duration: 5s}}]; [] is none`}
	return list, s.parse(f, &list, t, opts, nil)
}

// ParseChange reads what stands under change of a step: a mapping from the names of
// servers and proxies to what becomes different. Errors are as those of [Load], and have a
// Pointer.
func (s *Scenario) ParseChange(f Fragment, opts Options) ([]Change, error) {
	var list []Change
	t := &tag{key: "change", keyed: true, required: true, help: "write a mapping such as {origin: {behaviours: [ignore-range]}}"}
	return list, s.parse(f, &list, t, opts, func(c *checker) {
		for _, one := range list {
			c.checkChange(one)
		}
	})
}

// ParseFiles reads what stands under files of a server: a mapping from paths to what
// they have. Errors are as those of [Load], and have a Pointer.
func (s *Scenario) ParseFiles(f Fragment, opts Options) ([]FileSpec, error) {
	var list []FileSpec
	t := &tag{key: "files", keyed: true, help: "write a mapping such as {/update.cab: {size: 300kB, seed: 7}}"}
	return list, s.parse(f, &list, t, opts, func(c *checker) { c.checkFiles(list) })
}

// ParseWire reads what stands under wire of a step's expectations: a list, or one. The
// simulated PC can't be named. Errors are as those of [Load], and have a Pointer.
func (s *Scenario) ParseWire(f Fragment, opts Options) ([]ExpectWire, error) {
	var list []ExpectWire
	t := &tag{key: "wire", one: true, required: true, help: "write a list such as [{on: origin, count: 1}]"}
	return list, s.parse(f, &list, t, opts, func(c *checker) {
		for _, w := range list {
			if w.On.Value == clientNode {
				c.fail(w.On.Pos, "on: the simulated PC takes no part here", "one of "+strings.Join(c.nodeNames(), ", "))
			}
			c.checkWire(w)
		}
	})
}

// parse decodes a fragment into list, a pointer, as the key t would hold it.
func (s *Scenario) parse(f Fragment, list any, t *tag, opts Options, check func(*checker)) error {
	root, bad := f.read(t)
	if bad != nil {
		return bad
	}
	if root.kind == kindMapping && len(root.pairs) == 1 && root.pairs[0].key.text == t.key {
		bad := errorAt(root.pairs[0].key.pos, fmt.Sprintf("the key %s is there itself", t.key), "write what stands under it alone")
		bad.Pointer = "/" + t.key
		return bad
	}
	d := &decoder{faults: &faults{}, opts: opts, level: Required}
	d.decode(root, reflect.ValueOf(list).Elem(), t)
	if d.err == nil && check != nil {
		check(newChecker(d.faults, opts, s))
	}
	if d.err == nil {
		return nil
	}
	d.err.Pointer = pointerTo(root, Pos{Line: d.err.Line, Column: d.err.Column})
	return d.err
}

func (f Fragment) read(t *tag) (*node, *Error) {
	if err := checkBytes(f.Name, f.Source); err != nil {
		return nil, err
	}
	if len(strings.TrimSpace(string(f.Source))) == 0 {
		return nil, errorAt(Pos{File: f.Name, Line: 1, Column: 1}, t.key+": there is nothing", t.help)
	}
	if f.JSON {
		return parseJSON(f.Name, f.Source)
	}
	return newSyntax(f.Name, f.Source).parse()
}

// pointerTo gives the JSON Pointer (RFC 6901) of the first node at a place: a value, or
// the value of the key that stands there.
func pointerTo(root *node, at Pos) string {
	var find func(n *node, path string) (string, bool)
	find = func(n *node, path string) (string, bool) {
		if n.pos.Line == at.Line && n.pos.Column == at.Column {
			return path, true
		}
		for i, item := range n.items {
			if found, ok := find(item, fmt.Sprintf("%s/%d", path, i)); ok {
				return found, true
			}
		}
		for _, p := range n.pairs {
			below := path + "/" + pointerEscapes.Replace(p.key.text)
			if p.key.pos.Line == at.Line && p.key.pos.Column == at.Column {
				return below, true
			}
			if found, ok := find(p.value, below); ok {
				return found, true
			}
		}
		return "", false
	}
	path, _ := find(root, "")
	return path
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// Written gives the behaviour as it is written, in the types of encoding/json: its name,
// or a mapping. Of one that was not read it is made from Name and Params.
func (b Behaviour) Written() any {
	switch {
	case b.source != nil:
		return b.source.plain()
	case len(b.Params) == 0:
		return b.Name
	}
	return map[string]any{b.Name: b.Params}
}

// plain gives a node's value in the types of encoding/json.
func (n *node) plain() any {
	switch n.kind {
	case kindText:
		return n.text
	case kindBool:
		return n.text == "true"
	case kindInt, kindFloat:
		if json.Valid([]byte(n.text)) {
			return json.Number(n.text)
		}
		return n.text
	case kindList:
		list := make([]any, len(n.items))
		for i, item := range n.items {
			list[i] = item.plain()
		}
		return list
	case kindMapping:
		m := make(map[string]any, len(n.pairs))
		for _, p := range n.pairs {
			m[p.key.text] = p.value.plain()
		}
		return m
	}
	return nil
}
