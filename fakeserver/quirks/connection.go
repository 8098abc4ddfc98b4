package quirks

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakeserver/content"
)

func closeAfter() behaviour.Definition {
	return behaviour.Definition{
		Name: "close",
		Help: "Closes the connection after each answer, with Connection: close. Before authenticate in the list it also " +
			"closes after 401, which NTLM does not survive.",
		Source:  "RFC 9112 9.6",
		Example: "{close: {}}",
		New: func(behaviour.Args) (behaviour.Middleware, error) {
			return editHead(func(r *http.Request, _ int, h http.Header) {
				note(r, "close", "closed the connection")
				h.Set("Connection", "close")
			})
		},
	}
}

func noHead() behaviour.Definition {
	return behaviour.Definition{
		Name:    "no-head",
		Help:    "Answers HEAD with 405.",
		Source:  "BITS documentation, HTTP Requirements for BITS Downloads (HEAD is required); RFC 9110 15.5.6",
		Example: "{no-head: {path: /dynamic.aspx}}",
		New: func(behaviour.Args) (behaviour.Middleware, error) {
			return middleware(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if r.Method != http.MethodHead {
					next.ServeHTTP(w, r)
					return
				}
				note(r, "no-head", "refused HEAD")
				w.Header().Set("Allow", "GET")
				content.Page(w, r, http.StatusMethodNotAllowed)
			})
		},
	}
}
