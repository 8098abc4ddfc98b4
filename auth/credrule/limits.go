package credrule

import (
	"fmt"
	"slices"
)

// limit is a combination that Windows does not support. Fields at their zero
// value do not restrict it.
type limit struct {
	Rule
	target     Target
	scheme     Scheme // the scheme that cannot be used
	proxy      Scheme // the scheme by which the proxy was satisfied
	anyProxy   bool   // ... or whichever that was
	https      bool
	autodetect bool
	families   []OS
	cure       string
}

// limitTable: the first line that covers a scheme is named. Assumed: the lines
// hold for every BITS version on those systems.
func limitTable() []limit {
	return []limit{
		{Rule: Rule{"limit-passport-autodetect", Nothing,
			"Passport cannot be used with an automatically detected proxy.", srcAuth, ""},
			scheme: Passport, autodetect: true,
			cure: "Give the job a proxy by SetProxySettings instead of BG_JOB_PROXY_USAGE_AUTODETECT."},

		{Rule: Rule{"limit-passport-https-proxy", Nothing,
			"Windows XP and Server 2003 cannot answer a server's Passport over https behind an authenticating proxy.", srcScheme, ""},
			target: Server, scheme: Passport, anyProxy: true, https: true, families: []OS{XP, Server2003},
			cure: "Let the proxy pass this server without authentication."},

		{Rule: Rule{"limit-digest-proxy", Nothing,
			"Windows XP and Server 2003 cannot answer any server challenge behind a proxy that wants Digest.", srcScheme, ""},
			target: Server, proxy: Digest, families: []OS{XP, Server2003},
			cure: "Have the proxy ask for another scheme than Digest."},

		{Rule: Rule{"limit-negotiate-basic-proxy", Nothing,
			"Windows XP cannot answer a server's Negotiate behind a proxy that wants Basic.", srcScheme, ""},
			target: Server, scheme: Negotiate, proxy: Basic, families: []OS{XP},
			cure: "Have the server offer NTLM as well, or the proxy ask for another scheme than Basic."},

		{Rule: Rule{"limit-https-digest-proxy", Nothing,
			"Windows XP cannot reach an https server through a proxy that wants Digest.", srcScheme, ""},
			target: Proxy, scheme: Digest, https: true, families: []OS{XP},
			cure: "Have the proxy ask for another scheme than Digest."},
	}
}

// covers reports whether the limit forbids to answer q by s.
func (l limit) covers(q question, s Scheme) bool {
	return (l.target == 0 || l.target == q.Target) &&
		(l.scheme == 0 || l.scheme == s) &&
		(l.proxy == 0 || l.proxy == q.ProxyScheme) &&
		(!l.anyProxy || q.ProxyScheme.known()) &&
		(!l.https || q.HTTPS) &&
		(!l.autodetect || q.ProxyAutodetect) &&
		(l.families == nil || slices.Contains(l.families, q.OS))
}

// refuse is the decision when nothing but the limited scheme would answer.
func (l limit) refuse(q question, would Decision) Decision {
	return Decision{
		Rule:     l.ID,
		Words:    fmt.Sprintf("The %s's %s would have been answered by rule %s, but: %s", q.Target, would.Scheme, would.Rule, l.Words),
		Source:   l.Source,
		Remedies: []string{l.cure},
	}.assuming()
}
