package winhttp

import (
	"net/url"

	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/auth/httpauth"
)

// Authenticator decides whether a challenge is answered, and with what. BITS is
// one, with the rules of credrule. It is called from the goroutine of Do.
type Authenticator interface {
	// Answer is asked once for each target and host that challenges in one Do,
	// and again with Restart when the login has to begin anew.
	Answer(q Question) Answer
}

// Question is a challenge with what a decision depends on.
type Question struct {
	Target httpauth.Target
	// Host is who challenges, with its port unless that is the scheme's
	// default: "origin", "origin:8080"; for a proxy always with port.
	Host       string
	URL        string               // of the request, without credentials
	Challenges []httpauth.Challenge // as offered, in order
	HTTPS      bool                 // the URL is https
	// ChannelBindings is that of the TLS connection to who challenges, see
	// ntlm.EndpointBindings; zero without TLS.
	ChannelBindings [16]byte
	// ProxyScheme is the scheme by which the proxy on the way was satisfied;
	// empty without one.
	ProxyScheme httpauth.Scheme
	Autodetect  bool // the job's proxy usage is ProxyAutodetect
	Redirected  bool // the URL came from a redirect: credentials of the first one are not for it
	// OtherServer says that a redirect led away from the server of the first
	// URL: to another scheme, host or port.
	OtherServer bool
	Restart     bool // the connection was lost within the login, or its login did not last
	// Method and RequestTarget are of the request that was challenged, the target
	// as the one who challenges gets to see it.
	Method, RequestTarget string
	Visit                 Visitor
}

// Answer is what an Authenticator says. The zero Answer gives up.
type Answer struct {
	// Decision goes to the transcript; one without Rule is not recorded.
	Decision credrule.Decision
	// Mechanism is a login not used yet. Nil gives up: the 401 or 407 is
	// returned to the caller of Do.
	Mechanism httpauth.Mechanism
	// Explain says what the mechanism does and why, such as what is inside
	// Negotiate; empty for nothing. It is asked after each step, and what is new
	// goes to the record of the exchange that was challenged. May be nil.
	Explain func() string
}

// AuthenticatorFunc is a function as an Authenticator.
type AuthenticatorFunc func(Question) Answer

// Answer calls f.
func (f AuthenticatorFunc) Answer(q Question) Answer { return f(q) }

// AutologonPolicy is WINHTTP_OPTION_AUTOLOGON_POLICY with its numbers, of which
// no document is known (Assumed). It says to which servers logon credentials
// may go; it concerns NTLM and Negotiate only. BITS has rules of its own
// (credrule), whose answer amounts to Low or High.
//
// Source: WinHTTP documentation, Authentication in WinHTTP.
type AutologonPolicy int

// The policies; AutologonMedium is the default of WinHTTP.
const (
	AutologonMedium AutologonPolicy = 0 // to the intranet and to proxies
	AutologonLow    AutologonPolicy = 1 // to any host
	AutologonHigh   AutologonPolicy = 2 // to none
)

// String gives "medium", "low" or "high".
func (p AutologonPolicy) String() string {
	switch p {
	case AutologonLow:
		return "low"
	case AutologonHigh:
		return "high"
	}
	return "medium"
}

// PolicyOf maps a decision of BITS to the policy that has its effect: Low when
// logon credentials are sent, else High. Assumed: this is the simplest mapping;
// which policy BITS sets is not published.
func PolicyOf(d credrule.Decision) AutologonPolicy {
	if d.Send && d.Kind == credrule.LogonCredentials {
		return AutologonLow
	}
	return AutologonHigh
}

// Allows reports whether logon credentials may answer a challenge of target on
// a request for u. The intranet is what the bypass list covers.
//
// Source: WinHttpRequestAutoLogonPolicy, Authentication in WinHTTP. Assumed: a
// policy of another number acts as Medium. Not modelled: that High takes effect
// only for servers given by machine name.
func (p AutologonPolicy) Allows(target httpauth.Target, u *url.URL, bypass BypassList) bool {
	switch p {
	case AutologonLow:
		return true
	case AutologonHigh:
		return false
	}
	return target == httpauth.Proxy || bypass.Covers(u)
}
