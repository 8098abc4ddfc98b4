package transport

import (
	"fmt"
	"net/http"

	"github.com/wualab/wualab/behaviour"
)

func interim() behaviour.Definition {
	return behaviour.Definition{
		Name:    "interim",
		Help:    "Sends interim answers that nobody asked for before the final one.",
		Source:  "RFC 9110 15.2; WinHTTP documentation, Option Flags (WINHTTP_OPTION_MAX_HTTP_STATUS_CONTINUE)",
		Example: "{interim: {status: 103, times: 2}}",
		Params: []behaviour.Param{
			{Name: "status", Type: behaviour.Int, Default: http.StatusContinue, Help: "100, or 102 to 199."},
			{Name: "times", Type: behaviour.Int, Default: 1, Help: "How many of them."},
		},
		New: newInterim,
	}
}

func newInterim(a behaviour.Args) (behaviour.Middleware, error) {
	status := a.Int("status")
	if status < 100 || status > 199 || status == http.StatusSwitchingProtocols {
		return nil, fmt.Errorf("parameter %q: %d is no interim answer: 100, or 102 to 199", "status", status)
	}
	return one(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		note(r, "interim", "sent %d × %d first", a.Int("times"), status)
		for range a.Int("times") {
			w.WriteHeader(status)
		}
		next.ServeHTTP(w, r)
	})
}
