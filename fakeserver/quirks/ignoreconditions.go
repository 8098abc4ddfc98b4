package quirks

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
)

// conditionFields are the conditions of RFC 9110 13.1.
var conditionFields = map[string][]string{
	"if-range":            {"If-Range"},
	"if-unmodified-since": {"If-Unmodified-Since"},
	"all":                 {"If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range"},
}

func ignoreConditions() behaviour.Definition {
	return behaviour.Definition{
		Name:    "ignore-conditions",
		Help:    "Does not see conditions of requests, so that a client gets parts of a file that is another one than it began with.",
		Source:  "RFC 9110 13.1 and 13.1.5; BITS documentation, file transfer consistency",
		Example: "{ignore-conditions: {which: if-range}}",
		Params: []behaviour.Param{{
			Name: "which", Type: behaviour.Enum, Default: "all", Enum: []string{"if-range", "if-unmodified-since", "all"}, Help: "Which ones.",
		}},
		New: func(args behaviour.Args) (behaviour.Middleware, error) {
			fields := conditionFields[args.String("which")]
			return middleware(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				cloned := false
				for _, name := range fields {
					value := r.Header.Get(name)
					if value == "" {
						continue
					}
					if !cloned {
						r, cloned = r.Clone(r.Context()), true
					}
					note(r, "ignore-conditions", "did not see %s: %s", name, value)
					r.Header.Del(name)
				}
				next.ServeHTTP(w, r)
			})
		},
	}
}
