package fakeproxy

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/behaviour/answers"
)

// stripRange makes every answer a whole file, as behind proxies that scan or cache
// whole files only.
func stripRange() behaviour.Definition {
	return onRequest(behaviour.Definition{
		Name:    "strip-range",
		Help:    "Drops Range from requests, so that the origin sends the whole file with 200.",
		Source:  "BITS documentation: HTTP Requirements for BITS Downloads",
		Example: "{strip-range: {}}",
	}, func(r *http.Request) {
		if r.Header.Get("Range") != "" {
			r.Header.Del("Range")
			hopOf(r).note(r, "strip-range: Range was dropped")
		}
	})
}

// stripContentRange leaves the client with a 206 of which it can't tell the place.
func stripContentRange() behaviour.Definition {
	return behaviour.Definition{
		Name:    "strip-content-range",
		Help:    "Drops Content-Range from answers, so that a 206 does not say which part it is.",
		Source:  "BITS documentation: HTTP Requirements for BITS Downloads",
		Example: "{strip-content-range: {}}",
		New: func(behaviour.Args) (behaviour.Middleware, error) {
			return answers.EditHead(func(r *http.Request, _ int, h http.Header) {
				if h.Get("Content-Range") != "" {
					h.Del("Content-Range")
					hopOf(r).note(r, "strip-content-range: Content-Range was dropped")
				}
			}), nil
		},
	}
}
