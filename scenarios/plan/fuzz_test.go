package plan_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/wualab/wualab/scenarios/plan"
)

// FuzzLoad holds that no input makes Load panic or hang, and that an error has
// a place in the file, one line and a text.
func FuzzLoad(f *testing.F) {
	for _, pattern := range []string{"testdata/good/everything.yaml", "testdata/good/sketch.yaml", "testdata/good/minimal.yaml",
		"testdata/broken/matrix-later-fault.yaml", "testdata/broken/deep-block.yaml", "testdata/broken/alias.yaml"} {
		f.Add(read(f, pattern))
	}
	opts := options()
	f.Fuzz(func(t *testing.T, src []byte) {
		start := time.Now()
		file, err := plan.Load("x.yaml", src, opts)
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("took %v for %d bytes", took, len(src))
		}
		if err == nil {
			if len(file.Cells) == 0 || file.ID == "" {
				t.Errorf("a file without cells or id: %+v", file)
			}
			return
		}
		var located *plan.Error
		if !errors.As(err, &located) {
			t.Fatalf("%T: %v", err, err)
		}
		lines := strings.Count(string(src), "\n") + 1
		if located.Line < 1 || located.Column < 1 || located.Line > lines {
			t.Errorf("place %d:%d in %d lines: %v", located.Line, located.Column, lines, err)
		}
		if located.Msg == "" || strings.ContainsAny(err.Error(), "\n\r") {
			t.Errorf("not one line: %q", err)
		}
	})
}

// TestHostileFilesAreQuick loads files that are made to cost much.
func TestHostileFilesAreQuick(t *testing.T) {
	files := map[string]string{
		"flow":       "a: " + strings.Repeat("[", 500000),
		"dashes":     strings.Repeat("- ", 500000),
		"questions":  strings.Repeat("? ", 500000),
		"tags":       "a: " + strings.Repeat("!a ", 300000),
		"anchors":    "a: " + strings.Repeat("&a ", 300000),
		"bomb":       "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
		"steps":      "",
		"long keys":  strings.Repeat("k", 1000000) + ": 1\n",
		"many keys":  "",
		"references": "",
	}
	var steep, many strings.Builder
	for i := range 1400 {
		steep.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	for i := range 90000 {
		many.WriteString("k" + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + strings.Repeat("y", i%11) + ": 1\n")
	}
	files["steps"], files["many keys"] = steep.String(), many.String()
	files["references"] = "matrix: {a: [{name: x, v: '" + strings.Repeat("v", 60000) + "'}]}\nsteps:\n" + strings.Repeat("- '${a.v} ${a.v}'\n- '${a.v}.'\n", 20000)
	for name, text := range files {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			if _, err := plan.Load("x.yaml", []byte(text), options()); err == nil {
				t.Error("no error")
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}
