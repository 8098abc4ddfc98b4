package scenarios

import (
	"fmt"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/fakeproxy"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/scenarios/plan"
)

// verifier is how a fake verifies, in the terms of package httpauth.
type verifier struct {
	accounts *ntlm.Accounts
	domain   string
	dc       *ntlm.DomainController

	protection ntlm.Protection
	bindings   [16]byte
	persist    httpauth.Persistence
	request    bool // each request logs in
	blocked    bool // NTLM is
	basicUTF8  bool
	digest     httpauth.DigestConfig
	negotiate  httpauth.NegotiateConfig
	passport   httpauth.PassportConfig
}

// verifierOf makes what a server or proxy needs to judge logins.
func (f *fakes) verifierOf(node string, l *plan.Login) (*verifier, error) {
	v := &verifier{blocked: l.NTLMBlocked.Value, basicUTF8: l.Basic != nil && l.Basic.Charset.Value == "utf-8", digest: digestOf(l.Digest), request: l.PerRequest.Value}
	var err error
	if v.accounts, v.domain, err = accountsOf(l.Accounts, l.Domain, l.LockAfter); err != nil {
		return nil, err
	}
	if c := l.DomainController; c != nil {
		if v.dc, err = f.controller(c, l.LockAfter); err != nil {
			return nil, err
		}
		if !l.Domain.Set {
			v.domain = v.dc.NetBIOSDomain
		}
	}
	if l.PersistentAuth.Set {
		v.persist = httpauth.PersistTrue
		v.negotiate.KerberosPersists = l.PersistentAuth.Value
		if !l.PersistentAuth.Value {
			v.persist, v.request = httpauth.PersistFalse, l.PerRequest.Or(true)
		}
	}
	if f.passport != nil {
		v.passport.Tickets = f.passport
	}
	negotiateOf(l.Negotiate, &v.negotiate)
	f.accounts[node] = append(f.accounts[node], v.accounts)
	if v.dc != nil {
		f.accounts[node] = append(f.accounts[node], v.dc.Accounts)
	}
	v.negotiate.Kerberos, err = f.kerberos.service(node, l.Kerberos)
	return v, err
}

// controller gives the domain controller of a member; members that name the same one
// share it.
func (f *fakes) controller(c *plan.DomainController, lockAfter plan.Opt[int]) (*ntlm.DomainController, error) {
	if dc := f.controllers[c]; dc != nil {
		return dc, nil
	}
	if c.LockAfter.Set || c.Name != "" {
		lockAfter = c.LockAfter
	}
	accounts, domain, err := accountsOf(c.Accounts, c.Domain, lockAfter)
	if err != nil {
		return nil, err
	}
	dc := &ntlm.DomainController{Accounts: accounts, Level: ntlm.Level(c.Level.Value), NetBIOSDomain: domain,
		Blocked: c.Blocked.Value, Down: c.Down.Value}
	f.controllers[c] = dc
	return dc, nil
}

// digestAlgorithms pairs the language's names with those of RFC 7616.
var digestAlgorithms = map[string]httpauth.DigestAlgorithm{
	"MD5": httpauth.DigestMD5, "MD5-sess": httpauth.DigestMD5Sess, "SHA-256": httpauth.DigestSHA256,
}

func digestOf(d *plan.DigestChallenge) (cfg httpauth.DigestConfig) {
	if d == nil {
		return cfg
	}
	cfg.Algorithms = []httpauth.DigestAlgorithm{digestAlgorithms[d.Algorithm.Value]}
	cfg.NoQOP, cfg.NextNonce = d.QOP.Value == "none", d.NextNonce.Value
	if d.Stale.Value {
		cfg.NonceUses = 1
	}
	return cfg
}

func (v *verifier) server(l *plan.Login, list []plan.Scheme) *fakeserver.Auth {
	if len(list) == 0 {
		return nil
	}
	info := targetInfo(l)
	return &fakeserver.Auth{Schemes: schemes(list), Realm: l.Realm.Value, NetBIOSComputer: info.Computer.Value,
		DNSDomain: info.DNSDomain.Value, DNSComputer: info.DNSComputer.Value, Accounts: v.accounts, NetBIOSDomain: v.domain,
		Level: ntlm.Level(l.ServerLevel.Value), DomainController: v.dc, PerRequest: v.request, PersistentAuth: v.persist,
		Protection: v.protection, ChannelBindings: v.bindings,
		NTLMBlocked: v.blocked, BasicUTF8: v.basicUTF8, Digest: v.digest, Negotiate: v.negotiate, Passport: v.passport}
}

func (v *verifier) proxy(realm string, l *plan.Login) *fakeproxy.Auth {
	if len(l.Auth) == 0 {
		return nil
	}
	info := targetInfo(l)
	return &fakeproxy.Auth{Schemes: schemes(l.Auth), Accounts: v.accounts, NetBIOSDomain: v.domain, Realm: l.Realm.Or(realm),
		NetBIOSComputer: info.Computer.Value, DNSDomain: info.DNSDomain.Value, DNSComputer: info.DNSComputer.Value,
		Level: ntlm.Level(l.ServerLevel.Value), DomainController: v.dc, PerRequest: v.request, PersistentAuth: v.persist,
		NTLMBlocked: v.blocked, BasicUTF8: v.basicUTF8, Digest: v.digest, Negotiate: v.negotiate}
}

// targetInfo is what the file says of a computer's names.
func targetInfo(l *plan.Login) plan.TargetInfo {
	if l.TargetInfo == nil {
		return plan.TargetInfo{}
	}
	return *l.TargetInfo
}

// accountsOf makes the account database of a fake; its domain is that of the
// first account unless the file names one.
func accountsOf(refs []plan.AccountRef, domain plan.Opt[string], lockAfter plan.Opt[int]) (*ntlm.Accounts, string, error) {
	db, name := ntlm.NewAccounts(), domain.Value
	for _, ref := range refs {
		a := ref.Account
		if a == nil {
			continue
		}
		account := ntlm.Account{Domain: a.Domain, User: a.User, Password: a.Password,
			Disabled: a.Disabled, Expired: a.Expired, Locked: a.Locked, PasswordExpired: a.PasswordExpired}
		if a.Refuse.Set {
			status, ok := ntlm.StatusByName(a.Refuse.Value)
			if !ok {
				return nil, "", fmt.Errorf("%v: unknown NTSTATUS %s", a.Refuse.Pos, a.Refuse.Value)
			}
			account.Refuse = status
		}
		db.Put(account)
		if !domain.Set && name == "" {
			name = a.Domain
		}
	}
	db.LockAfter(lockAfter.Value)
	return db, name, nil
}

// schemeNames pairs the language's names with the wire's.
var schemeNames = map[plan.Scheme]httpauth.Scheme{
	plan.Basic: httpauth.Basic, plan.Digest: httpauth.Digest, plan.NTLM: httpauth.NTLM,
	plan.Negotiate: httpauth.Negotiate, plan.Passport: httpauth.Passport,
}

func schemes(list []plan.Scheme) []httpauth.Scheme {
	var out []httpauth.Scheme
	for _, s := range list {
		out = append(out, schemeNames[s])
	}
	return out
}
