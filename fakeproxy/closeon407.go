package fakeproxy

import (
	"net/http"
	"strings"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/behaviour/answers"
)

// closeOn407 closes the connection with a 407. With the first one, which asks for
// credentials, that is legal and costs the client a new connection; with the one
// that carries the server's NTLM challenge it makes the login impossible.
func closeOn407() behaviour.Definition {
	return behaviour.Definition{
		Name:    "close-on-407",
		Help:    "Closes the connection after a 407.",
		Source:  "MS-NTHT 3.2.5, RFC 9112 9.6",
		Example: "{close-on-407: {leg: challenge}}",
		Params: []behaviour.Param{{
			Name: "leg", Type: behaviour.Enum, Enum: []string{"bare", "challenge", "both"}, Default: "bare",
			Help: "which 407: the one that only names schemes, the one with a challenge inside (NTLM Type 2), or both",
		}},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			leg := a.String("leg")
			return answers.EditHead(func(r *http.Request, status int, h http.Header) {
				if status == http.StatusProxyAuthRequired && (leg == "both" || leg == legOf(h)) {
					h.Set("Connection", "close")
					h.Del("Proxy-Connection")
					hopOf(r).note(r, "close-on-407: closed the connection")
				}
			}), nil
		},
	}
}

// legOf tells a 407 with a token behind the scheme from one without; a realm or
// another parameter is no token.
func legOf(h http.Header) string {
	for _, value := range h["Proxy-Authenticate"] {
		if _, rest, ok := strings.Cut(value, " "); ok && !strings.Contains(strings.TrimRight(rest, "="), "=") {
			return "challenge"
		}
	}
	return "bare"
}
