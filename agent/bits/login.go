package bits

import (
	"fmt"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/auth/httpauth"
)

// login begins the login that a decision calls for; explain says what it does
// and may be nil. Without a mechanism the challenge stays.
func (a *authenticator) login(q winhttp.Question, d credrule.Decision, creds credentials) (mechanism httpauth.Mechanism, explain func() string) {
	account, ok := a.account(q, d, creds)
	if !ok {
		return nil, nil
	}
	var err error
	switch d.Scheme {
	case credrule.Basic:
		mechanism = httpauth.NewBasic(account.User, account.Domain, account.Password.Reveal())
	case credrule.Digest:
		mechanism = a.digest(q, account)
	case credrule.NTLM:
		mechanism, err = a.ntlm(q, account)
	case credrule.Negotiate:
		mechanism, explain, err = a.negotiate(q, account)
	case credrule.Passport:
		mechanism = a.passport(q, account)
	}
	if err != nil {
		return nil, nil
	}
	return mechanism, explain
}

// digest logs in by the name as the program gave it, with its domain. Assumed:
// every Windows answers MD5 only, as WDigest did when it was new.
func (a *authenticator) digest(q winhttp.Question, account machine.Account) httpauth.Mechanism {
	return httpauth.NewDigest(joinUser(account), account.Password.Reveal(), httpauth.DigestOptions{
		Method: q.Method, Target: q.RequestTarget, Rand: a.file.job.entropy(),
	})
}

func (a *authenticator) ntlm(q winhttp.Question, account machine.Account) (httpauth.Mechanism, error) {
	m := a.file.job.m
	client, err := m.cfg.Machine.NTLMClient(account, peer(q), a.file.job.entropy(), m.cfg.Clock.Now)
	if err != nil {
		return nil, err
	}
	return httpauth.NewNTLM(client), nil
}

func peer(q winhttp.Question) machine.Peer {
	return machine.Peer{Host: q.Host, ChannelBindings: q.ChannelBindings}
}

// negotiate logs in by Kerberos where the PC can get a ticket for the host, else
// by NTLM, and says which and why.
func (a *authenticator) negotiate(q winhttp.Question, account machine.Account) (httpauth.Mechanism, func() string, error) {
	m := a.file.job.m
	client, err := m.cfg.Machine.NegotiateClient(account, peer(q), a.file.job.entropy(), m.cfg.Clock.Now)
	if err != nil {
		return nil, nil, err
	}
	explain := func() string {
		mech, why := client.Choice()
		return fmt.Sprintf("Negotiate with the %s %s is %s: %s", target(q.Target), q.Host, mech, why)
	}
	return httpauth.NewNegotiate(client), explain, nil
}

// passport logs in at the login server that the machine knows.
func (a *authenticator) passport(q winhttp.Question, account machine.Account) httpauth.Mechanism {
	at := a.file.job.m.cfg.Machine.Passport()
	return httpauth.NewPassport(joinUser(account), account.Password.Reveal(), httpauth.PassportOptions{
		Visit: httpauth.PassportVisit(q.Visit), Method: q.Method, URL: q.URL,
		ConfigURL: at.ConfigURL, LoginURL: at.LoginURL, AllowHTTP: at.AllowHTTP,
	})
}

// joinUser puts a name together as the program gave it; see splitUser.
func joinUser(account machine.Account) string {
	if account.Domain == "" {
		return account.User
	}
	return account.Domain + `\` + account.User
}
