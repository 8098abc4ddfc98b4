package httpauth

import (
	"net/http"

	"github.com/wualab/wualab/auth/ntlm"
)

// ntlmGate is MS-NTHT on the verifying side.
type ntlmGate struct {
	conn    *GateConn
	session *gateSession // Type 2 was sent and its Type 3 is due
}

func (n *ntlmGate) offer() []string { return []string{string(NTLM)} }

func (n *ntlmGate) drop() { n.session = nil }

// check takes the next step of MS-NTHT 3.2.5.
func (n *ntlmGate) check(_ *request, credentials Credentials) Outcome {
	c, session := n.conn, n.session
	n.session = nil
	token, err := tokenBytes(credentials.Token)
	if err != nil {
		return c.refuse(NTLM, "the NTLM token can't be read: %v", err)
	}
	kind, err := ntlm.MessageType(token)
	switch {
	case err != nil:
		return c.refuse(NTLM, "the NTLM token can't be read: %v", err)
	case kind == 1:
		return n.challenge(token)
	case kind == 2:
		return c.refuse(NTLM, "the client sent a CHALLENGE_MESSAGE (Type 2), which only servers send")
	case session == nil:
		return c.refuse(NTLM, "AUTHENTICATE_MESSAGE (Type 3) came on a connection that has no CHALLENGE_MESSAGE (Type 2) open")
	}
	return n.finish(session, token)
}

// challenge answers Type 1, also one that was not asked for: then the only challenge
// is the one with Type 2.
func (n *ntlmGate) challenge(negotiate []byte) Outcome {
	c := n.conn
	session := c.gate.newSession()
	type2, err := session.Challenge(negotiate)
	if err != nil {
		return c.refuse(NTLM, "NEGOTIATE_MESSAGE (Type 1) was not accepted: %v", err)
	}
	n.session = session
	return Outcome{Scheme: NTLM, Close: c.gate.cfg.Deviations.CloseAfterType2,
		Challenges: []string{"NTLM " + encodeToken(type2)}}
}

func (n *ntlmGate) finish(session *gateSession, token []byte) Outcome {
	c := n.conn
	if c.gate.cfg.Deviations.Type3LoopsType2 {
		return n.challenge(anyNegotiate())
	}
	result := session.Verify(token)
	if !result.OK {
		return c.refuseLogon(NTLM, result, result.Response.String())
	}
	out := c.allow(NTLM, accountName(result), result.Response.String())
	out.NTStatus = result.Status.WithCode()
	out.Header = c.gate.persistence()
	return c.bind(out)
}

// anyNegotiate is a Type 1 for challenges that no client of the connection asked for.
func anyNegotiate() []byte {
	flags := ntlm.NegotiateUnicode | ntlm.NegotiateOEM | ntlm.RequestTarget | ntlm.NegotiateNTLM | ntlm.NegotiateExtendedSessionSecurity
	return (&ntlm.NegotiateMessage{Flags: flags}).Marshal()
}

// persistence is the Persistent-Auth field of the answer that ends a login.
func (g *Gate) persistence() http.Header {
	switch g.cfg.PersistentAuth {
	case PersistTrue:
		return http.Header{"Persistent-Auth": {"true"}}
	case PersistFalse:
		return http.Header{"Persistent-Auth": {"false"}}
	}
	return nil
}
