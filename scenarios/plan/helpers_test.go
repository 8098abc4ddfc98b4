package plan_test

import (
	"errors"
	"net/http"
	"os"
	"testing"

	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/behaviour/script"
	"github.com/wualab/wualab/scenarios/plan"
)

// options are names enough for the files of testdata.
func options() plan.Options {
	opts := plan.Options{
		Servers: behaviour.Conditional(behaviour.Table{
			{Name: "ignore-range", Help: "Answers 200 with the whole file.", New: pass},
			{Name: "cut-after", Help: "Closes the connection.", New: pass, Params: []behaviour.Param{
				{Name: "bytes", Help: "Bytes of the body that are sent.", Type: behaviour.Size, Required: true},
				{Name: "times", Help: "How often.", Type: behaviour.Int},
			}},
			{Name: "either", Help: "Takes one of its parameters.", Example: "{either: {a: 1}}", New: either, Params: []behaviour.Param{
				{Name: "a", Help: "One.", Type: behaviour.Int}, {Name: "b", Help: "The other.", Type: behaviour.Int},
			}},
			script.Definition(),
			{Name: "several", Help: "Has behaviours inside.", Example: "{several: {of: [ignore-range]}}", New: pass, Params: []behaviour.Param{
				{Name: "of", Help: "Those.", Type: behaviour.Uses, Required: true},
			}},
			{Name: "one-of-each", Help: "Has every type of parameter.", New: pass, Params: []behaviour.Param{
				{Name: "delay", Type: behaviour.Duration}, {Name: "text", Type: behaviour.String, Default: "x"},
				{Name: "status", Type: behaviour.Status}, {Name: "on", Type: behaviour.Bool},
				{Name: "mode", Type: behaviour.Enum, Enum: []string{"a", "b"}},
			}},
		}),
		Proxies:       behaviour.Table{{Name: "unpinned", Help: "Shares upstream connections.", New: pass}},
		Profiles:      []string{"xp-sp1", "xp-sp2", "vista"},
		Statuses:      []string{"STATUS_WRONG_PASSWORD", "STATUS_LOGON_TYPE_NOT_GRANTED"},
		ShareStatuses: []string{"STATUS_ACCESS_DENIED", "STATUS_SHARING_VIOLATION"},
	}
	for _, r := range credrule.Rules() {
		opts.Rules = append(opts.Rules, r.ID)
	}
	return opts
}

func pass(behaviour.Args) (behaviour.Middleware, error) {
	return func(next http.Handler) http.Handler { return next }, nil
}

func either(a behaviour.Args) (behaviour.Middleware, error) {
	if a.Int("a") > 0 && a.Int("b") > 0 {
		return nil, errors.New("only one of a and b may be given")
	}
	return pass(a)
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
