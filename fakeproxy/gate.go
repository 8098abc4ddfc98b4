package fakeproxy

import (
	"io"
	"net/http"
	"strings"

	"github.com/wualab/wualab/auth/httpauth"
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
		h := hopOf(r)
		h.login = http.Header{}
		outcome := s.gate.Check(r, h.login)
		if !outcome.Allowed {
			s.challenge(w, r, outcome)
			return
		}
		h.account = outcome.Account
		h.addLogin(w.Header())
		next.ServeHTTP(w, r)
	})
}

// challenge answers 407 and leaves the connection open, as the login belongs to it
// (RFC 9110 15.5.8, MS-NTHT 3.2), unless the gate wants it closed.
func (s *Server) challenge(w http.ResponseWriter, r *http.Request, outcome httpauth.Outcome) {
	if r.Header.Get("Expect") == "" {
		_, _ = io.CopyN(io.Discard, r.Body, maxDrain)
	}
	h := w.Header()
	hopOf(r).addLogin(h)
	if persists(r) && !outcome.Close {
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
