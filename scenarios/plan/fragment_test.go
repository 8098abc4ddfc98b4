package plan_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/wualab/wualab/scenarios/plan"
)

// fragmentScenario has a server and a proxy that fragments are about.
func fragmentScenario(t testing.TB) *plan.Scenario {
	t.Helper()
	file, err := plan.Load("x.yaml", []byte(`version: 1
id: x
title: X
level: required
refs: [none]
client: {profile: xp-sp2}
servers: {origin: {behaviours: [ignore-range, {cut-after: {bytes: 1kB}}], files: {/a: {size: 1B}}}}
proxies: {corp: {}}
steps: [{download: {job: j, files: [origin/a]}}]
`), options())
	if err != nil {
		t.Fatal(err)
	}
	return file.Cells[0].Scenario
}

// parseAs reads a fragment as one of the kinds.
func parseAs(s *plan.Scenario, kind string, f plan.Fragment) (any, error) {
	switch kind {
	case "files":
		return s.ParseFiles(f, options())
	case "wire":
		return s.ParseWire(f, options())
	case "change":
		return s.ParseChange(f, options())
	}
	return s.ParseBehaviours(f, kind, options())
}

func TestFragmentsAreRead(t *testing.T) {
	s := fragmentScenario(t)
	for _, c := range []struct{ kind, text, want string }{
		{"origin", "[]", `[]`},
		{"origin", "ignore-range", `["ignore-range"]`},
		{"origin", `"ignore-range"`, `["ignore-range"]`},
		{"origin", `[{"cut-after": {"bytes": "1kB", "times": 2}}, "ignore-range"]`, `[{"cut-after":{"bytes":"1kB","times":2}},"ignore-range"]`},
		{"origin", "{\n\t\"cut-after\":\t{\"bytes\": \"1kB\"}\n}\n", `[{"cut-after":{"bytes":"1kB"}}]`},
	} {
		for _, isJSON := range []bool{true, false} {
			if isJSON && !json.Valid([]byte(c.text)) || !isJSON && strings.Contains(c.text, "\t") {
				continue
			}
			list, err := s.ParseBehaviours(plan.Fragment{Name: "body", Source: []byte(c.text), JSON: isJSON}, c.kind, options())
			if err != nil {
				t.Errorf("%s: %v", c.text, err)
				continue
			}
			written := []any{}
			for _, b := range list {
				written = append(written, b.Written())
			}
			if got, err := json.Marshal(written); err != nil || string(got) != c.want {
				t.Errorf("%s (JSON %v): %s, %v; want %s", c.text, isJSON, got, err, c.want)
			}
		}
	}
	files, err := s.ParseFiles(plan.Fragment{Source: []byte(`{"/b": {"size": "2kB", "seed": 3, "etag": "\"x\""}}`), JSON: true}, options())
	if err != nil || len(files) != 1 || files[0].Path != "/b" || files[0].Size.Value != 2000 || files[0].ETag.Value != `"x"` {
		t.Errorf("files are %+v, %v", files, err)
	}
	wire, err := s.ParseWire(plan.Fragment{Source: []byte(`{"on": "corp", "count": {"at-least": 1}, "some": {"url": "/^.a/"}}`), JSON: true}, options())
	if err != nil || len(wire) != 1 || wire[0].On.Value != "corp" || wire[0].Count.String() != "at least 1" {
		t.Errorf("wire is %+v, %v", wire, err)
	}
}

func TestBehavioursOfAFileAreWrittenAgain(t *testing.T) {
	s := fragmentScenario(t)
	text, err := json.Marshal([]any{s.Servers[0].Behaviours[0].Written(), s.Servers[0].Behaviours[1].Written(),
		plan.Behaviour{Name: "x"}.Written(), plan.Behaviour{Name: "x", Params: map[string]any{"n": 1}}.Written()})
	if want := `["ignore-range",{"cut-after":{"bytes":"1kB"}},"x",{"x":{"n":1}}]`; err != nil || string(text) != want {
		t.Errorf("%s, %v; want %s", text, err, want)
	}
}

