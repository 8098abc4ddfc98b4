package architecture_test

import (
	"go/ast"
	"testing"
)

// Beyond these a file or function has more than one subject.
const (
	maxFileLines     = 500
	maxFunctionLines = 80
)

func TestFilesAreShort(t *testing.T) {
	for _, f := range load(t).files {
		if f.size > maxFileLines {
			t.Errorf("%s has %d lines, more than %d", f.path, f.size, maxFileLines)
		}
	}
}

func TestFunctionsAreShort(t *testing.T) {
	s := load(t)
	for _, f := range s.files {
		if f.test() {
			continue // a container of specs is a list, not a procedure
		}
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || table(fn) {
				continue
			}
			if n := s.set.Position(fn.End()).Line - s.set.Position(fn.Pos()).Line + 1; n > maxFunctionLines {
				t.Errorf("%s: %s has %d lines, more than %d", s.at(f, fn), fn.Name.Name, n, maxFunctionLines)
			}
		}
	}
}

// table says whether a function is data: nothing but the return of a value.
func table(fn *ast.FuncDecl) bool {
	if fn.Body == nil || len(fn.Body.List) != 1 {
		return false
	}
	ret, ok := fn.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 {
		return false
	}
	_, ok = ret.Results[0].(*ast.CompositeLit)
	return ok
}
