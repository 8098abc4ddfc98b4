package credrule

// rule is a line of the table with the code that applies it.
type rule struct {
	Rule
	when   func(question) bool
	scheme func(question) Scheme // nil for a rule that refuses
	why    func(question) string
	doubts func(question) []string // assumptions that depend on the values; may be nil
	cures  func(question) []string // nil for a rule that sends
}

func (r rule) decision(q question) Decision {
	d := Decision{Rule: r.ID, Kind: r.Sends, Send: r.Sends != Nothing, Source: r.Source, Words: r.why(q) + q.aside()}
	if r.scheme != nil {
		d.Scheme = r.scheme(q)
	}
	if r.cures != nil {
		d.Remedies = r.cures(q)
	}
	if r.Assumed != "" {
		d = d.assuming(r.Assumed)
	}
	if r.doubts != nil {
		d = d.assuming(r.doubts(q)...)
	}
	return d.assuming()
}

// The documents that the rules come from.
const (
	srcAuth   = "BITS documentation: Authentication"
	srcSet    = "BITS documentation: IBackgroundCopyJob2::SetCredentials"
	srcScheme = "BITS documentation: BG_AUTH_SCHEME"
	srcKB     = "KB 842309"
	srcHTTP   = "RFC 2616 10.4.2, 10.4.8"
)

// ruleTable: the first line that fits decides, the last one always fits. From
// "bits1x-always" on, the challenge offers NTLM or Negotiate and the program
// has set nothing that answers it.
func ruleTable() []rule {
	return append(programRules(), registryRules()...)
}

// programRules: what the program gave, and challenges that logon credentials
// cannot answer.
func programRules() []rule {
	return []rule{
		{Rule: Rule{"nothing-offered", Nothing,
			"A challenge without a scheme that BITS knows cannot be answered.", srcHTTP, ""},
			when: func(q question) bool { return len(q.offered) == 0 },
			why:  whyNothingOffered, cures: cureNothingOffered},

		{Rule: Rule{"url-credentials", URLEmbedded,
			"user:password@ in the URL answers a server's Basic challenge and wins over SetCredentials.", srcAuth, ""},
			when:   func(q question) bool { return q.url() != 0 && (q.explicit() == 0 || q.explicit() == Basic) },
			scheme: question.url, why: whyURL, doubts: doubtURL},

		{Rule: Rule{"explicit", ProgramCredentials,
			"A user name and password set for this target and an offered scheme are sent.", srcSet, ""},
			when:   func(q question) bool { return q.explicit() != 0 },
			scheme: question.explicit, why: whyExplicit, doubts: doubtExplicit},

		{Rule: Rule{"setcredentials-implicit", LogonCredentials,
			"SetCredentials with NULL user name and password sends the logon credentials, whatever the registry says.", srcSet, ""},
			when:   func(q question) bool { return q.integrated() != 0 && q.implicitHere() },
			scheme: question.integrated, why: whyImplicit},

		{Rule: Rule{"proxy-implicit-covers-server", LogonCredentials,
			"Logon credentials asked for the proxy also go to the server, unless the server has explicit ones.", srcSet, ""},
			when:   func(q question) bool { return q.integrated() != 0 && q.implicitByProxy() },
			scheme: question.integrated, why: whyProxyImplicit},

		{Rule: Rule{"explicit-scheme-not-offered", Nothing,
			"Explicit credentials for a scheme that the challenge does not offer cannot be used.", srcSet,
			"Explicit credentials answer the scheme that they were set for and no other."},
			when: func(q question) bool { return q.integrated() == 0 && q.Credentials.any(q.Target, Explicit) },
			why:  whyNotOffered, cures: cureExplicit},

		{Rule: Rule{"implicit-needs-ntlm", Nothing,
			"Logon credentials answer NTLM and Negotiate only.", srcSet, ""},
			when: func(q question) bool { return q.integrated() == 0 && (q.implicitHere() || q.implicitByProxy()) },
			why:  whyImplicitUseless, cures: cureExplicit},

		{Rule: Rule{"bits1x-no-setcredentials", Nothing,
			"BITS before 1.5 cannot be given credentials but in the URL, for a server's Basic challenge.", srcAuth, ""},
			when: func(q question) bool { return q.integrated() == 0 && !q.traits.setCredentials },
			why:  whyNoMethod, cures: cureNoMethod},

		{Rule: Rule{"scheme-needs-explicit", Nothing,
			"Basic, Digest and Passport need a user name and password, and the program set none.", srcSet, ""},
			when: func(q question) bool { return q.integrated() == 0 },
			why:  whyNoCredentials, cures: cureExplicit},
	}
}

