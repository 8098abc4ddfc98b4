package plan

import (
	"fmt"
	"regexp"
	"strings"
)

// maxText is the limit of a text after substitution.
const maxText = 64 << 10

// reference is "${axis}" or "${axis.key}".
var reference = regexp.MustCompile(`\$\{([a-z][a-z0-9-]*)(?:\.([A-Za-z0-9_-]+))?\}`)

// wholeReference is a text that is one reference and nothing else.
var wholeReference = regexp.MustCompile(`^` + reference.String() + `$`)

// substitute gives n with the references filled in for a cell. Parts without
// references are shared with the file.
func (l *loader) substitute(n *node, p point) *node {
	if !n.refs {
		return n
	}
	switch n.kind {
	case kindText:
		return l.substituteText(n, p)
	case kindList:
		items := make([]*node, len(n.items))
		for i, item := range n.items {
			items[i] = l.substitute(item, p)
		}
		return n.list(items)
	case kindMapping:
		pairs := make([]pair, len(n.pairs))
		for i, q := range n.pairs {
			if q.key.refs {
				l.fail(q.key.pos, fmt.Sprintf("a reference in the key %s", quote(q.key.text)), "references stand in values only; an axis can hold a whole mapping")
			}
			pairs[i] = pair{q.key, l.substitute(q.value, p)}
		}
		return n.mapping(pairs)
	}
	return n
}

func (l *loader) substituteText(n *node, p point) *node {
	broken := &node{kind: kindBroken, pos: n.pos, count: 1}
	// A matrix that is not right has no values, and too much is too much.
	if l.blind || l.work > maxWork || !l.checkReferences(n) {
		return broken
	}
	if m := wholeReference.FindStringSubmatch(n.text); m != nil {
		if v := l.lookUp(n, m[1], m[2], p); v != nil {
			return v
		}
		return broken
	}
	text, ok := l.fillIn(n, p)
	if l.work += len(text) / 64; !ok || l.work > maxWork {
		return broken
	}
	filled := scalar(kindText, n.pos, text, true)
	filled.indent = n.indent
	return filled
}

// fillIn replaces the references inside a longer text.
func (l *loader) fillIn(n *node, p point) (string, bool) {
	size, ok := 0, true
	text := reference.ReplaceAllStringFunc(n.text, func(ref string) string {
		m := reference.FindStringSubmatch(ref)
		v := l.lookUp(n, m[1], m[2], p)
		switch {
		case v == nil:
		case !v.isScalar() || v.kind == kindNull:
			l.fail(n.pos, fmt.Sprintf("%s is %s, which can't stand inside a text", ref, v.describe()), "let it be the whole value")
		case size+len(v.text) > maxText:
			l.fail(n.pos, "the text is longer than 64 KiB once its references are filled in", "use smaller values")
		default:
			size += len(v.text)
			return v.text
		}
		ok = false
		return ""
	})
	return text, ok
}

// checkReferences refuses what looks like a template but is no reference.
func (l *loader) checkReferences(n *node) bool {
	const hint = `the only substitution is "${axis}" or "${axis.key}"`
	rest := withoutPlaceholders(reference.ReplaceAllString(n.text, ""))
	switch {
	case strings.Contains(rest, "{{"):
		l.fail(n.pos, fmt.Sprintf("%s looks like a template", quote(n.text)), hint)
	case strings.Contains(rest, "${"):
		l.fail(n.pos, fmt.Sprintf("%s has a ${ that is no reference to an axis", quote(n.text)), hint)
	default:
		return true
	}
	return false
}

// lookUp gives what a reference stands for in a cell, or nil. An axis of
// mappings stands for the mapping's name.
func (l *loader) lookUp(n *node, axis, key string, p point) *node {
	for i, a := range p.axes {
		if a.Axis != axis {
			continue
		}
		v := p.values[i].node
		switch {
		case key == "" && v.kind == kindMapping:
			return v.get("name")
		case key == "":
			return v
		case v.kind != kindMapping:
			l.fail(n.pos, fmt.Sprintf("${%s.%s}: the values of axis %s have no keys", axis, key, axis), fmt.Sprintf(`write "${%s}"`, axis))
			return nil
		case v.get(key) == nil:
			l.failName(n.pos, fmt.Sprintf("${%s.%s}: the value %s of axis %s has no key %s", axis, key, quote(a.Name), axis, quote(key)), key, v.keys)
			return nil
		}
		return v.get(key)
	}
	l.failName(n.pos, fmt.Sprintf("unknown axis %s in ${%s}", quote(axis), axis), axis, l.axisNames)
	return nil
}

func (n *node) keys() []string {
	keys := make([]string, len(n.pairs))
	for i, p := range n.pairs {
		keys[i] = p.key.text
	}
	return keys
}

// noteUse marks the axes that n refers to.
func (l *loader) noteUse(n *node) {
	if !n.refs {
		return
	}
	for _, m := range reference.FindAllStringSubmatch(n.text, -1) {
		if a := l.axis(m[1]); a != nil {
			a.used = true
		}
	}
	for _, item := range n.items {
		l.noteUse(item)
	}
	for _, p := range n.pairs {
		if p.key.text != "matrix" {
			l.noteUse(p.value)
		}
	}
}
