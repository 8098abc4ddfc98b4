package architecture_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakeproxy"
	"github.com/wualab/wualab/fakeserver"
)

// TestBehavioursAreShown holds that each behaviour of a server, and each of a proxy, is
// used by a scenario of the library or by a spec of a package that has it: by its name as
// those write it. That what uses it fails without it is for whoever writes the spec.
func TestBehavioursAreShown(t *testing.T) {
	out, err := goList("-m", "-f", "{{.Dir}}")
	if err != nil {
		t.Fatal(err)
	}
	root, shared := strings.TrimSpace(string(out)), "behaviour"
	for side, c := range map[string]struct {
		table behaviour.Table
		place string
	}{"server": {fakeserver.Behaviours(), "fakeserver"}, "proxy": {fakeproxy.Behaviours(), "fakeproxy"}} {
		text := texts(t, filepath.Join(root, "scenarios", "library"), ".yaml")
		for _, dir := range []string{c.place, shared} {
			text = slices.Concat(text, texts(t, filepath.Join(root, dir), "_test.go"))
		}
		for _, d := range c.table {
			used := regexp.MustCompile(`["\[{ ]` + regexp.QuoteMeta(d.Name) + `["\]}:,\n]`)
			if !slices.ContainsFunc(text, used.Match) {
				t.Errorf("the behaviour %s of a %s is in no scenario of the library, and in no spec", d.Name, side)
			}
		}
	}
}

// texts gives what the files below dir have whose names end so, without comments at the
// beginnings of lines.
func texts(t *testing.T, dir, end string) (list [][]byte) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, end) {
			return err
		}
		text, err := os.ReadFile(path)
		var lines [][]byte
		for line := range bytes.Lines(text) {
			if one := bytes.TrimSpace(line); !bytes.HasPrefix(one, []byte("#")) && !bytes.HasPrefix(one, []byte("//")) {
				lines = append(lines, line)
			}
		}
		list = append(list, bytes.Join(lines, nil))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}
