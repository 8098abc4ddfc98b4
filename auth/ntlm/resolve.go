package ntlm

import "strings"

// resolve finds the account that a client means. A domain that nobody knows means
// the local accounts (MS-NLMP 3.2.5.1.2 and its product notes). Assumed: no domain
// means the local accounts, then those of the server's own domain; a name like
// user@domain without a domain is looked up in that one.
func (cfg *AcceptorConfig) resolve(domain, user string) (Account, bool) {
	name, realm, isUPN := strings.Cut(user, "@")
	switch {
	case domain == "" && isUPN:
		return cfg.lookupIn(name, cfg.netBIOS(realm))
	case domain == "":
		return cfg.lookupIn(user, "", cfg.NetBIOSComputer, cfg.NetBIOSDomain)
	}
	domain = cfg.netBIOS(domain)
	known := cfg.Accounts.HasDomain(domain) || strings.EqualFold(domain, cfg.NetBIOSDomain)
	if known && !strings.EqualFold(domain, cfg.NetBIOSComputer) {
		return cfg.lookupIn(user, domain)
	}
	return cfg.lookupIn(user, "", cfg.NetBIOSComputer)
}

func (cfg *AcceptorConfig) lookupIn(user string, domains ...string) (Account, bool) {
	for _, domain := range domains {
		if a, ok := cfg.Accounts.Lookup(domain, user); ok {
			return a, true
		}
	}
	return Account{}, false
}

// netBIOS gives the short form of the server's own DNS names.
func (cfg *AcceptorConfig) netBIOS(name string) string {
	switch {
	case name == "":
		return name
	case strings.EqualFold(name, cfg.DNSDomain) && cfg.NetBIOSDomain != "":
		return cfg.NetBIOSDomain
	case strings.EqualFold(name, cfg.DNSComputer):
		return cfg.NetBIOSComputer
	default:
		return name
	}
}
