package plan

import (
	"fmt"
	"regexp"
	"strings"
)

// maxCells is the limit of cells in one file.
const maxCells = 10000

// Limits that bound the work on hostile files.
const (
	maxAxes    = 16
	maxExclude = 1000
)

var axisName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

const excludeKey = "exclude"

// axis is an axis with its values as nodes.
type axis struct {
	name   string
	pos    Pos
	values []axisValue
	has    map[string]bool // the names of values
	used   bool
}

type axisValue struct {
	name string
	node *node // a scalar, or a mapping with the key name
}

func (a *axis) names() []string {
	names := make([]string, len(a.values))
	for i, v := range a.values {
		names[i] = v.name
	}
	return names
}

// axes reads matrix, the axes only. What is wrong goes to l.
func (l *loader) readAxes(m *node) {
	if m == nil {
		return
	}
	if m.kind != kindMapping {
		l.failMatrix(m.pos, "matrix: want a mapping of axes, not "+m.describe(), `write matrix: {level: [0, 1]}`)
		return
	}
	cells := 1
	for _, p := range m.pairs {
		if p.key.text == excludeKey {
			continue
		}
		a := l.readAxis(p)
		l.axes = append(l.axes, a)
		cells *= max(1, len(a.values))
		if len(l.axes) > maxAxes {
			l.failMatrix(p.key.pos, fmt.Sprintf("matrix: more than %d axes", maxAxes), "use an axis of mappings")
			return
		}
		if cells > maxCells {
			l.failMatrix(p.key.pos, fmt.Sprintf("matrix: more than %d cells", maxCells), "split the file, or leave values out; exclude is applied after this limit")
			return
		}
	}
	if len(l.axes) == 0 {
		l.failMatrix(m.pos, "matrix: no axis", "write matrix: {level: [0, 1]}, or leave matrix out")
	}
}

func (l *loader) readAxis(p pair) *axis {
	a := &axis{name: p.key.text, pos: p.key.pos, has: make(map[string]bool)}
	if !axisName.MatchString(a.name) {
		l.failMatrix(a.pos, fmt.Sprintf("matrix: axis name %s", quote(a.name)), "write a lower case word: a-z, 0-9 and -")
	}
	if p.value.kind != kindList || len(p.value.items) == 0 {
		l.failMatrix(p.value.pos, fmt.Sprintf("matrix: axis %s has no values", a.name), fmt.Sprintf("write a list: %s: [0, 1]", a.name))
		return a
	}
	for _, item := range p.value.items {
		name, ok := l.readValueName(a, item)
		if ok && a.has[name] {
			l.failMatrix(item.pos, fmt.Sprintf("matrix: axis %s has the value %s twice, which would make the same cell twice", a.name, quote(name)), "leave one out, or give it another name")
		}
		a.has[name] = true
		a.values = append(a.values, axisValue{name, item})
	}
	return a
}

// readValueName gives the name by which cell ids, when and exclude call a value.
func (l *loader) readValueName(a *axis, item *node) (string, bool) {
	n := item
	if item.kind == kindMapping {
		if n = item.get("name"); n == nil {
			l.failMatrix(item.pos, fmt.Sprintf("matrix: a mapping in axis %s without a name", a.name), "write {name: short-word, ...}")
			return "", false
		}
	}
	switch {
	case item.refs:
		l.failMatrix(item.pos, "matrix: a value can't refer to an axis", "write the value out")
	case n.kind == kindFloat:
		l.failMatrix(n.pos, fmt.Sprintf("matrix: unquoted version %s in axis %s", n.text, a.name), fmt.Sprintf("write it in quotes: %q", n.text))
	case n.kind == kindInt && !plainInt.MatchString(n.text):
		l.failMatrix(n.pos, fmt.Sprintf("matrix: unquoted number %s in axis %s", n.text, a.name), fmt.Sprintf("write it in quotes: %q", n.text))
	case !n.isScalar() || n.kind == kindNull || n.text == "":
		l.failMatrix(n.pos, fmt.Sprintf("matrix: a value of axis %s is %s", a.name, n.describe()), "write a scalar, or a mapping with a name: {name: short-word, ...}")
	case strings.ContainsAny(n.text, ",[]=\n") || len(n.text) > 100 || strings.TrimSpace(n.text) != n.text:
		l.failMatrix(n.pos, fmt.Sprintf("matrix: the value %s can't be part of a cell's id", quote(n.text)), "write a mapping with a name: {name: short-word, value: ...}")
	default:
		return n.text, true
	}
	return "", false
}

