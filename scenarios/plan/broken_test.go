package plan_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wualab/wualab/scenarios/plan"
)

// TestBrokenFiles loads testdata/broken: each file says in its first line which
// error it must give, "# error: line:column: message; hint: ...".
func TestBrokenFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/broken/*.yaml")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, path := range files {
		name := filepath.Base(path)
		t.Run(strings.TrimSuffix(name, ".yaml"), func(t *testing.T) {
			src := read(t, path)
			first, _, _ := strings.Cut(string(src), "\n")
			want := name + ":" + strings.TrimPrefix(first, "# error: ")
			_, err := plan.Load(name, src, options())
			var located *plan.Error
			if !errors.As(err, &located) {
				t.Fatalf("got %v, want %s", err, want)
			}
			if err.Error() != want {
				t.Errorf("\n got %s\nwant %s", err, want)
			}
			if located.Hint == "" || strings.ContainsAny(err.Error(), "\n\r") {
				t.Errorf("want one line with a hint: %q", err)
			}
		})
	}
}
