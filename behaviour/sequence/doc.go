// Package sequence holds the behaviours that are about the course of things: the first
// requests fail, one behaviour follows the other, one of several is drawn, a named value
// of the fake changes. Both fakes put [Table] into theirs.
//
//	table := append(own, sequence.Table(page)...)
package sequence

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/behaviour/answers"
	"github.com/wualab/wualab/fakehttp"
)

// Table lists the behaviours of this package; page makes their answers.
func Table(page answers.Page) behaviour.Table {
	return behaviour.Table{failFirst(page), inTurn(), oneOf(), pass(), setState()}
}

func note(r *http.Request, name, format string, args ...any) {
	fakehttp.ConnOf(r).Note(name+": "+format, args...)
}

// choose makes a behaviour of several, of which pick names one for each request, or
// with a number out of the list none.
func choose(list []behaviour.Middleware, pick func(r *http.Request) int) behaviour.Middleware {
	return func(next http.Handler) http.Handler {
		acting := make([]http.Handler, len(list))
		for i, m := range list {
			acting[i] = m(next)
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if i := pick(r); i >= 0 && i < len(acting) {
				acting[i].ServeHTTP(w, r)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// pass stands in a sequence for a request that goes on as it is.
func pass() behaviour.Definition {
	return behaviour.Definition{
		Name: "pass", Source: "our own", Example: "{pass: {}}",
		Help: "Does nothing: the place of a request in in-turn or one-of that goes on as it is.",
		New: func(behaviour.Args) (behaviour.Middleware, error) {
			return func(next http.Handler) http.Handler { return next }, nil
		},
	}
}
