package plan

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"github.com/wualab/wualab/behaviour"
)

// kind is what a node is.
type kind uint8

const (
	kindBroken kind = iota // stands where an error has been reported
	kindNull
	kindText
	kindInt
	kindFloat
	kindBool
	kindList
	kindMapping
)

// node is a YAML value with its place. Nodes are not changed once they are made,
// so that the cells of a matrix share what has no reference in it.
type node struct {
	kind   kind
	pos    Pos
	text   string // of a scalar, as written
	quoted bool
	indent int // of the lines of a text after | or >, else 0
	items  []*node
	pairs  []pair
	count  int              // nodes in this one, itself included
	refs   bool             // a text within has "${" or "{{"
	index  map[string]*node // of pairs, if there are many
}

type pair struct{ key, value *node }

// get gives the value of a key, or nil.
func (n *node) get(key string) *node {
	if n.index != nil {
		return n.index[key]
	}
	for _, p := range n.pairs {
		if p.key.text == key {
			return p.value
		}
	}
	return nil
}

func (n *node) isScalar() bool { return n.kind >= kindNull && n.kind <= kindBool }

// is reports whether n is the bare or quoted word.
func (n *node) is(word string) bool { return n.kind == kindText && n.text == word }

// describe says what n is, for "want ..., not ...".
func (n *node) describe() string {
	switch n.kind {
	case kindNull:
		return "nothing"
	case kindText:
		return "the text " + quote(n.text)
	case kindInt, kindFloat:
		return "the number " + n.text
	case kindBool:
		return n.text
	case kindList:
		return "a list"
	}
	return "a mapping"
}

// list makes a list node like n with other items.
func (n *node) list(items []*node) *node {
	c := &node{kind: kindList, pos: n.pos, items: items, count: 1}
	for _, item := range items {
		c.count += item.count
		c.refs = c.refs || item.refs
	}
	return c
}

// mapping makes a mapping node like n with other pairs.
func (n *node) mapping(pairs []pair) *node {
	c := &node{kind: kindMapping, pos: n.pos, pairs: pairs, count: 1}
	for _, p := range pairs {
		c.count += 1 + p.value.count
		c.refs = c.refs || p.value.refs || p.key.refs
	}
	if len(pairs) > 16 {
		c.index = make(map[string]*node, len(pairs))
		for _, p := range pairs {
			c.index[p.key.text] = p.value
		}
	}
	return c
}

// scalar makes a scalar node.
func scalar(k kind, pos Pos, text string, quoted bool) *node {
	refs := k == kindText && (strings.Contains(text, "${") || strings.Contains(withoutPlaceholders(text), "{{"))
	return &node{kind: k, pos: pos, text: text, quoted: quoted, count: 1, refs: refs}
}

// withoutPlaceholders leaves out what requests fill in, not the loader.
func withoutPlaceholders(text string) string {
	if !strings.Contains(text, "{{") {
		return text
	}
	return behaviour.Placeholder.ReplaceAllString(text, "")
}

// builder turns the syntax tree of the YAML library into nodes.
type builder struct {
	file string
	last int    // line of the file
	err  *Error // the first in the file
}

func (b *builder) fail(pos Pos, msg, hint string) *node {
	b.err = first(b.err, pos, msg, hint)
	return &node{kind: kindBroken, pos: pos, count: 1}
}

func (b *builder) pos(tk *token.Token) Pos {
	if tk == nil || tk.Position == nil {
		return Pos{File: b.file, Line: 1, Column: 1}
	}
	line := max(1, min(tk.Position.Line, b.last))
	return Pos{File: b.file, Line: line, Column: max(1, tk.Position.Column)}
}

// build makes a node; depth is the number of collections around it.
func (b *builder) build(n ast.Node, depth int) *node {
	if n == nil {
		return b.fail(b.pos(nil), "the file is empty", `begin with "version: 1"`)
	}
	if depth > maxDepth {
		return b.fail(b.pos(n.GetToken()), tooDeep, tooDeepHint)
	}
	switch n := n.(type) {
	case *ast.MappingNode:
		return b.buildMapping(n.Start, n.IsFlowStyle, n.Values, depth)
	case *ast.MappingValueNode:
		return b.buildMapping(n.Start, n.IsFlowStyle, []*ast.MappingValueNode{n}, depth)
	case *ast.SequenceNode:
		list := &node{pos: b.pos(n.Start)}
		items := make([]*node, len(n.Values))
		for i, item := range n.Values {
			items[i] = b.build(item, depth+1)
		}
		return list.list(items)
	case *ast.LiteralNode:
		block := scalar(kindText, b.pos(n.Start), n.Value.Value, true)
		block.indent = indentOf(n.Value)
		return block
	}
	return b.buildScalar(n)
}

// indentOf gives the blanks in front of a block's first line that has text.
func indentOf(n *ast.StringNode) int {
	if n == nil || n.GetToken() == nil {
		return 0
	}
	for _, line := range strings.Split(n.GetToken().Origin, "\n") {
		if rest := strings.TrimLeft(line, " "); rest != "" {
			return len(line) - len(rest)
		}
	}
	return 0
}

func (b *builder) buildScalar(n ast.Node) *node {
	tk := n.GetToken()
	pos := b.pos(tk)
	switch n := n.(type) {
	case *ast.StringNode:
		return scalar(kindText, pos, n.Value, tk.Type != token.StringType)
	case *ast.IntegerNode:
		return scalar(kindInt, pos, tk.Value, false)
	case *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return scalar(kindFloat, pos, tk.Value, false)
	case *ast.BoolNode:
		return scalar(kindBool, pos, strings.ToLower(tk.Value), false)
	case *ast.NullNode:
		return scalar(kindNull, pos, "", false)
	}
	return b.fail(pos, fmt.Sprintf("%s is not part of the scenario language", strings.ToLower(n.Type().YAMLName())), "write plain mappings, lists and scalars")
}

func (b *builder) buildMapping(start *token.Token, flow bool, values []*ast.MappingValueNode, depth int) *node {
	m := &node{pos: b.pos(start)}
	pairs := make([]pair, 0, len(values))
	seen := make(map[string]Pos, len(values))
	for _, v := range values {
		key := b.buildKey(v.Key)
		if before, twice := seen[key.text]; twice && key.kind != kindBroken {
			b.fail(key.pos, fmt.Sprintf("duplicate key %s", quote(key.text)), fmt.Sprintf("it is already at line %d; keep one of them", before.Line))
		}
		seen[key.text] = key.pos
		pairs = append(pairs, pair{key, b.build(v.Value, depth+1)})
	}
	if !flow && len(pairs) > 0 {
		m.pos = pairs[0].key.pos
	}
	return m.mapping(pairs)
}

// buildKey makes a key, which is always a text: 5 is the key "5".
func (b *builder) buildKey(k ast.MapKeyNode) *node {
	n := b.buildScalar(k)
	if n.kind == kindBroken {
		return n
	}
	if n.kind == kindNull {
		return b.fail(n.pos, "a key is missing before the colon", "write key: value")
	}
	return scalar(kindText, n.pos, n.text, n.quoted)
}
