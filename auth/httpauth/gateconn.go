package httpauth

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/wualab/wualab/auth/ntlm"
)

// Outcome is what a [GateConn] says of one request.
type Outcome struct {
	Allowed    bool
	Account    string   // DOMAIN\user, or user for an account of the computer, when Allowed
	Fresh      bool     // Allowed by credentials in this very request, not by the connection
	Challenges []string // values for the challenge fields, one each in scheme order, when not Allowed
	Refused    string   // why credentials were refused, one sentence without secrets; empty when none were or a login is under way
	Scheme     Scheme   // of the credentials, or of the login that the connection lives on
	Response   string   // how the password was proved, such as "NTLMv2" or "Basic"
}

// GateConn is the authentication of one client connection. Its requests come one
// after the other, so it is not safe for concurrent use.
//
// An NTLM login belongs to the connection: the requests that follow it need no
// credentials (AuthPersistence 0, the default of the IIS 6.0 metabase). Basic
// belongs to its request. Assumed: any new credentials end the login that the
// connection had, whether they are good or not, and a request without credentials
// ends a login that is under way.
type GateConn struct {
	gate    *Gate
	session *ntlm.Session // Type 2 was sent and its Type 3 is due
	login   *Outcome      // of the connection
}

// Check judges one request by its header. It must be called for every request on the
// connection, in order.
func (c *GateConn) Check(h http.Header) Outcome {
	session := c.session
	c.session = nil
	name := c.gate.cfg.Target.CredentialHeader()
	values := h.Values(name)
	switch {
	case len(values) == 0 && c.login != nil:
		out := *c.login
		out.Fresh = false
		return out
	case len(values) == 0:
		return Outcome{Challenges: c.gate.challenges()}
	}
	c.login = nil
	if len(values) > 1 {
		return c.refuse("", "the request has %d %s fields, one is allowed", len(values), name)
	}
	credentials, err := ParseCredentials(values[0])
	if err != nil {
		return c.refuse("", "%s can't be read: %v", name, err)
	}
	return c.verify(credentials, session)
}

func (c *GateConn) verify(credentials Credentials, session *ntlm.Session) Outcome {
	scheme := SchemeOf(credentials.Scheme)
	switch {
	case !slices.Contains(c.gate.cfg.Schemes, scheme):
		return c.refuse(scheme, "scheme %q is not offered here", credentials.Scheme)
	case scheme == NTLM:
		return c.checkNTLM(credentials, session)
	default:
		return c.checkBasic(credentials)
	}
}

// refuse is the answer to bad credentials: the bare challenges from the start.
func (c *GateConn) refuse(scheme Scheme, format string, args ...any) Outcome {
	return Outcome{Scheme: scheme, Refused: fmt.Sprintf(format, args...), Challenges: c.gate.challenges()}
}
