package fakeproxy

import (
	"fmt"
	"html"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/wualab/wualab/behaviour"
)

// block refuses hosts by name, with the kind of page that a person would be shown.
func block() behaviour.Definition {
	return behaviour.Definition{
		Name:    "block",
		Help:    "Answers 403 with a page for some hosts, for plain requests and CONNECT.",
		Source:  "RFC 9110 15.5.4",
		Example: "{block: {hosts: '*.windowsupdate.com, download.microsoft.com'}}",
		Params: []behaviour.Param{{
			Name: "hosts", Type: behaviour.String, Required: true,
			Help: "host names separated by commas; * stands for any characters",
		}},
		New: newBlock,
	}
}

func newBlock(a behaviour.Args) (behaviour.Middleware, error) {
	patterns := words(strings.ToLower(a.String("hosts")))
	for _, p := range patterns {
		if _, err := path.Match(p, ""); err != nil {
			return nil, fmt.Errorf("parameter %q: %q: %w", "hosts", p, err)
		}
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			host := strings.ToLower(r.URL.Hostname())
			if slices.ContainsFunc(patterns, func(p string) bool { ok, _ := path.Match(p, host); return ok }) {
				hopOf(r).note(r, "block: %s", host)
				showPage(w, http.StatusForbidden, "The policy of this network does not allow "+html.EscapeString(host)+".")
				return
			}
			next.ServeHTTP(w, r)
		})
	}, nil
}

// words splits a list at commas.
func words(list string) []string {
	var found []string
	for _, word := range strings.Split(list, ",") {
		if word = strings.TrimSpace(word); word != "" {
			found = append(found, word)
		}
	}
	return found
}
