package scenarios_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
)

// Least sizes of the embedded library.
const (
	leastFiles = 100
	leastCells = 2000
)

// TestLibraryFiles holds the embedded files to the form that a reader expects.
func TestLibraryFiles(t *testing.T) {
	cells := 0
	files := library(t)
	for _, f := range files {
		cells += len(f.Cells)
		one := f.Cells[0].Scenario
		if want := "library/" + f.ID + ".yaml"; f.Path != want {
			t.Errorf("%s: its id %s belongs to %s", f.Path, f.ID, want)
		}
		if !bytes.HasPrefix(f.Source, []byte("# ")) {
			t.Errorf("%s: does not open with a comment", f.Path)
		}
		if !bytes.Contains(f.Source, []byte("\n# Source: ")) {
			t.Errorf("%s: its opening comment names no source", f.Path)
		}
		if one.About == "" {
			t.Errorf("%s: has no about", f.Path)
		}
		for _, s := range f.Cells {
			if len(expectations(s)) == 0 {
				t.Errorf("%s: the cell expects nothing", s.ID)
			}
			for i, step := range s.Scenario.Steps {
				if s.Scenario.Unjudged(i) {
					t.Errorf("%v: the step of %s passes whatever becomes of its job", step.Pos, s.ID)
				}
			}
		}
	}
	if len(files) < leastFiles || cells < leastCells {
		t.Errorf("the library has %d files and %d cells, want at least %d and %d", len(files), cells, leastFiles, leastCells)
	}
}

// TestLibraryRuns plays every cell of the embedded library.
func TestLibraryRuns(t *testing.T) {
	files := library(t)
	only := os.Getenv("LIBRARY") // a part of the cells' ids, to look at a few
	runner := scenarios.Runner{Seed: 1, Filter: func(c *plan.Cell) bool { return strings.Contains(c.ID, only) }}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	var sum scenarios.Summary
	began := time.Now()
	for result := range runner.Run(ctx, files...) {
		sum.Add(result)
		if !result.Verdict.Good() {
			t.Error(story(result))
		}
	}
	t.Logf("%d files, %d cells: %v in %v, %v of virtual time", len(files), sum.Cells, sum.Count, time.Since(began).Round(time.Millisecond), sum.Virtual)
	if only == "" && sum.Cells < leastCells {
		t.Errorf("%d cells were run, want at least %d", sum.Cells, leastCells)
	}
}

func library(t *testing.T) []*plan.File {
	t.Helper()
	files, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func expectations(c *plan.Cell) []plan.Expect {
	var all []plan.Expect
	for _, s := range c.Scenario.Steps {
		all = append(all, s.Expect...)
	}
	return all
}

// story tells of a cell that failed so that it can be understood without a run.
func story(r *scenarios.Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", r.Cell.ID, r.Verdict)
	if r.Err != nil {
		fmt.Fprintf(&b, ": %v", r.Err)
	}
	for _, s := range r.Steps {
		for _, f := range s.Failures {
			fmt.Fprintf(&b, "\n  %v: step %q: %s: expected %s, got %s", f.Pos, s.Name, f.What, f.Expected, f.Actual)
			for _, why := range f.Why {
				fmt.Fprintf(&b, "\n    %s", why)
			}
			if f.Decision != nil {
				fmt.Fprintf(&b, "\n    %s: %s", f.Decision.Rule, f.Decision.Words)
			}
			for _, x := range f.Exchanges {
				fmt.Fprintf(&b, "\n    %s %d: %s %s %q -> %d", x.Conn, x.N, x.Request.Method, x.Request.URL, x.Request.Get("Range"), x.Status())
				fmt.Fprintf(&b, " %q %d bytes %s %s", x.Response.Get("Content-Range"), bodyLength(x.Response), x.Refused, x.Err)
			}
		}
	}
	return b.String()
}

func bodyLength(m *transcript.Message) int64 {
	if m == nil {
		return 0
	}
	return m.Body.Length
}

// TestFileRunsTwice sees that a run leaves a loaded file as it was.
func TestFileRunsTwice(t *testing.T) {
	files := library(t)
	for range 2 {
		runner := scenarios.Runner{Filter: func(c *plan.Cell) bool { return changesFiles(c) }}
		cells := 0
		for result := range runner.Run(context.Background(), files...) {
			if cells++; !result.Verdict.Good() {
				t.Error(story(result))
			}
		}
		if cells == 0 {
			t.Fatal("no cell of the library changes files")
		}
	}
}

func changesFiles(c *plan.Cell) bool {
	for _, s := range c.Scenario.Steps {
		for _, change := range s.Change {
			if len(change.Files) > 0 {
				return true
			}
		}
	}
	return false
}
