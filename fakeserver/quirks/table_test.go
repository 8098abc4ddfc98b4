package quirks_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeserver"
)

// TestTable holds every definition to what documentation and schema need.
func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range fakeserver.Behaviours() {
		if !regexp.MustCompile(`^[a-z][a-z0-9-]*$`).MatchString(d.Name) || seen[d.Name] {
			t.Errorf("name %q is malformed or there twice", d.Name)
		}
		seen[d.Name] = true
		if !strings.HasSuffix(d.Help, ".") {
			t.Errorf("%s: help %q is not a sentence", d.Name, d.Help)
		}
		if d.Source == "" && d.Name != "set-header" {
			t.Errorf("%s: no source", d.Name)
		}
		for _, p := range d.Params {
			if !strings.HasSuffix(p.Help, ".") || p.Type == "" || (p.Type == behaviour.Enum) != (len(p.Enum) > 0) {
				t.Errorf("%s: parameter %q lacks help, type or choices", d.Name, p.Name)
			}
		}
	}
}

// TestExamples builds every example as a scenario file would.
func TestExamples(t *testing.T) {
	for _, d := range fakeserver.Behaviours() {
		var uses map[string]map[string]any
		if err := yaml.Unmarshal([]byte(d.Example), &uses); err != nil || len(uses) != 1 {
			t.Errorf("%s: example %q: %v", d.Name, d.Example, err)
			continue
		}
		for name, params := range uses {
			if name != d.Name {
				t.Errorf("%s: the example shows %s", d.Name, name)
			}
			if _, err := fakeserver.Behaviours().Build(name, params, behaviour.Env{Clock: clock.Wall{}}); err != nil {
				t.Errorf("%s: example: %v", d.Name, err)
			}
		}
	}
}
