package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
)

var example = regexp.MustCompile("(?s)```yaml\n(.*?)```")

// TestExamplesOfTheGuideRun plays the examples of scenarios.md: the first is a
// file, the others replace keys of it.
func TestExamplesOfTheGuideRun(t *testing.T) {
	text, err := os.ReadFile("../scenarios.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := example.FindAllSubmatch(text, -1)
	if len(examples) < 10 {
		t.Fatalf("the guide has %d examples", len(examples))
	}
	for i, e := range examples {
		t.Run(fmt.Sprint(i+1), func(t *testing.T) { playExample(t, over(examples[0][1], e[1])) })
	}
}

// The README's example must do what the failure that it shows says.
func TestExampleOfTheReadmeRuns(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	playExample(t, example.FindSubmatch(text)[1])
}

// over replaces the keys of a scenario by those of a part of one, as text.
func over(base, part []byte) []byte {
	whole := blocks(base)
	for _, p := range blocks(part) {
		same := func(b []byte) bool { return bytes.Equal(keyOf(b), keyOf(p)) }
		if i := slices.IndexFunc(whole, same); i >= 0 {
			whole[i] = p
		} else {
			whole = append(whole, p)
		}
	}
	return bytes.Join(whole, nil)
}

func keyOf(block []byte) []byte { return block[:bytes.IndexByte(block, ':')] }

// blocks cuts a mapping before each of its keys.
func blocks(text []byte) [][]byte {
	var out [][]byte
	for _, line := range bytes.SplitAfter(text, []byte("\n")) {
		switch {
		case len(line) == 0 || line[0] == '#':
		case line[0] >= 'a' && line[0] <= 'z':
			out = append(out, slices.Clone(line))
		default:
			out[len(out)-1] = append(out[len(out)-1], line...)
		}
	}
	return out
}

func playExample(t *testing.T, source []byte) {
	t.Helper()
	file, err := plan.Load("example.yaml", source, scenarios.PlanOptions())
	if err != nil {
		t.Fatalf("%v\n%s", err, source)
	}
	runner := scenarios.Runner{Seed: 1}
	for result := range runner.Run(context.Background(), file) {
		if result.Verdict.Good() {
			continue
		}
		t.Errorf("%s: %s %v", result.Cell.ID, result.Verdict, result.Err)
		for _, s := range result.Steps {
			for _, f := range s.Failures {
				t.Errorf("step %q: %s: expected %s, got %s %v", s.Name, f.What, f.Expected, f.Actual, f.Why)
			}
		}
	}
}
