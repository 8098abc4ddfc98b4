package plan

import (
	"fmt"
	"reflect"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/hresult"
)

// Options says which names exist. What is nil is not checked.
type Options struct {
	Servers, Proxies behaviour.Table
	Profiles         []string // ids of machine profiles
	Rules            []string // ids of credential rules
	Statuses         []string // names of NTSTATUS values that a logon can have
	ShareStatuses    []string // names of NTSTATUS values that a file share can answer
	// ReadFile reads a file beneath the folder of the scenario; nil leaves files that
	// behaviours name unread until a fake is made.
	ReadFile func(path string) ([]byte, error)
	// Codes reads a result code; nil means hresult.Parse.
	Codes func(string) (hresult.HRESULT, error)
}

// maxWork limits the nodes that the cells of one file have together, so that a
// large file with a large matrix is refused instead of filling the memory.
const maxWork = 1_000_000

// Load reads one scenario file. path is only a name, for positions and errors;
// src is kept and must not be changed. Load is safe for concurrent use.
//
// An error is always an *Error, and only one: the first in the file of the
// first kind found. The kinds are: what is no YAML; what is no scenario in form
// (keys, types, the matrix, references); names that lead nowhere.
func Load(path string, src []byte, opts Options) (*File, error) {
	root, bad := parse(path, src)
	if bad != nil {
		return nil, bad
	}
	l := newLoader(opts)
	f := &File{Path: path, Source: src}
	f.Cells = l.cells(root)
	if l.err != nil {
		return nil, l.err
	}
	for _, c := range f.Cells {
		check(l.faults, opts, c.Scenario)
	}
	if l.err != nil {
		return nil, l.err
	}
	f.summarize()
	return f, nil
}

func (f *File) summarize() {
	one := f.Cells[0].Scenario
	f.ID, f.Title, f.Level = one.ID, one.Title, one.Level
	for _, c := range f.Cells {
		switch level := c.Scenario.Level; {
		case level == Required, level == Expected && f.Level == Observe:
			f.Level = level
		}
	}
}

// loader turns the nodes of one file into cells.
type loader struct {
	*decoder
	axes       []*axis
	excludes   []*condition
	conditions map[*node]*condition
	// blind means that the matrix is not right: references and conditions are
	// left alone, and the rest is read for faults that come earlier.
	blind bool
	work  int
}

func newLoader(opts Options) *loader {
	return &loader{
		decoder:    &decoder{faults: &faults{}, opts: opts},
		conditions: make(map[*node]*condition),
	}
}

func (l *loader) failMatrix(pos Pos, msg, hint string) {
	l.blind = true
	l.fail(pos, msg, hint)
}

// cells decodes every cell. Without a fault there is at least one.
func (l *loader) cells(root *node) []*Cell {
	m := root.get("matrix")
	l.readAxes(m)
	l.refuseReferences(root)
	points := []point{{}}
	var all *Matrix
	if !l.blind {
		points = l.points(m)
		all = l.matrix(m)
	}
	body := root.replace("matrix", func(*node) *node { return nil })
	if len(points)*body.count/4 > maxWork {
		l.failWork(body)
		return nil
	}
	var cells []*Cell
	for _, p := range points {
		s := l.cell(body, p)
		if s == nil {
			break
		}
		s.Matrix = all
		cells = append(cells, &Cell{ID: p.id(s.ID), Axes: p.axes, Scenario: s})
	}
	l.noteUse(root)
	l.checkUse()
	return cells
}

// cell decodes one cell, or gives nil if the file asks for too much.
func (l *loader) cell(body *node, p point) *Scenario {
	n := l.substitute(l.prune(body, p), p)
	if l.work += n.count + body.count/4; l.work > maxWork {
		l.failWork(body)
		return nil
	}
	l.level = ""
	if level := n.get("level"); level != nil {
		l.level = Level(level.text)
	}
	if steps := n.get("steps"); steps != nil && steps.kind == kindList && len(steps.items) == 0 && len(body.get("steps").items) > 0 {
		l.fail(steps.pos, fmt.Sprintf("the cell %s has no step", p.id("")), "give it one, or exclude it")
	}
	s := new(Scenario)
	l.decode(n, reflect.ValueOf(s).Elem(), &tag{key: "the scenario"})
	return s
}

func (l *loader) failWork(body *node) {
	l.fail(body.pos, "the cells are too large together", "make the matrix smaller, or split the file")
}

// refuseReferences keeps references out of what names the file.
func (l *loader) refuseReferences(root *node) {
	for _, key := range []string{"version", "id", "title"} {
		if v := root.get(key); v != nil && v.refs {
			l.failMatrix(v.pos, key+": a reference can't stand here", "it is the same for all cells; cell ids have the axes")
		}
	}
}

// checkUse refuses axes that change nothing and conditions that never hold.
func (l *loader) checkUse() {
	if l.blind || l.err != nil {
		return // what is used can't be told
	}
	for _, a := range l.axes {
		if !a.used {
			l.fail(a.pos, fmt.Sprintf("axis %s is never used", a.name), fmt.Sprintf(`write "${%s}" or when: {%s: ...} somewhere, or leave the axis out`, a.name, a.name))
		}
	}
	for _, c := range l.conditions {
		if !c.held {
			l.fail(c.pos, "when: no cell is like this", "leave the entry out, or correct the values")
		}
	}
}
