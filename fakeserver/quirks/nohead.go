package quirks

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakeserver/content"
)

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
