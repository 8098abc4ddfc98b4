package quirks

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakeserver/content"
)

func range416() behaviour.Definition {
	return behaviour.Definition{
		Name:    "range-416",
		Help:    "Answers every request for ranges with 416, also when the file has those bytes.",
		Source:  "RFC 9110 15.5.17 defines the status; BG_E_HTTP_ERROR_416",
		Example: "{range-416: {}}",
		New: func(behaviour.Args) (behaviour.Middleware, error) {
			return onRanges("range-416", func(r *http.Request, a *content.Answer) bool {
				a.Unsatisfiable()
				return true
			})
		},
	}
}

// onRanges makes a behaviour of a change to answers to requests for ranges; change
// reports whether it did something.
func onRanges(name string, change func(*http.Request, *content.Answer) bool) (behaviour.Middleware, error) {
	return middleware(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		next.ServeHTTP(w, content.OnAnswer(r, func(a *content.Answer) {
			if a.Requested != nil && change(r, a) {
				note(r, name, "changed the answer to %s", a.Requested)
			}
		}))
	})
}
