package behaviour_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/wualab/wualab/behaviour"
)

// table has one parameter of each type; its behaviour hands the arguments out.
func table(got *behaviour.Args) behaviour.Table {
	return behaviour.Table{
		{Name: "plain", New: func(behaviour.Args) (behaviour.Middleware, error) { return nil, errors.New("no luck") }},
		{Name: "all-types", Params: []behaviour.Param{
			{Name: "count", Type: behaviour.Int, Default: 3},
			{Name: "bytes", Type: behaviour.Size, Default: "4KiB"},
			{Name: "after", Type: behaviour.Duration},
			{Name: "to", Type: behaviour.String, Help: "where to", Required: true},
			{Name: "status", Type: behaviour.Status, Default: 503},
			{Name: "once", Type: behaviour.Bool},
			{Name: "how", Type: behaviour.Enum, Enum: []string{"close", "reset"}, Default: "close"},
		}, New: func(a behaviour.Args) (behaviour.Middleware, error) {
			*got = a
			return func(http.Handler) http.Handler { return http.NotFoundHandler() }, nil
		}},
	}
}

func TestBuildFillsDefaults(t *testing.T) {
	var a behaviour.Args
	m, err := table(&a).Build("all-types", map[string]any{"to": "/x"}, behaviour.Env{})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	m(nil).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != 404 {
		t.Errorf("the behaviour's own handler was not used")
	}
	if a.Int("count") != 3 || a.Size("bytes") != 4096 || a.Duration("after") != 0 || a.String("to") != "/x" ||
		a.Int("status") != 503 || a.Bool("once") || a.String("how") != "close" {
		t.Errorf("defaults are %+v", a)
	}
	if !a.Given("to") || a.Given("count") {
		t.Errorf("Given does not tell written parameters from defaults")
	}
}

func TestBuildReadsWrittenValues(t *testing.T) {
	var a behaviour.Args
	_, err := table(&a).Build("all-types", map[string]any{
		"to": "/y", "count": uint64(7), "bytes": "300kB", "after": 5 * time.Minute, "status": 401.0, "once": true, "how": "reset",
	}, behaviour.Env{})
	if err != nil {
		t.Fatal(err)
	}
	if a.Int("count") != 7 || a.Size("bytes") != 300_000 || a.Duration("after") != 5*time.Minute ||
		a.Int("status") != 401 || !a.Bool("once") || a.String("how") != "reset" {
		t.Errorf("values are %+v", a)
	}
}

func TestBuildErrors(t *testing.T) {
	tests := []struct {
		name   string
		params map[string]any
		want   []string
	}{
		{"all-type", nil, []string{`unknown behaviour "all-type"`, `did you mean "all-types"?`}},
		{"zzz", nil, []string{`unknown behaviour "zzz"`}},
		{"plain", nil, []string{`behaviour "plain": no luck`}},
		{"plain", map[string]any{"x": 1}, []string{`unknown parameter "x"`}},
		{"all-types", map[string]any{"byts": "1B"}, []string{`unknown parameter "byts"`, `did you mean "bytes"?`}},
		{"all-types", nil, []string{`parameter "to" is missing: where to`}},
		{"all-types", map[string]any{"to": 3}, []string{`parameter "to": 3 is not a text`}},
		{"all-types", map[string]any{"to": "x", "count": -1}, []string{`parameter "count": -1 is not between 0`}},
		{"all-types", map[string]any{"to": "x", "count": 1.5}, []string{`parameter "count": 1.5 is not a whole number`}},
		{"all-types", map[string]any{"to": "x", "count": "3"}, []string{`"3" is not a whole number`}},
		{"all-types", map[string]any{"to": "x", "bytes": 300}, []string{`parameter "bytes": 300 has no unit: write 300B`}},
		{"all-types", map[string]any{"to": "x", "bytes": true}, []string{`true is not a size`}},
		{"all-types", map[string]any{"to": "x", "bytes": "3KB"}, []string{`unknown unit "KB"`}},
		{"all-types", map[string]any{"to": "x", "after": 5}, []string{`parameter "after": 5 has no unit: write for example 5s`}},
		{"all-types", map[string]any{"to": "x", "after": "5min"}, []string{`unknown unit "min"`}},
		{"all-types", map[string]any{"to": "x", "after": -time.Second}, []string{`-1s is negative`}},
		{"all-types", map[string]any{"to": "x", "after": false}, []string{`false is not a duration`}},
		{"all-types", map[string]any{"to": "x", "status": 600}, []string{`600 is not between 200 and 599`}},
		{"all-types", map[string]any{"to": "x", "once": "yes"}, []string{`"yes" is not true or false`}},
		{"all-types", map[string]any{"to": "x", "how": "rest"}, []string{`"rest" is not one of close, reset; did you mean "reset"?`}},
	}
	for _, test := range tests {
		_, err := table(new(behaviour.Args)).Build(test.name, test.params, behaviour.Env{})
		for _, want := range test.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("Build(%q, %v): error %v; want %q in it", test.name, test.params, err, want)
			}
		}
	}
}
