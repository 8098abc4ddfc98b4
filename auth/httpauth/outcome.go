package httpauth

import (
	"net/http"

	"github.com/wualab/wualab/auth/exposure"
)

// Outcome is what a [GateConn] says of one request. [Gate.Apply] writes what it has
// for the client into the header of the answer.
type Outcome struct {
	Allowed bool
	Account string // DOMAIN\user, or user for an account of the computer, when Allowed
	Fresh   bool   // Allowed by credentials in this very request, not by the connection

	// Challenges are the values for the challenge fields, one each, in scheme order.
	// When Allowed there is at most one, the last token of Negotiate (RFC 4559 5).
	Challenges []string
	Refused    string            // why credentials were refused, one sentence without secrets; empty when none were or a login is under way
	Scheme     Scheme            // of the credentials, or of the login that the connection lives on
	Response   string            // how the password was proved, such as "NTLMv2", "Kerberos" or "Basic"
	NTStatus   string            // of the logon that this request's credentials made, such as "STATUS_WRONG_PASSWORD (0xC000006A)"; empty when none was judged
	Exposure   exposure.Exposure // what this request's credentials gave away, also when they were refused

	AuthInfo string      // value for (Proxy-)Authentication-Info; empty for none
	Location string      // where a 302 shall send the client in place of the 401 (Passport); empty for none
	Close    bool        // the connection is to be closed after the answer
	Header   http.Header // further fields for the answer, such as Persistent-Auth; nil for none
}

// Apply sets the fields of an answer that the outcome asks for: the challenges, the
// authentication info and further ones. Challenge names are written as in RFC 9110,
// not as net/http spells them.
func (g *Gate) Apply(out Outcome, h http.Header) {
	if len(out.Challenges) > 0 {
		h[g.cfg.Target.ChallengeHeader()] = out.Challenges
	}
	if out.AuthInfo != "" {
		h.Set(g.cfg.Target.InfoHeader(), out.AuthInfo)
	}
	if out.Location != "" {
		h.Set("Location", out.Location)
	}
	for name, values := range out.Header {
		h[name] = append(h[name], values...)
	}
}
