package httpauth

import "github.com/wualab/wualab/auth/ntlm"

// basicGate is RFC 7617 on the verifying side. It hands the password to the account
// database, as IIS hands it to LogonUser.
type basicGate struct{ conn *GateConn }

func (b *basicGate) drop() {}

// offer names the realm and, when the gate is set so, the charset (RFC 7617 2.1).
func (b *basicGate) offer() []string {
	challenge := "Basic realm=" + quote(b.conn.gate.realm())
	if b.conn.gate.cfg.BasicUTF8 {
		challenge += `, charset="UTF-8"`
	}
	return []string{challenge}
}

// check verifies credentials, which count for their request only.
func (b *basicGate) check(_ *request, credentials Credentials) Outcome {
	c := b.conn
	given, err := parseBasic(credentials.Token)
	switch {
	case err != nil:
		return c.refuse(Basic, "the Basic credentials can't be read: %v", err)
	case given.user == "":
		return c.refuse(Basic, "the Basic credentials name no user")
	}
	domain, user := given.account()
	result := c.gate.acceptor.Logon(domain, user, func(a ntlm.Account) bool { return a.Password == given.password })
	if !result.OK {
		return c.refuseLogon(Basic, result, "")
	}
	out := c.allow(Basic, accountName(result), string(Basic))
	out.NTStatus = result.Status.WithCode()
	return out
}
