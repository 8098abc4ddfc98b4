package architecture_test

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// realTime lists the files and folders, beside tests, that may ask the real
// world for the time or wait on it, and why. All others take a clock.Clock.
var realTime = map[string]string{
	"clock/":                       "it is the adapter",
	"cmd/":                         "it tells a person how long a run took",
	"scenarios/runner.go":          "it measures the run and watches for one that stands still",
	"suites/interop/peer/":         "real programs live in real time",
	"suites/bench/":                "it measures",
	"suites/fleet/":                "it measures",
	"fakeserver/internal/rawhttp/": "the client of specs, which bounds its reads",
	"internal/timelimit/":          "it measures, for tests alone",
}

// worldly are the functions of package time that do so.
var worldly = []string{"Now", "Sleep", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick", "Since", "Until"}

func TestTimeComesFromTheClock(t *testing.T) {
	s := load(t)
	used := map[string]bool{}
	for _, f := range s.files {
		if f.test() {
			continue
		}
		exempt := exemption(f.path)
		for _, call := range selections(f.ast, "time", worldly) {
			if exempt == "" {
				t.Errorf("%s: time.%s outside the clock", s.at(f, call), call.Sel.Name)
			}
			used[exempt] = true
		}
	}
	for place := range realTime {
		if !used[place] {
			t.Errorf("%s needs no exemption from the clock", place)
		}
	}
}

func exemption(path string) string {
	for place := range realTime {
		if strings.HasPrefix(path, place) {
			return place
		}
	}
	return ""
}

// selections finds uses of some names of a package that f imports under its
// own name.
func selections(f *ast.File, pkg string, names []string) []*ast.SelectorExpr {
	var found []*ast.SelectorExpr
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && slices.Contains(names, sel.Sel.Name) {
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == pkg {
				found = append(found, sel)
			}
		}
		return true
	})
	return found
}

func TestNothingHappensOnImport(t *testing.T) {
	s := load(t)
	for _, f := range s.files {
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s: an init function", s.at(f, fn))
			}
		}
	}
}
