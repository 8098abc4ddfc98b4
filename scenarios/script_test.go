package scenarios_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wualab/wualab/scenarios"
)

const scripted = `version: 1
id: test/script
title: A server with a script
level: expected
refs: [our own]
client: {profile: xp-sp2}
servers:
  origin: {files: {/f: {size: 1kB, seed: 1}}, script: {file: scripts/x.star}}
steps: [{download: {job: j1, files: [origin/f]}, expect: {job: {state: TRANSFERRED}}}]
`

// TestScriptFiles plays a script out of a file beneath the scenario's folder: one that is
// right, one that fails when it runs, and those that are refused before.
func TestScriptFiles(t *testing.T) {
	tests := []struct {
		script  string
		verdict scenarios.Verdict
		want    string // in the failure, or in the error of loading
	}{
		{"def on_request(req): return None", scenarios.Pass, ""},
		{"def on_request(req):\n  return answer(500 // 0)", scenarios.CouldNotRun, "scripts/x.star:2:21: floored division by zero"},
		{"def on_request(req): return foo", "", "scripts/x.star:1:29: undefined: foo"},
		{"", "", "scripts/x.star: no such file"},
	}
	for _, test := range tests {
		dir := t.TempDir()
		path := filepath.Join(dir, "x.yaml")
		write(t, path, scripted)
		if test.script != "" {
			write(t, filepath.Join(dir, "scripts", "x.star"), test.script)
		}
		file, err := scenarios.LoadFile(path)
		if test.verdict == "" {
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "x.yaml:8:") {
				t.Errorf("%q: error %v; want %q in it", test.script, err, test.want)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for result := range (&scenarios.Runner{}).Run(context.Background(), file) {
			if result.Verdict != test.verdict {
				t.Errorf("%q: verdict %s, %v", test.script, result.Verdict, result.Err)
			}
			if test.want != "" && (len(result.Steps) == 0 || len(result.Steps[0].Failures) == 0 || !strings.Contains(result.Steps[0].Failures[0].Actual, test.want)) {
				t.Errorf("%q: %+v; want %q in it", test.script, result.Steps, test.want)
			}
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
