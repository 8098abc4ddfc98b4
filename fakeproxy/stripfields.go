package fakeproxy

import (
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/behaviour/answers"
)

// stripFields is a proxy with a list of the fields that it lets pass, or not.
func stripFields() behaviour.Definition {
	return behaviour.Definition{
		Name:    "strip-fields",
		Help:    "Drops header fields from requests, answers or both, such as those of BITS uploads.",
		Source:  "RFC 9110 5.1: a proxy passes on fields that it does not know, unless it is configured to block them",
		Example: "{strip-fields: {fields: 'BITS-*', from: answers}}",
		Params: []behaviour.Param{
			{Name: "fields", Type: behaviour.String, Required: true, Help: "Names separated by commas, in any case; * stands for any characters."},
			{Name: "from", Type: behaviour.Enum, Enum: []string{"requests", "answers", "both"}, Default: "both", Help: "Where they are dropped."},
		},
		New: newStripFields,
	}
}

func newStripFields(a behaviour.Args) (behaviour.Middleware, error) {
	patterns := words(strings.ToLower(a.String("fields")))
	for _, p := range patterns {
		if _, err := path.Match(p, ""); err != nil {
			return nil, fmt.Errorf("parameter %q: %q: %w", "fields", p, err)
		}
	}
	from := a.String("from")
	strip := func(r *http.Request, h http.Header, where string) {
		var dropped []string
		for name := range h {
			if slices.ContainsFunc(patterns, func(p string) bool { ok, _ := path.Match(p, strings.ToLower(name)); return ok }) {
				dropped = append(dropped, name)
				delete(h, name)
			}
		}
		if slices.Sort(dropped); len(dropped) > 0 {
			hopOf(r).note(r, "strip-fields: dropped %s from the %s", strings.Join(dropped, ", "), where)
		}
	}
	return func(next http.Handler) http.Handler {
		if from != "requests" {
			next = answers.EditHead(func(r *http.Request, _ int, h http.Header) { strip(r, h, "answer") })(next)
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if from != "answers" {
				strip(r, r.Header, "request")
			}
			next.ServeHTTP(w, r)
		})
	}, nil
}
