package ntlm

import (
	"errors"
	"strings"
	"time"
)

// DomainController judges the logons of domain accounts for a member server, which
// passes challenge and responses on (MS-APDS 3.1, pass-through authentication). It
// judges with a level, accounts and clock of its own; the member's are for its local
// accounts. It may serve several acceptors; don't change it while they work.
type DomainController struct {
	Accounts      *Accounts
	Level         Level // LmCompatibilityLevel of the controller
	NetBIOSDomain string
	DNSDomain     string           // may be empty
	Now           func() time.Time // its clock; nil is the member's
	Blocked       bool             // "Restrict NTLM: NTLM authentication in this domain" denies all
	Down          bool             // nobody answers the member server
}

func (dc *DomainController) check() error {
	switch {
	case dc.Accounts == nil:
		return errors.New("ntlm: domain controller has no account database")
	case dc.NetBIOSDomain == "":
		return errors.New("ntlm: domain controller has no NetBIOS domain")
	}
	return dc.Level.check()
}

// netBIOS gives the domain's short form for either of its names.
func (dc *DomainController) netBIOS(name string) string {
	if dc.DNSDomain != "" && strings.EqualFold(name, dc.DNSDomain) {
		return dc.NetBIOSDomain
	}
	return name
}

// answersFor reports whether a domain is the controller's or one that it knows.
func (dc *DomainController) answersFor(domain string) bool {
	short := dc.netBIOS(domain)
	return domain != "" && (strings.EqualFold(short, dc.NetBIOSDomain) || dc.Accounts.HasDomain(short))
}

// authority is who judges a logon: the acceptor itself or the domain controller.
type authority struct {
	name     string // for reasons
	accounts *Accounts
	level    Level
	now      func() time.Time
	dc       *DomainController // nil for the acceptor itself
}

func (cfg *AcceptorConfig) local() authority {
	return authority{name: "server", accounts: cfg.Accounts, level: cfg.Level, now: cfg.Now}
}

func (cfg *AcceptorConfig) controller() authority {
	dc := cfg.DomainController
	now := dc.Now
	if now == nil {
		now = cfg.Now
	}
	return authority{name: "domain controller of " + dc.NetBIOSDomain, accounts: dc.Accounts, level: dc.Level, now: now, dc: dc}
}

// authorityFor finds who judges the account that a client means, and the account. A
// domain that nobody knows means the local accounts (MS-NLMP 3.2.5.1.2 and its product
// notes). Assumed: without a domain a member server looks among its own accounts, then
// asks the controller for its domain.
func (cfg *AcceptorConfig) authorityFor(domain, user string) (authority, Account, bool) {
	dc := cfg.DomainController
	if dc == nil {
		account, ok := cfg.resolve(domain, user)
		return cfg.local(), account, ok
	}
	if name, realm, isUPN := strings.Cut(user, "@"); domain == "" && isUPN && dc.answersFor(realm) {
		domain, user = realm, name
	}
	if dc.answersFor(domain) {
		account, ok := dc.Accounts.Lookup(dc.netBIOS(domain), user)
		return cfg.controller(), account, ok
	}
	account, ok := cfg.lookupIn(user, "", cfg.NetBIOSComputer)
	if ok || domain != "" {
		return cfg.local(), account, ok
	}
	account, ok = dc.Accounts.Lookup(dc.NetBIOSDomain, user)
	return cfg.controller(), account, ok
}
