package behaviour_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/wualab/wualab/behaviour"
)

// mark is a behaviour that adds its name to the header X-Seen of the request.
func mark(name string) behaviour.Definition {
	return behaviour.Definition{Name: name, New: func(behaviour.Args) (behaviour.Middleware, error) {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				r.Header.Add("X-Seen", name)
				next.ServeHTTP(w, r)
			})
		}, nil
	}}
}

func TestChainPutsTheFirstOutermost(t *testing.T) {
	table := behaviour.Table{mark("a"), mark("b")}
	for _, want := range [][]string{nil, {"b", "a", "b"}} {
		var uses []behaviour.Use
		for _, name := range want {
			uses = append(uses, behaviour.Use{Name: name})
		}
		m, err := table.Chain(uses, behaviour.Env{})
		if err != nil {
			t.Fatal(err)
		}
		var seen []string
		m(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = r.Header["X-Seen"] })).
			ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
		if !slices.Equal(seen, want) {
			t.Errorf("seen by %v, want %v", seen, want)
		}
	}
}

func TestChainNamesTheWrongUse(t *testing.T) {
	_, err := behaviour.Table{mark("a")}.Chain([]behaviour.Use{{Name: "a"}, {Name: "a", Params: map[string]any{"x": 1}}}, behaviour.Env{})
	if err == nil || !strings.Contains(err.Error(), `behaviour "a": unknown parameter "x"`) {
		t.Errorf("error is %v", err)
	}
}

// discard is where requests end.
type discard struct{}

func (discard) ServeHTTP(http.ResponseWriter, *http.Request) {}
