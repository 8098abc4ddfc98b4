package httpauth

import (
	"bytes"
	"fmt"

	"github.com/wualab/wualab/auth/ntlm"
)

// checkBasic verifies Basic credentials, which count for their request only.
func (c *GateConn) checkBasic(credentials Credentials) Outcome {
	given, err := parseBasic(credentials.Token)
	switch {
	case err != nil:
		return c.refuse(Basic, "the Basic credentials can't be read: %v", err)
	case given.user == "":
		return c.refuse(Basic, "the Basic credentials name no user")
	}
	result, err := c.gate.logon(given)
	switch {
	case err != nil:
		return c.refuse(Basic, "the Basic credentials can't be verified: %v", err)
	case result.Status == ntlm.StatusWrongPassword:
		return c.refuse(Basic, "the password given for %s is wrong", accountName(result))
	case !result.OK:
		return c.refuse(Basic, "%s", refusal(result))
	}
	return Outcome{Allowed: true, Account: accountName(result), Fresh: true, Scheme: Basic, Response: string(Basic)}
}

// logon hands a plain password to the account database, as IIS hands it to LogonUser.
// It is an NTLMv2 logon of the gate with itself, which every level accepts, so that
// domains, lock-out and the account's states are judged in one place for both schemes.
func (g *Gate) logon(given userPass) (ntlm.Result, error) {
	domain, user := given.account()
	client, err := ntlm.NewClient(ntlm.ClientConfig{
		Level: ntlm.MaxLevel, Domain: domain, User: user, Password: given.password,
		OS: g.cfg.OS, Now: g.cfg.Now,
		Rand: bytes.NewReader(make([]byte, 64)), // nobody sees the client's challenge
	})
	if err != nil {
		return ntlm.Result{}, fmt.Errorf("logon: %w", err)
	}
	session := g.acceptor.NewSession()
	challenge, err := session.Challenge(client.Negotiate())
	if err != nil {
		return ntlm.Result{}, fmt.Errorf("logon: %w", err)
	}
	answer, err := client.Authenticate(challenge)
	if err != nil {
		return ntlm.Result{}, fmt.Errorf("logon: %w", err)
	}
	return session.Verify(answer), nil
}
