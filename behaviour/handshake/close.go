package handshake

import (
	"net/http"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/behaviour/answers"
)

// The legs of a login that end in a challenge.
const (
	legBare      = "bare"      // only names schemes
	legChallenge = "challenge" // has a token inside, such as NTLM Type 2
	legBoth      = "both"
)

// CloseOnChallenge closes the connection with a challenge of target. With the first
// one, which asks for credentials, that is legal and costs the client a new
// connection; with the one that carries the NTLM challenge it makes the login
// impossible.
func CloseOnChallenge(target httpauth.Target) behaviour.Definition {
	return behaviour.Definition{
		Name:    "close-on-challenge",
		Help:    "Closes the connection after a challenge (401 of a server, 407 of a proxy), with Connection: close.",
		Source:  "MS-NTHT 3.2.5, RFC 9112 9.6",
		Example: "{close-on-challenge: {leg: challenge}}",
		Params: []behaviour.Param{{
			Name: "leg", Type: behaviour.Enum, Enum: []string{legBare, legChallenge, legBoth}, Default: legBare,
			Help: "Which answer: the one that only names schemes, the one with a challenge inside (NTLM Type 2), or both.",
		}},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			leg := a.String("leg")
			return answers.EditHead(func(r *http.Request, status int, h http.Header) {
				if status == target.Status() && (leg == legBoth || leg == legOf(target, h)) {
					answers.AnnounceClose(h)
					note(r, "close-on-challenge", "closed the connection")
				}
			}), nil
		},
	}
}

// legOf tells an answer with a token behind the scheme from one without.
func legOf(target httpauth.Target, h http.Header) string {
	offered, _ := httpauth.ParseChallenges(h[target.ChallengeHeader()])
	for _, c := range offered {
		if c.Token != "" {
			return legChallenge
		}
	}
	return legBare
}
