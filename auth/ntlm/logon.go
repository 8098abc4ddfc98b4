package ntlm

// Proof compares what a client gave with an account's password.
type Proof func(Account) bool

// Logon judges a logon by other means than NTLM's messages, as IIS hands Basic
// credentials to LogonUser: the same accounts, lock-out, states and domain controller,
// but no response, so that neither LmCompatibilityLevel nor a block of NTLM counts.
// Assumed: the latter, since LogonUser may as well use Kerberos.
func (a *Acceptor) Logon(domain, user string, proof Proof) Result {
	l := &logon{cfg: &a.cfg, result: Result{Domain: domain, User: user}}
	if result, stop := l.identify(false); stop {
		return result
	}
	return l.record(l.judgeProof(proof))
}

func (l *logon) judgeProof(proof Proof) Result {
	if !proof(l.account) {
		return l.conclude(StatusWrongPassword, "the password given for %s is wrong", l.account)
	}
	return l.judgeAccount("the password given for " + l.account.String() + " is right")
}

// identify finds account and authority; stop is true when the logon ends here.
// byNTLM says that NTLM's messages are used, which policies may block.
func (l *logon) identify(byNTLM bool) (result Result, stop bool) {
	var known bool
	l.by, l.account, known = l.cfg.authorityFor(l.result.Domain, l.result.User)
	if known {
		account := l.account
		l.result.Account = &account
	}
	switch dc := l.by.dc; {
	case byNTLM && l.cfg.Blocked:
		return l.conclude(StatusNotSupported, "NTLM is blocked by the server's policy"), true
	case dc != nil && dc.Down:
		return l.conclude(StatusNoLogonServers, "no domain controller of %s answers", dc.NetBIOSDomain), true
	case dc != nil && dc.Blocked && byNTLM:
		return l.conclude(StatusNotSupported, "NTLM is blocked in domain %s", dc.NetBIOSDomain), true
	case !known:
		return l.conclude(StatusNoSuchUser, "there is no account %s", Account{Domain: l.result.Domain, User: l.result.User}), true
	case l.account.Locked:
		return l.conclude(StatusAccountLockedOut, "account %s is locked out", l.account), true
	}
	return Result{}, false
}

// record counts the logon for or against the account.
func (l *logon) record(result Result) Result {
	wrong := result.Status == StatusWrongPassword || result.Status == StatusLogonFailure
	if result.OK || wrong {
		l.by.accounts.record(l.account, result.OK)
	}
	return result
}