// condition is a When with its place, the values as a set for each axis, and
// whether it held in any cell.
type condition struct {
	pos  Pos
	when When
	sets map[string]map[string]bool
	held bool
	// wrong means that it has been reported, and is not to be judged by.
	wrong bool
}

func (c *condition) holds(cell []AxisValue) bool {
	for _, have := range cell {
		if set := c.sets[have.Axis]; set != nil && !set[have.Name] {
			return false
		}
	}
	return true
}

// readCondition reads a when, or an element of exclude, called what.
func (l *loader) readCondition(what string, n *node) *condition {
	c := &condition{pos: n.pos, sets: make(map[string]map[string]bool)}
	if n.kind != kindMapping || len(n.pairs) == 0 {
		l.fail(n.pos, fmt.Sprintf("%s: want a mapping of axes, not %s", what, n.describe()), fmt.Sprintf("write %s: {axis: value}", what))
		c.wrong = true
		return c
	}
	for _, p := range n.pairs {
		a := l.axis(p.key.text)
		if a == nil {
			l.failName(p.key.pos, fmt.Sprintf("%s: unknown axis %s", what, quote(p.key.text)), p.key.text, l.axisNames)
			c.wrong = true
			continue
		}
		a.used = a.used || what == whenKey
		values := []*node{p.value}
		if p.value.kind == kindList {
			values = p.value.items
		}
		set := make(map[string]bool, len(values))
		cond := Condition{Pos: p.key.pos, Axis: a.name}
		for _, v := range values {
			if !a.has[v.text] || !v.isScalar() {
				l.failName(v.pos, fmt.Sprintf("%s: axis %s has no value %s", what, a.name, quote(v.text)), v.text, a.names)
				c.wrong = true
			}
			cond.Values = append(cond.Values, v.text)
			set[v.text] = true
		}
		c.when = append(c.when, cond)
		c.sets[a.name] = set
	}
	return c
}

// readExclude reads the cells that are left out.
func (l *loader) readExclude(m *node) []*condition {
	if m == nil || m.kind != kindMapping || m.get(excludeKey) == nil {
		return nil
	}
	list := m.get(excludeKey)
	if list.kind != kindList {
		l.fail(list.pos, "exclude: want a list of partial cells, not "+list.describe(), "write exclude: [{axis: value}]")
		return nil
	}
	if len(list.items) > maxExclude {
		l.fail(list.pos, fmt.Sprintf("exclude: more than %d entries", maxExclude), "use lists: exclude: [{axis: [a, b]}]")
		return nil
	}
	var out []*condition
	for _, item := range list.items {
		out = append(out, l.readCondition(excludeKey, item))
	}
	return out
}

func (l *loader) axis(name string) *axis {
	for _, a := range l.axes {
		if a.name == name {
			return a
		}
	}
	return nil
}

func (l *loader) axisNames() []string {
	names := make([]string, len(l.axes))
	for i, a := range l.axes {
		names[i] = a.name
	}
	return names
}

// matrix gives the matrix as its type.
func (l *loader) matrix(n *node) *Matrix {
	if n == nil {
		return nil
	}
	m := &Matrix{Pos: n.pos}
	for _, a := range l.axes {
		m.Axes = append(m.Axes, Axis{Pos: a.pos, Name: a.name, Names: a.names()})
	}
	for _, e := range l.excludes {
		m.Exclude = append(m.Exclude, e.when)
	}
	return m
}
