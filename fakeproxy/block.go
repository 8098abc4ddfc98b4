package fakeproxy

import (
	"errors"
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
		Name: "block",
		Help: "Answers with a page for some hosts: 403, or what status says, as 200 by gateways that take every client for a browser. " +
			"CONNECT always gets 403, since a 2xx would open the tunnel.",
		Source:  "RFC 9110 15.5.4; RFC 8910, introduction: captive portals. Assumed: 200, of which no document is known that recommends it",
		Example: "{block: {hosts: '*.windowsupdate.com, download.microsoft.com', status: 200}}",
		Params: []behaviour.Param{
			{Name: "hosts", Type: behaviour.String, Required: true,
				Help: "host names separated by commas; * stands for any characters"},
			{Name: "status", Type: behaviour.Status, Default: http.StatusForbidden, Help: "The status of the page."},
			{Name: "location", Type: behaviour.String, Help: "URL of the page that the client is sent to with Location, for a status of 3xx."},
		},
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
	status := a.Int("status")
	if redirects := status/100 == 3; redirects != a.Given("location") {
		return nil, errors.New("a status of 3xx and location go together")
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			host := strings.ToLower(r.URL.Hostname())
			if slices.ContainsFunc(patterns, func(p string) bool { ok, _ := path.Match(p, host); return ok }) {
				refuseHost(w, r, host, status, a.String("location"))
				return
			}
			next.ServeHTTP(w, r)
		})
	}, nil
}

// refuseHost shows the page in place of what the host has.
func refuseHost(w http.ResponseWriter, r *http.Request, host string, status int, location string) {
	if r.Method == http.MethodConnect {
		status = http.StatusForbidden
	}
	if status/100 == 3 {
		w.Header().Set("Location", location)
	}
	hopOf(r).note(r, "block: %s: %d", host, status)
	showPage(w, status, "The policy of this network does not allow "+html.EscapeString(host)+".")
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
