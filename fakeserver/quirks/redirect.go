package quirks

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakeserver/content"
)

func redirect() behaviour.Definition {
	return behaviour.Definition{
		Name:    "redirect",
		Help:    "Sends the client to another URL.",
		Source:  "RFC 9110 15.4",
		Example: "{redirect: {path: /old.cab, to: /new.cab, status: 301}}",
		Params: []behaviour.Param{
			{Name: "to", Type: behaviour.String, Required: true, Help: "The Location field, a path or a URL, as it is sent."},
			{Name: "status", Type: behaviour.Status, Default: http.StatusFound, Help: "301, 302, 303, 307 or 308."},
		},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			status, to := a.Int("status"), a.String("to")
			if !slices.Contains([]int{301, 302, 303, 307, 308}, status) {
				return nil, fmt.Errorf("parameter %q: %d is no redirection: 301, 302, 303, 307 or 308", "status", status)
			}
			return middleware(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if r.URL.Path == to { // else the target would lead to itself
					next.ServeHTTP(w, r)
					return
				}
				note(r, "redirect", "%d to %s", status, to)
				w.Header().Set("Location", to)
				content.Page(w, r, status)
			})
		},
	}
}
