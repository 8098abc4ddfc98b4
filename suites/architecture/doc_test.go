package architecture_test

import (
	"go/ast"
	"strings"
	"testing"
)

func TestPackagesHaveADocComment(t *testing.T) {
	documented := map[string]bool{}
	for _, f := range load(t).files {
		if f.test() {
			continue
		}
		documented[f.dir()] = documented[f.dir()] || wellDocumented(f.ast)
	}
	for dir, ok := range documented {
		if !ok {
			t.Errorf("%s has no package comment that begins with its name", dir)
		}
	}
}

func wellDocumented(f *ast.File) bool {
	opening := "Package " + f.Name.Name + " "
	if f.Name.Name == "main" {
		opening = "Command "
	}
	return strings.HasPrefix(f.Doc.Text(), opening)
}

func TestExportedNamesAreDocumented(t *testing.T) {
	s := load(t)
	for _, f := range s.files {
		if f.test() {
			continue
		}
		for _, name := range undocumented(f.ast) {
			t.Errorf("%s: %s has no doc comment", s.at(f, name), name.Name)
		}
	}
}

// undocumented lists exported names at the top level, and exported methods of
// exported types, without a comment. Names of a group share the group's.
func undocumented(f *ast.File) []*ast.Ident {
	var names []*ast.Ident
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Doc == nil && receiverExported(d) {
				names = append(names, d.Name)
			}
		case *ast.GenDecl:
			if d.Doc == nil {
				names = append(names, undocumentedSpecs(d)...)
			}
		}
	}
	exported := names[:0]
	for _, n := range names {
		if n.IsExported() {
			exported = append(exported, n)
		}
	}
	return exported
}

func undocumentedSpecs(d *ast.GenDecl) []*ast.Ident {
	var names []*ast.Ident
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			if spec.Doc == nil {
				names = append(names, spec.Name)
			}
		case *ast.ValueSpec:
			if spec.Doc == nil && spec.Comment == nil {
				names = append(names, spec.Names...)
			}
		}
	}
	return names
}

// receiverExported is true also for functions, which have no receiver.
func receiverExported(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	t := d.Recv.List[0].Type
	for {
		switch u := t.(type) {
		case *ast.StarExpr:
			t = u.X
		case *ast.IndexExpr:
			t = u.X
		case *ast.IndexListExpr:
			t = u.X
		case *ast.Ident:
			return u.IsExported()
		default:
			return true
		}
	}
}
