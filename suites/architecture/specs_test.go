package architecture_test

import (
	"go/ast"
	"slices"
	"testing"
)

// Ginkgo's containers and specs; with F before them the others are left out,
// with P or X they are themselves.
var containers = []string{"It", "Specify", "Describe", "Context", "When", "DescribeTable", "DescribeTableSubtree", "Entry"}

func TestNoSpecIsLeftOut(t *testing.T) {
	s := load(t)
	for _, f := range s.files {
		if !f.test() {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && leavesOut(call.Fun) {
				t.Errorf("%s: leaves a test out", s.at(f, call))
			}
			return true
		})
	}
}

func leavesOut(called ast.Expr) bool {
	switch called := called.(type) {
	case *ast.Ident:
		name := called.Name
		return name == "Skip" || len(name) > 1 && slices.Contains([]byte("FPX"), name[0]) && slices.Contains(containers, name[1:])
	case *ast.SelectorExpr:
		return slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, called.Sel.Name)
	}
	return false
}