func TestBrokenFragments(t *testing.T) {
	s := fragmentScenario(t)
	for _, c := range []struct{ kind, text, pointer, want string }{
		{"origin", ``, "", "body:1:1: behaviours: there is nothing; hint: write a list such as"},
		{"origin", `[{"cut-aftr": {"bytes": "1kB"}}]`, "/0/cut-aftr", `body:1:3: unknown behaviour "cut-aftr" of a server; hint: did you mean "cut-after"?`},
		{"corp", `["ignore-range"]`, "/0", `unknown behaviour "ignore-range" of a proxy`},
		{"origin", `["ignore-range", {"cut-after": {"bytes": "1KB"}}]`, "/1/cut-after/bytes", `body:1:42: bytes: size "1KB": unknown unit "KB"; hint: write kB or KiB`},
		{"origin", `[{"cut-after": {"byte": "1kB"}}]`, "/0/cut-after/byte", `unknown parameter "byte"`},
		{"origin", `[{"cut-after": {}}]`, "/0/cut-after", `the parameter bytes is missing`},
		{"origin", `{"a/b~c": {}}`, "/a~1b~0c", `unknown behaviour`},
		{"origin", "- ignore-range\n- cut-after:\n    bytes: 1KB\n", "/1/cut-after/bytes", `body:3:12: bytes: size "1KB": unknown unit "KB"`},
		{"origin", `[{"cut-after": {"bytes": "1kB"`, "", "JSON: it ends too early"},
		{"origin", `{"a": 1, "a": 2}`, "", `body:1:10: duplicate key "a"`},
		{"origin", `[] []`, "", "body:1:4: JSON: something follows the value"},
		{"origin", `[1,]`, "", "JSON: "},
		{"origin", "[\n  null]", "/0", `body:2:3: behaviours: the value is missing`},
		{"origin", strings.Repeat("[", 100000), "", "nested too deep"},
		{"files", `[]`, "", `files: want a mapping, not a list`},
		{"files", `{"/b": {"size": "1B", "from": "x"}}`, "/~1b/from", "both size and from"},
		{"files", `{"b": {"size": "1B"}}`, "/b", ""},
		{"wire", `[{"on": "orign", "count": 1}]`, "/0/on", `did you mean "origin"?`},
		{"wire", `[{"on": "client", "count": 1}]`, "/0/on", "the simulated PC takes no part here; hint: one of origin, corp"},
		{"wire", `[{"on": "origin"}]`, "/0", "nothing is expected"},
		{"wire", `{"wire": [{"on": "origin", "count": 1}]}`, "/wire", "the key wire is there itself; hint: write what stands under it alone"},
		{"origin", `{"behaviours": ["ignore-range"]}`, "/behaviours", "the key behaviours is there itself"},
		{"wire", `[]`, "", "the list is empty"},
		{"wire", `{"on": "origin", "some": {"status": "?"}}`, "/some/status", "of level observe"},
		{"change", `{"origin": {"behaviours": ["ignore-rang"]}, "corp": {"down": true}}`, "/origin/behaviours/0", `did you mean "ignore-range"?`},
		{"change", `{"orign": {"down": true}}`, "/orign", `unknown server or proxy "orign"`},
		{"change", `{"corp": {"files": {"/a": {"size": "1B"}}}}`, "/corp/files/~1a", "is a proxy, which has no files"},
		{"change", `[]`, "", "change: want a mapping, not a list"},
		{"change", `{"change": {"corp": {"down": true}}}`, "/change", "the key change is there itself"},
		{"wire", `{"on": "origin", "some": {"url": "/(/"}}`, "/some/url", "missing closing"},
	} {
		isJSON := !strings.HasPrefix(c.text, "- ")
		_, err := parseAs(s, c.kind, plan.Fragment{Name: "body", Source: []byte(c.text), JSON: isJSON})
		var bad *plan.Error
		switch {
		case !errors.As(err, &bad):
			t.Errorf("%.60s: no error, %v", c.text, err)
		case !strings.Contains(err.Error(), c.want) || bad.Pointer != c.pointer:
			t.Errorf("%.60s: %q at %q; want %q at %q", c.text, err, bad.Pointer, c.want, c.pointer)
		}
	}
}

// FuzzFragment holds that no body makes a fragment panic or hang, and that an error has
// a place, one line and a text.
func FuzzFragment(f *testing.F) {
	for _, text := range []string{`[{"cut-after": {"bytes": "1kB", "times": 2}}, "ignore-range"]`, "- ignore-range\n- cut-after: {bytes: 1kB}\n",
		`{"/b": {"size": "2kB", "seed": 3}}`, `{"origin": {"behaviours": [], "state": {"a": "b"}}, "corp": {"down": true}}`, `{"on": "corp", "count": {"at-least": 1}, "some": {"url": "/^.a/"}}`, `[[[[`, "\"\\ud800\"", `{"a":1,"a":2}`} {
		for kind := range byte(5) {
			f.Add(kind, kind%2 == 0, []byte(text))
		}
	}
	s := fragmentScenario(f)
	kinds := []string{"origin", "corp", "files", "wire", "change"}
	f.Fuzz(func(t *testing.T, kind byte, isJSON bool, src []byte) {
		start := time.Now()
		_, err := parseAs(s, kinds[int(kind)%len(kinds)], plan.Fragment{Name: "body", Source: src, JSON: isJSON})
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("took %v for %d bytes", took, len(src))
		}
		if err == nil {
			return
		}
		var located *plan.Error
		if !errors.As(err, &located) {
			t.Fatalf("%T: %v", err, err)
		}
		if located.Line < 1 || located.Column < 1 || located.Msg == "" || strings.ContainsAny(err.Error(), "\n\r") {
			t.Errorf("no place or not one line: %q", err)
		}
	})
}
