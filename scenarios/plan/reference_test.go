package plan_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/wualab/wualab/scenarios/plan"
)

func TestReferenceHasEveryKey(t *testing.T) {
	want, got := map[string]bool{}, map[string]bool{}
	collectTags(reflect.TypeFor[plan.Scenario](), want)
	for _, s := range plan.Reference() {
		if len(s.Keys) == 0 || len(s.Paths) == 0 {
			t.Errorf("section %v has no keys", s.Paths)
		}
		for _, k := range s.Keys {
			got[k.Name] = true
			if k.Value == "" || k.Help == "" {
				t.Errorf("%v: key %s says nothing: %+v", s.Paths, k.Name, k)
			}
		}
	}
	for key := range want {
		if !got[key] {
			t.Errorf("key %s is missing", key)
		}
	}
}

func TestReferenceSaysWhatMayBeWritten(t *testing.T) {
	sections := map[string]plan.Section{}
	for _, s := range plan.Reference() {
		for _, path := range s.Paths {
			sections[path] = s
		}
	}
	for _, c := range []struct{ path, key, value string }{
		{"", "version", "number 1"},
		{"", "level", "`required`, `expected`, `observe`"},
		{"", "servers", "by key: mapping"},
		{"servers.*", "host", "host, or a list"},
		{"servers.*.files.*", "size", "size"},
		{"client", "account", "account"},
		{"client", "registry", "registry values"},
		{"steps[].create", "retry-delay", "duration"},
		{"steps[].expect", "elapsed", "duration, or `{at-least, at-most}`, or `?`"},
		{"steps[].download", "files", "list of mapping, or just its `url`"},
		{"steps[].download.files[]", "ranges", "list of range"},
		{"steps[].expect.job", "error", "result code or `?`"},
		{"steps[].expect.wire[]", "sequence", "list of matcher"},
		{"steps[].expect.wire[].every", "complete", "`true`, `false` or `?`"},
	} {
		found := ""
		for _, k := range sections[c.path].Keys {
			if k.Name == c.key {
				found = k.Value
			}
		}
		if found != c.value {
			t.Errorf("%s: %s is %q, want %q", c.path, c.key, found, c.value)
		}
	}
}

func TestFormsAreExplained(t *testing.T) {
	known := map[string]bool{}
	for _, f := range plan.Forms() {
		if known[f.Name] || f.Words == "" {
			t.Errorf("form %q is there twice, or has no words", f.Name)
		}
		known[f.Name] = true
	}
	for _, s := range plan.Reference() {
		for _, k := range s.Keys {
			word := strings.TrimPrefix(k.Value, "list of ")
			word, _, _ = strings.Cut(word, ",")
			word, _, _ = strings.Cut(word, ":")
			word, _, _ = strings.Cut(word, " or `")
			plain := word == "text" || word == "mapping" || strings.HasPrefix(word, "`") || strings.HasPrefix(word, "number")
			if !plain && !known[word] {
				t.Errorf("%v: the value of %s is %q, which no form explains", s.Paths, k.Name, k.Value)
			}
		}
	}
}
