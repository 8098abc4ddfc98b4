package httpauth

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/wualab/wualab/auth/ntlm"
)

// GateConn is the authentication of one client connection. Its requests come one
// after the other, so it is not safe for concurrent use.
//
// An NTLM login belongs to the connection: the requests that follow it need no
// credentials (AuthPersistence 0, the default of the IIS 6.0 metabase), unless
// PerRequest is set. Basic, Digest, Passport and by default Kerberos belong to their
// request. Assumed: any new credentials end the login that the connection had, whether
// they are good or not, and a request without credentials ends a login that is under
// way.
type GateConn struct {
	gate    *Gate
	schemes []gateScheme // as in the configuration
	login   *Outcome     // of the connection
}

// gateScheme is one scheme on one connection of a gate.
type gateScheme interface {
	// offer gives the challenges that begin a login.
	offer() []string
	// check judges credentials of the scheme.
	check(r *request, given Credentials) Outcome
	// drop forgets a login that is under way.
	drop()
}

// request is what a gate looks at.
type request struct {
	header         http.Header
	value          string // of the credentials field
	method, target string // of the request line; empty when only a header was given
}

// Check judges one request by its header. It must be called for every request on the
// connection, in order. Digest needs CheckRequest.
func (c *GateConn) Check(h http.Header) Outcome { return c.judge(&request{header: h}) }

// CheckRequest judges one request as a server received it: RequestURI must be the
// target as it was sent. It takes the place of Check and reads no body.
func (c *GateConn) CheckRequest(r *http.Request) Outcome {
	return c.judge(&request{header: r.Header, method: r.Method, target: r.RequestURI})
}

func (c *GateConn) judge(r *request) Outcome {
	out := c.decide(r)
	out.Exposure = Disclosed(c.gate.cfg.Target, r.header)
	if c.gate.promises(out) {
		out.Header = http.Header{"Proxy-Support": {"Session-Based-Authentication"}}
	}
	return c.gate.deviate(out)
}

// promises reports whether an answer is to promise connections of the client's own.
func (g *Gate) promises(out Outcome) bool {
	integrated := slices.Contains(g.cfg.Schemes, NTLM) || slices.Contains(g.cfg.Schemes, Negotiate)
	return g.cfg.ProxySupport && !out.Allowed && integrated
}

func (c *GateConn) decide(r *request) Outcome {
	name := c.gate.cfg.Target.CredentialHeader()
	values := r.header.Values(name)
	if len(values) == 0 {
		return c.without(r)
	}
	c.login = nil
	if len(values) > 1 {
		c.dropBut(nil)
		return c.refuse("", "the request has %d %s fields, one is allowed", len(values), name)
	}
	r.value = values[0]
	credentials, err := ParseCredentials(r.value)
	if err != nil {
		c.dropBut(nil)
		return c.refuse("", "%s can't be read: %v", name, err)
	}
	return c.verify(r, credentials)
}

// without judges a request that has no credentials.
func (c *GateConn) without(r *request) Outcome {
	c.dropBut(nil)
	if c.login != nil {
		return *c.login
	}
	if out, ok := c.fromCookies(r); ok {
		return out
	}
	return Outcome{Challenges: c.challenges(), Location: c.location()}
}

func (c *GateConn) verify(r *request, credentials Credentials) Outcome {
	scheme := SchemeOf(credentials.Scheme)
	i := slices.Index(c.gate.cfg.Schemes, scheme)
	if i < 0 {
		c.dropBut(nil)
		return c.refuse(scheme, "scheme %q is not offered here", credentials.Scheme)
	}
	c.dropBut(c.schemes[i])
	return c.schemes[i].check(r, credentials)
}

// dropBut ends the logins under way by other schemes than one.
func (c *GateConn) dropBut(one gateScheme) {
	for _, s := range c.schemes {
		if s != one {
			s.drop()
		}
	}
}

// challenges gives the header values that begin a login, in scheme order.
func (c *GateConn) challenges() []string {
	var list []string
	for _, s := range c.schemes {
		list = append(list, s.offer()...)
	}
	return c.gate.cfg.Deviations.list(list)
}

// refuse is the answer to bad credentials: the bare challenges from the start.
func (c *GateConn) refuse(scheme Scheme, format string, args ...any) Outcome {
	return Outcome{Scheme: scheme, Refused: fmt.Sprintf(format, args...),
		Challenges: c.challenges(), Location: c.location()}
}

// refuseLogon is the answer to credentials that a logon was tried with.
func (c *GateConn) refuseLogon(scheme Scheme, result ntlm.Result, response string) Outcome {
	out := c.refuse(scheme, "%s", refusal(result))
	out.Response, out.NTStatus = response, result.Status.WithCode()
	return out
}

// allow is the answer to good credentials.
func (c *GateConn) allow(scheme Scheme, account, response string) Outcome {
	return Outcome{Allowed: true, Fresh: true, Account: account, Scheme: scheme, Response: response}
}

// bind lets the connection live on a login, unless each request is to log in.
func (c *GateConn) bind(out Outcome) Outcome {
	if !c.gate.cfg.PerRequest {
		c.login = &Outcome{Allowed: true, Account: out.Account, Scheme: out.Scheme, Response: out.Response}
	}
	return out
}

// refusal is the reason of a result, which a parse error may lack.
func refusal(result ntlm.Result) string {
	if result.Reason != "" {
		return result.Reason
	}
	return result.Status.String()
}

func accountName(result ntlm.Result) string {
	if result.Account == nil {
		return ntlm.Account{Domain: result.Domain, User: result.User}.String()
	}
	return result.Account.String()
}
