package fakeproxy

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/wualab/wualab/behaviour"
)

// connectPorts limits CONNECT to some ports, as proxies in the field do so that they
// are no open relay (RFC 9110 9.3.6).
func connectPorts() behaviour.Definition {
	return behaviour.Definition{
		Name:    "connect-ports",
		Help:    "Answers CONNECT to any other port with 403.",
		Source:  "RFC 9110 9.3.6",
		Example: "{connect-ports: {ports: '443, 563'}}",
		Params: []behaviour.Param{{
			Name: "ports", Type: behaviour.String, Required: true, Help: "the ports allowed, separated by commas",
		}},
		New: newConnectPorts,
	}
}

func newConnectPorts(a behaviour.Args) (behaviour.Middleware, error) {
	ports := words(a.String("ports"))
	for _, p := range ports {
		if _, err := strconv.ParseUint(p, 10, 16); err != nil {
			return nil, fmt.Errorf("parameter %q: %q is not a port", "ports", p)
		}
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodConnect && !slices.Contains(ports, r.URL.Port()) {
				hopOf(r).note(r, "connect-ports: %s is not allowed", r.URL.Port())
				refuse(w, http.StatusForbidden, fmt.Sprintf("CONNECT to port %s is not allowed\n", r.URL.Port()))
				return
			}
			next.ServeHTTP(w, r)
		})
	}, nil
}
