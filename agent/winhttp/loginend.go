package winhttp

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/wualab/wualab/auth/exposure"
	"github.com/wualab/wualab/auth/httpauth"
)

// settle takes note of what an answer says about the logins and returns the one
// that is challenged, or nil. A 407 says nothing about the server's login, whose
// credentials the proxy has not passed on: they are sent again. The error is
// that of a peer who accepts a login and does not prove itself as it should.
func settle(logins []*login, r *reply) (challenged *login, err error) {
	for _, l := range logins {
		if r.asks(l.key.target) {
			challenged = l
			delete(r.cn.logins, l.key)
		}
	}
	for _, l := range logins {
		if l == challenged || !l.sent {
			continue
		}
		l.sent = false
		if challenged == nil || challenged.key.target == httpauth.Server {
			err = errors.Join(err, l.succeed(r))
		}
	}
	return challenged, err
}

// succeed ends a login that was accepted. A connection that is logged in needs
// no credentials any more; without that, a login that is bound to its connection
// has to be done again when the next request is challenged, and another one
// sends credentials with each request.
func (l *login) succeed(r *reply) error {
	l.rounds = 0
	if l.expecting() {
		r.cn.tap.Note("the %s did not answer the first message of the %s login with a challenge: nobody is logged in", l.name(), l.mech.Scheme())
		l.mech, l.pending = nil, ""
		return nil
	}
	l.scheme = l.mech.Scheme()
	if err := l.conclude(r); err != nil {
		return err
	}
	switch {
	case l.persists(r):
		r.cn.logins[l.key] = l.scheme
	case l.mech.ConnectionBound():
	case l.scheme == httpauth.Negotiate:
		l.again = true
	default:
		return nil
	}
	l.mech, l.pending = nil, ""
	return nil
}

// conclude hands the answer to a mechanism that reads it. Assumed: a proof that
// is wrong fails the request, one that is missing does not.
func (l *login) conclude(r *reply) error {
	reader, ok := l.mech.(httpauth.Concluder)
	if !ok {
		return nil
	}
	err := reader.Conclude(l.key.target, r.resp.Header)
	if err == nil {
		return nil
	}
	err = fmt.Errorf("the %s accepts the login: %w", l.name(), err)
	if r.resp.Header.Get(l.key.target.ChallengeHeader()) == "" && r.resp.Header.Get(l.key.target.InfoHeader()) == "" {
		r.cn.tap.Note("%v", err)
		return nil
	}
	return err
}

// renew makes the credentials that are for one request only: by Digest with its
// method and target, under Negotiate with a new ticket. Source: WinHTTP documentation, Authentication in WinHTTP, by
// which Kerberos may log in before it is asked to. Assumed: it does within one
// request with its redirects, and for the next one with the same KeptLogins.
func (k *call) renew(m *message, cn *conn) {
	for _, l := range m.logins {
		var err error
		if l.again && k.ask(l, m, cn, true) {
			err = l.next(l.bare(), cn)
		} else if each, ok := l.mech.(httpauth.PerRequest); ok && !l.fresh {
			l.pending, err = each.For(m.method, m.targets[l.key.target])
		}
		if err != nil {
			cn.tap.Note("%v", err)
			l.mech, l.pending = nil, ""
		}
		l.again, l.fresh = false, false
	}
}

// exposure is what the credentials of a request give away, also those that its
// caller wrote.
func (k *call) exposure(m *message) exposure.Exposure {
	header := http.Header{}
	if m.method != http.MethodConnect {
		for _, f := range k.req.Header {
			header.Add(f.Name, f.Value)
		}
	}
	for _, l := range m.logins {
		if l.pending != "" {
			header.Add(l.key.target.CredentialHeader(), l.pending)
		}
	}
	return max(httpauth.Disclosed(httpauth.Server, header), httpauth.Disclosed(httpauth.Proxy, header))
}

// bare are the challenges that began the login.
func (l *login) bare() []httpauth.Challenge {
	list := slices.Clone(l.offered)
	for i := range list {
		list[i].Token = ""
	}
	return list
}

// expecting reports whether the credentials that are due only ask for a
// challenge, as Type 1 does: what comes with them is not looked at.
func (l *login) expecting() bool {
	return l.pending != "" && l.mech.ConnectionBound() && l.steps == 1
}

// persists reports whether the connection stays logged in by an accepted login:
// as Persistent-Auth says, else when the scheme is bound to connections.
//
// Source: MS-N2HT 3.1.5, by which another value counts for nothing. Assumed: on
// one connection the field speaks of the server's login where one was accepted,
// else of the proxy's; a client of XP's time heeds it; after "false" the client
// waits for the next challenge.
func (l *login) persists(r *reply) bool {
	integrated := l.scheme == httpauth.NTLM || l.scheme == httpauth.Negotiate
	if !integrated || l.key.target == httpauth.Proxy && r.serverLogin {
		return l.mech.ConnectionBound()
	}
	switch strings.ToLower(strings.TrimSpace(r.resp.Header.Get("Persistent-Auth"))) {
	case "true":
		return true
	case "false":
		return false
	}
	return l.mech.ConnectionBound()
}

// SessionProxies says what a proxy must promise before an NTLM or Negotiate
// login is made to a server through it, which it has to keep to one connection
// of its own. It concerns plain http; a tunnel is the server's connection. The
// zero value is the default.
//
// Source: RFC 4559 section 6. Assumed: that WinHTTP 5.1 asks for no promise,
// which its documentation does not mention.
type SessionProxies int

// What the client asks of a proxy.
const (
	SessionProxyAny      SessionProxies = iota // logs in through any proxy
	SessionProxyPromised                       // only after Proxy-Support: Session-Based-Authentication
)

var errNoSession = errors.New("the proxy does not promise Session-Based-Authentication (RFC 4559 section 6)")

// sessionSafe takes away the schemes that may not be answered through the proxy
// on the way.
func (k *call) sessionSafe(l *login, r *reply, offered []httpauth.Challenge) ([]httpauth.Challenge, error) {
	if k.req.SessionProxies != SessionProxyPromised || l.key.target != httpauth.Server || !k.absoluteForm() ||
		slices.Contains(tokens(r.resp.Header.Values("Proxy-Support")), "session-based-authentication") {
		return offered, nil
	}
	var safe []httpauth.Challenge
	for _, ch := range offered {
		if s := httpauth.SchemeOf(ch.Scheme); s != httpauth.NTLM && s != httpauth.Negotiate {
			safe = append(safe, ch)
		}
	}
	switch {
	case len(safe) == 0:
		return nil, fmt.Errorf("the %s gets no login by NTLM or Negotiate: %w", l.name(), errNoSession)
	case len(safe) < len(offered):
		r.cn.tap.Note("NTLM and Negotiate are passed over: %v", errNoSession)
	}
	return safe, nil
}

// loginFailure is why the login that a reply challenges was given up.
func (k *call) loginFailure(r *reply) error {
	for _, l := range k.logins {
		if l.failure != nil && r.asks(l.key.target) {
			return l.failure
		}
	}
	return nil
}
