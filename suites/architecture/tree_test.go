package architecture_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

const module = "github.com/wualab/wualab"

// pkg is a package as go list describes it, paths relative to the module.
type pkg struct {
	ImportPath string
	Name       string
	Deps       []string // all that it reaches, standard library too
}

// file is a parsed Go file of the module.
type file struct {
	path string // slash-separated, relative to the module
	ast  *ast.File
	size int // lines
}

func (f file) test() bool { return strings.HasSuffix(f.path, "_test.go") }

// dir is the package's folder, "." for that of the module.
func (f file) dir() string { return filepath.ToSlash(filepath.Dir(f.path)) }

type tree struct {
	set      *token.FileSet
	packages []pkg
	files    []file
}

// source reads the module once for all tests.
var source = sync.OnceValues(read)

func load(t *testing.T) *tree {
	t.Helper()
	s, err := source()
	if err != nil {
		t.Fatal(err)
	}
	if len(s.packages) == 0 || len(s.files) == 0 {
		t.Fatal("no source was found")
	}
	return s
}

func read() (*tree, error) {
	root, err := goList("-m", "-f", "{{.Dir}}")
	if err != nil {
		return nil, err
	}
	s := &tree{set: token.NewFileSet()}
	if s.packages, err = packages(); err != nil {
		return nil, err
	}
	return s, s.parse(strings.TrimSpace(string(root)))
}

func packages() ([]pkg, error) {
	out, err := goList("-tags", "interop", "-json=ImportPath,Name,Deps", module+"/...")
	if err != nil {
		return nil, err
	}
	var all []pkg
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
}

func goList(args ...string) ([]byte, error) {
	out, err := exec.Command("go", append([]string{"list"}, args...)...).Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		return nil, errors.New("go list: " + string(failed.Stderr))
	}
	return out, err
}

// parse reads every Go file below root, whatever its build tags.
func (s *tree) parse(root string) error {
	return filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		name := e.Name()
		switch {
		case err != nil:
			return err
		case e.IsDir() && path != root && (strings.HasPrefix(name, ".") || name == "testdata"):
			return fs.SkipDir
		case e.IsDir() || !strings.HasSuffix(name, ".go"):
			return nil
		}
		parsed, err := parser.ParseFile(s.set, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, path)
		s.files = append(s.files, file{filepath.ToSlash(relative), parsed, s.set.File(parsed.Pos()).LineCount()})
		return err
	})
}

// at says where a node is, for messages.
func (s *tree) at(f file, n ast.Node) string {
	p := s.set.Position(n.Pos())
	p.Filename = f.path
	return p.String()
}
