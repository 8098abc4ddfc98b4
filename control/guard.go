package control

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/wualab/wualab/control/client"
)

// loopback reports whether an address, host:port or a host alone, is one of this
// computer that no other reaches.
func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		host = strings.Trim(addr, "[]")
	}
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// guard refuses who may not ask: whoever lacks the token, and browsers that ask on
// behalf of another site. Such a site may have given its own name our address (DNS
// rebinding), so that Origin and Host agree; then Host is no name of loopback.
func (s *Server) guard(r *http.Request) *client.Problem {
	site := r.Header.Get("Sec-Fetch-Site")
	origin := r.Header.Get("Origin")
	switch {
	case site == "cross-site" || site == "same-site" || origin != "" && !sameOrigin(origin, r.Host):
		return problem(http.StatusForbidden, "other-site", "a browser asks on behalf of another site").hint("the API is for programs of this computer")
	case s.cfg.Token == "" && !loopback(r.Host):
		return problem(http.StatusForbidden, "host", "the Host header is %q, which is no name of loopback", r.Host).hint("ask " + s.URL() + ", or start with --control-token")
	case s.cfg.Token != "" && !s.hasToken(r):
		return problem(http.StatusUnauthorized, "token", "the token is missing or wrong").hint("send Authorization: Bearer and the token that serve printed")
	}
	return nil
}

func sameOrigin(origin, host string) bool {
	u, err := url.Parse(origin)
	return err == nil && strings.EqualFold(u.Host, host)
}

// hasToken compares hashes, so that the time tells nothing of the token.
func (s *Server) hasToken(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	have, want := sha256.Sum256([]byte(strings.TrimSpace(token))), sha256.Sum256([]byte(s.cfg.Token))
	return strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(have[:], want[:]) == 1
}
