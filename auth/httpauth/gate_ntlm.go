package httpauth

import (
	"encoding/base64"

	"github.com/wualab/wualab/auth/ntlm"
)

// checkNTLM takes the next step of MS-NTHT 3.2.5; session is the one whose Type 2 was
// the answer to the request before.
func (c *GateConn) checkNTLM(credentials Credentials, session *ntlm.Session) Outcome {
	token, err := tokenBytes(credentials.Token)
	if err != nil {
		return c.refuse(NTLM, "the NTLM token can't be read: %v", err)
	}
	kind, err := ntlm.MessageType(token)
	switch {
	case err != nil:
		return c.refuse(NTLM, "the NTLM token can't be read: %v", err)
	case kind == 1:
		return c.challengeNTLM(token)
	case kind == 2:
		return c.refuse(NTLM, "the client sent a CHALLENGE_MESSAGE (Type 2), which only servers send")
	case session == nil:
		return c.refuse(NTLM, "AUTHENTICATE_MESSAGE (Type 3) came on a connection that has no CHALLENGE_MESSAGE (Type 2) open")
	}
	return c.finishNTLM(session.Verify(token))
}

// challengeNTLM answers Type 1, also one that was not asked for: then the only
// challenge is the one with Type 2.
func (c *GateConn) challengeNTLM(negotiate []byte) Outcome {
	session := c.gate.acceptor.NewSession()
	challenge, err := session.Challenge(negotiate)
	if err != nil {
		return c.refuse(NTLM, "NEGOTIATE_MESSAGE (Type 1) was not accepted: %v", err)
	}
	c.session = session
	return Outcome{Scheme: NTLM, Challenges: []string{"NTLM " + base64.StdEncoding.EncodeToString(challenge)}}
}

func (c *GateConn) finishNTLM(result ntlm.Result) Outcome {
	if !result.OK {
		out := c.refuse(NTLM, "%s", refusal(result))
		out.Response = result.Response.String()
		return out
	}
	c.login = &Outcome{Allowed: true, Account: accountName(result), Fresh: true, Scheme: NTLM, Response: result.Response.String()}
	return *c.login
}

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
