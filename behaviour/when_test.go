package behaviour_test

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/wualab/wualab/behaviour"
)

// conditions is a table of one conditional behaviour, and how often it acted.
func conditions() behaviour.Table { return behaviour.Conditional(behaviour.Table{mark("a")}) }

func TestWhenErrors(t *testing.T) {
	type m = map[string]any
	tests := []struct {
		when any
		want string
	}{
		{"/a", `parameter "when": "/a" is not a mapping: write for example {path: /update.cab, nth: 2}`},
		{m{}, `parameter "when": the mapping is empty`},
		{m{"pth": "/a"}, `parameter "when": unknown key "pth"; did you mean "path"?`},
		{m{"path": "a"}, `parameter "when.path": "a" is malformed: write a path that begins with /`},
		{m{"path": []any{"/a", 3}}, `parameter "when.path.1": 3 is not a text`},
		{m{"path": []any{}}, `parameter "when.path": the list is empty`},
		{m{"method": "get"}, `parameter "when.method": "get" is malformed: write a method in capitals`},
		{m{"header": m{"X": "/(/"}}, `parameter "when.header.X": error parsing regexp`},
		{m{"header": m{"X": ""}}, `parameter "when.header.X": "" is not a word`},
		{m{"header": "X"}, `parameter "when.header": "X" is not a mapping: write for example {User-Agent`},
		{m{"connection": "frist"}, `parameter "when.connection": "frist" is no count: write a number, "1-3", "from 4" or "every 3", or one of first, new; did you mean "first"?`},
		{m{"nth": 0}, `parameter "when.nth": 0 is no count: they begin with 1`},
		{m{"nth": "3-1"}, `parameter "when.nth": "3-1" ends before it begins: write 1-3`},
		{m{"nth": 1.5}, `parameter "when.nth": 1.5 is no count`},
		{m{"nth": "new"}, `parameter "when.nth": "new" is no count`},
		{m{"per": "path"}, `parameter "when.per": there is no nth that it is about`},
		{m{"per": "file", "nth": 1}, `parameter "when.per": "file" is not one of all, client, connection, path, account`},
		{m{"client": "10.0.0.0/33"}, `parameter "when.client.0": "10.0.0.0/33" is no IP address`},
		{m{"client": "pc1"}, `parameter "when.client": "pc1" is malformed: write an IP address`},
		{m{"after": "10s", "until": "10s"}, `parameter "when.until": 10s is not later than after`},
		{m{"until": 0}, `parameter "when.until": 0s is not later than after`},
		{m{"chance": 1.5}, `parameter "when.chance": 1.5 is not a chance: write a number from 0 to 1, or for example 25%`},
		{m{"chance": "50"}, `parameter "when.chance": "50" is not a chance`},
		{m{"chance": "NaN%"}, `parameter "when.chance": "NaN%" is not a chance`},
		{m{"state": m{"x": []any{"on"}}}, `parameter "when.state.x": a list is not a word`},
	}
	for _, test := range tests {
		_, err := conditions().Build("a", m{"when": test.when}, behaviour.Env{})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("when: %v: error %v; want %q in it", test.when, err, test.want)
		}
		var at *behaviour.ParamError
		if err != nil && (!errors.As(err, &at) || at.Path[0] != "when") {
			t.Errorf("when: %v: error %v has no place", test.when, err)
		}
	}
}

func TestConditionalKeepsOwnParameters(t *testing.T) {
	own := mark("a")
	own.Params = []behaviour.Param{{Name: "path", Type: behaviour.Int}}
	table := behaviour.Conditional(behaviour.Table{own})
	if p, _ := table[0].Param("path"); p.Type != behaviour.Int {
		t.Errorf("path is of type %s", p.Type)
	}
	m, err := table.Build("a", map[string]any{"path": 3}, behaviour.Env{})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("GET", "/x", nil)
	m(discard{}).ServeHTTP(httptest.NewRecorder(), r)
	if r.Header.Get("X-Seen") == "" {
		t.Errorf("the behaviour did not act")
	}
	if len(own.Params) != 1 {
		t.Errorf("the definition given was changed")
	}
}

func TestMatchPath(t *testing.T) {
	tests := []struct {
		pattern, path string
		want          bool
	}{
		{"/a", "/a", true}, {"/a", "/a/b", false}, {"/a", "/ab", false},
		{"/a/", "/a/b", true}, {"/a/", "/a", false}, {"/", "/x", true},
		{"/a*", "/ab", true}, {"/a*", "/a", true}, {"/a*", "/b", false}, {"*", "/x", true},
		{"/a*.cab", "/a/b.cab", true}, {"/a*.cab", "/a/b.exe", false}, {"/*b*b", "/b", false}, {"/*b*b", "/xbyb", true},
		{"/*/x/", "/a/x/y", true}, {"/*/x/", "/a/x", false}, {"/ab*ba", "/aba", false},
	}
	for _, test := range tests {
		if got := behaviour.MatchPath(test.pattern, test.path); got != test.want {
			t.Errorf("MatchPath(%q, %q) = %v", test.pattern, test.path, got)
		}
	}
}
