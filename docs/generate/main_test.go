package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/scenarios"
)

func TestEveryNameIsDocumented(t *testing.T) {
	options := scenarios.PlanOptions()
	text, err := behaviours(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range append(options.Servers, options.Proxies...) {
		if !strings.Contains(string(text), "\n### "+d.Name+"\n") {
			t.Errorf("behaviour %s is missing", d.Name)
		}
		for _, p := range d.Params {
			if !strings.Contains(string(text), "| `"+p.Name+"` |") {
				t.Errorf("parameter %s of %s is missing", p.Name, d.Name)
			}
		}
	}
	if text, err = rules(nil); err != nil {
		t.Fatal(err)
	}
	for _, r := range credrule.Rules() {
		if !strings.Contains(string(text), "\n## "+r.ID+"\n") {
			t.Errorf("rule %s is missing", r.ID)
		}
	}
}

func TestPagesAreWrittenAnewWhenOutOfStep(t *testing.T) {
	root := t.TempDir()
	docs := filepath.Join(root, "docs")
	if err := os.Mkdir(docs, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := run(root, false); err == nil || !strings.Contains(err.Error(), "no place for the keys") {
		t.Errorf("scenarios.md without a place: %v", err)
	}
	guide := filepath.Join(docs, "scenarios.md")
	if err := os.WriteFile(guide, []byte("before\n"+keysBegin+"old\n"+keysEnd+"after\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := run(root, true); err == nil || !strings.Contains(err.Error(), "scenarios.md is out of step") {
		t.Errorf("an old scenarios.md: %v", err)
	}
	if err := run(root, false); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	if s := string(text); !strings.HasPrefix(s, "before\n") || !strings.HasSuffix(s, "after\n") || strings.Contains(s, "old\n") || !strings.Contains(s, "`no-progress-timeout`") {
		t.Errorf("the keys are not in their place:\n%.300s", s)
	}
	if err := run(root, true); err != nil {
		t.Error(err)
	}
}