// registryRules: logon credentials that nobody asked for.
func registryRules() []rule {
	return []rule{
		{Rule: Rule{"bits1x-always", LogonCredentials,
			"BITS before 1.5 always sends the logon credentials when NTLM or Negotiate is asked for.", srcAuth, ""},
			when:   func(q question) bool { return !q.traits.readsCompat },
			scheme: question.integrated, why: whyAlways},

		{Rule: Rule{"uselmcompat-0", LogonCredentials,
			"UseLMCompat 0 sends the logon credentials whenever NTLM or Negotiate is asked for.", srcAuth + "; " + srcKB, ""},
			when:   func(q question) bool { return q.compat == 0 },
			scheme: question.integrated, why: whyCompat0, doubts: doubtRegistry},

		{Rule: Rule{"uselmcompat-1-level-ok", LogonCredentials,
			"UseLMCompat 1 sends the logon credentials if LmCompatibilityLevel is 2 or more.", srcAuth, ""},
			when:   func(q question) bool { return q.compat == 1 && q.levelSuffices() },
			scheme: question.integrated, why: whyCompat1Allowed, doubts: doubtRegistry},

		{Rule: Rule{"bits15-proxy-exception", LogonCredentials,
			"BITS 1.5 sends the logon credentials to a proxy even below level 2.", srcKB, ""},
			when:   func(q question) bool { return q.compat == 1 && q.traits.proxyException && q.Target == Proxy },
			scheme: question.integrated, why: whyException, doubts: doubtException},

		{Rule: Rule{"uselmcompat-1", Nothing,
			"UseLMCompat 1 keeps the logon credentials back while LmCompatibilityLevel is below 2.", srcAuth + "; " + srcKB, ""},
			when: func(q question) bool { return q.compat == 1 },
			why:  whyCompat1, doubts: doubtRegistry, cures: cureCompat1},

		{Rule: Rule{"uselmcompat-2", Nothing,
			"UseLMCompat 2 sends the logon credentials only if the program asks by SetCredentials.", srcAuth, ""},
			when: func(question) bool { return true },
			why:  whyCompat2, doubts: doubtRegistry, cures: cureCompat2},
	}
}

func doubtURL(q question) []string {
	if q.integrated() != 0 {
		return []string{"Credentials in the URL come before logon credentials when the server offers Basic beside NTLM or Negotiate."}
	}
	return nil
}

func doubtExplicit(q question) []string {
	var doubts []string
	candidates := 0
	for _, s := range q.offered {
		if q.isExplicit(s) || s == q.url() {
			candidates++
		}
	}
	if candidates > 1 {
		doubts = append(doubts, "Of several usable schemes BITS takes the first of Negotiate, NTLM, Passport, Digest, Basic.")
	}
	if q.integrated() != 0 && q.implicitHere() {
		doubts = append(doubts, "Explicit credentials come before implicit ones for the same target.")
	}
	return doubts
}

func doubtException(q question) []string {
	doubts := doubtRegistry(q)
	if q.UseLMCompat.Present {
		doubts = append(doubts, "BITS 1.5 makes its exception for the proxy also when UseLMCompat is present.")
	}
	return doubts
}

func doubtRegistry(q question) []string {
	var doubts []string
	if !q.Credentials.empty() {
		doubts = append(doubts, "SetCredentials for another target or for a scheme not offered leaves the decision to the registry.")
	}
	if q.UseLMCompat.Present && !q.knowsCompat() {
		doubts = append(doubts, "A UseLMCompat value that this BITS version does not know counts as an absent one.")
	}
	if q.LmCompatibilityLevel > maxLevel && q.compat == 1 {
		doubts = append(doubts, "An LmCompatibilityLevel above 5 counts as 2 or more.")
	}
	return doubts
}
