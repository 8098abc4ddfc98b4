package quirks

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
)

func ignoreRange() behaviour.Definition {
	return behaviour.Definition{
		Name:    "ignore-range",
		Help:    "Answers requests for ranges with 200 and the whole file, as dynamic content does.",
		Source:  "BITS documentation, HTTP Requirements for BITS Downloads; RFC 9110 14.2 allows it",
		Example: "{ignore-range: {path: /update.cab}}",
		New: func(behaviour.Args) (behaviour.Middleware, error) {
			return middleware(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if r.Header.Get("Range") != "" {
					note(r, "ignore-range", "did not see Range: %s", r.Header.Get("Range"))
					r = r.Clone(r.Context())
					r.Header.Del("Range")
				}
				next.ServeHTTP(w, r)
			})
		},
	}
}
