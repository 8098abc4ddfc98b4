package plan

import "strings"

// point is a cell before it is decoded: one value for each axis.
type point struct {
	axes   []AxisValue
	values []axisValue
}

// id gives the cell's id.
func (p point) id(file string) string {
	if len(p.axes) == 0 {
		return file
	}
	parts := make([]string, len(p.axes))
	for i, a := range p.axes {
		parts[i] = a.Axis + "=" + a.Name
	}
	return file + "[" + strings.Join(parts, ",") + "]"
}

// points lists the cells that are not excluded; the last axis varies fastest.
func (l *loader) points(m *node) []point {
	all := []point{{}}
	for _, a := range l.axes {
		next := make([]point, 0, len(all)*len(a.values))
		for _, p := range all {
			for _, v := range a.values {
				next = append(next, p.with(a, v))
			}
		}
		all = next
	}
	l.excludes = l.readExclude(m)
	left := all[:0]
	for _, p := range all {
		if !excluded(p, l.excludes) {
			left = append(left, p)
		}
	}
	for _, e := range l.excludes {
		if !e.held && !e.wrong {
			l.fail(e.pos, "exclude: no cell is like this", "leave it out, or correct the values")
		}
	}
	if len(left) == 0 && m != nil {
		l.fail(m.pos, "matrix: every cell is excluded", "leave at least one")
	}
	return left
}

func (p point) with(a *axis, v axisValue) point {
	n := len(p.axes)
	return point{
		axes:   append(p.axes[:n:n], AxisValue{a.name, v.name}),
		values: append(p.values[:n:n], v),
	}
}

// excluded notes every exclude that the cell is like.
func excluded(p point, excludes []*condition) bool {
	out := false
	for _, e := range excludes {
		if !e.wrong && e.holds(p.axes) {
			e.held, out = true, true
		}
	}
	return out
}

// whenKey is the key of a condition in steps and expectations.
const whenKey = "when"

// prune leaves out the steps and the expectations whose when does not hold in
// the cell, and every when.
func (l *loader) prune(root *node, p point) *node {
	return root.replace("steps", func(steps *node) *node {
		return l.pruneList(steps, p, func(step *node) *node {
			return step.replace("expect", func(e *node) *node {
				if e.kind == kindMapping {
					return l.keep(e, p)
				}
				return l.pruneList(e, p, nil)
			})
		})
	})
}

// pruneList keeps the items that apply, each changed by also.
func (l *loader) pruneList(list *node, p point, also func(*node) *node) *node {
	if list.kind != kindList {
		return list
	}
	var items []*node
	for _, item := range list.items {
		kept := l.keep(item, p)
		if kept == nil {
			continue
		}
		if also != nil {
			kept = also(kept)
		}
		items = append(items, kept)
	}
	return list.list(items)
}

// keep gives the mapping without its when, or nil if it does not apply.
func (l *loader) keep(n *node, p point) *node {
	when := n.get(whenKey)
	if when == nil {
		return n
	}
	if l.blind {
		return n.replace(whenKey, func(*node) *node { return nil })
	}
	c := l.conditions[when]
	if c == nil {
		c = l.readCondition(whenKey, when)
		l.conditions[when] = c
	}
	if !c.wrong && !c.holds(p.axes) {
		return nil
	}
	c.held = true
	return n.replace(whenKey, func(*node) *node { return nil })
}

// replace gives the mapping with another value for key; nil takes it out. A
// mapping without the key is given back as it is.
func (n *node) replace(key string, change func(*node) *node) *node {
	if n.get(key) == nil {
		return n
	}
	pairs := make([]pair, 0, len(n.pairs))
	for _, p := range n.pairs {
		if p.key.text == key {
			p.value = change(p.value)
		}
		if p.value != nil {
			pairs = append(pairs, p)
		}
	}
	return n.mapping(pairs)
}
