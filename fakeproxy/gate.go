package fakeproxy

import (
	"io"
	"net/http"
	"strings"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/transcript"
)

// maxDrain is how much of a body is read to keep the connection of a refused request;
// of a longer one net/http breaks the connection off.
const maxDrain = 4 << 20

// guard lets only authenticated requests through to next.
func (s *Server) guard(next http.Handler) http.Handler {
	if s.gate == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		outcome := hopOf(r).client.login.Check(r.Header)
		annotate(r, outcome)
		if outcome.Allowed {
			next.ServeHTTP(w, r)
			return
		}
		s.challenge(w, r, outcome.Challenges)
	})
}

func annotate(r *http.Request, outcome httpauth.Outcome) {
	fakehttp.ConnOf(r).Annotate(func(x *transcript.Exchange) {
		if outcome.Fresh {
			x.Verified = outcome.Account
		}
		x.Refused = outcome.Refused
	})
}

// challenge answers 407 and leaves the connection open, as the login belongs to it
// (RFC 9110 15.5.8, MS-NTHT 3.2).
func (s *Server) challenge(w http.ResponseWriter, r *http.Request, challenges []string) {
	if r.Header.Get("Expect") == "" {
		_, _ = io.CopyN(io.Discard, r.Body, maxDrain)
	}
	h := w.Header()
	h["Proxy-Authenticate"] = challenges
	if persists(r) {
		h.Set("Connection", "keep-alive")
		h.Set("Proxy-Connection", "keep-alive")
	}
	showPage(w, http.StatusProxyAuthRequired, "Proxy "+s.cfg.Name+" wants to know who you are.")
}

// persists reports whether net/http will keep the connection after this request.
func persists(r *http.Request) bool {
	asked := strings.Contains(strings.ToLower(r.Header.Get("Connection")), "keep-alive")
	return !r.Close && (r.ProtoAtLeast(1, 1) || asked)
}
