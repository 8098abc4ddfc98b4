package winhttp

import (
	"crypto/tls"

	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/transcript"
)

// Field is one header field, written as it is spelled.
type Field = transcript.Field

// Request is one request as its caller sees it; answering challenges and
// following redirects may take several on the wire. Do does not change it.
type Request struct {
	// Method is "GET", "HEAD", "BITS_POST", ...; empty is GET.
	Method string
	// URL is http or https. Credentials in it are not sent, nor is a fragment;
	// who wants them used hands them out by Auth.
	URL string
	// Header holds the fields between the fixed ones, in this order: Accept,
	// Accept-Encoding, If-Unmodified-Since, Range. User-Agent, Host,
	// Content-Length and Connection are written without being asked for.
	Header []Field
	// UserAgent is the value of User-Agent; without one there is no such field.
	UserAgent string
	// Layout orders the head; see LayoutFor.
	Layout HeaderLayout
	// HTTP10 writes HTTP/1.0 in the request line, as BITS on Windows XP before
	// SP2 does to a server that answered with it (MC-BUP, product behavior).
	HTTP10 bool
	// Body is sent after the head; Content-Length is written when it is not
	// nil. It is not sent along with the first message of a login that only
	// asks for a challenge: then Content-Length is 0. Assumed, as curl does.
	Body []byte
	// Proxy is the proxy to use. The zero value (preconfigured, and nothing is)
	// means a direct connection.
	Proxy ProxySettings
	// AutoProxy keeps what automatic configuration finds, from one request to the next
	// that has the same; nil looks for it anew.
	AutoProxy *AutoProxy
	// Auth answers challenges. Nil answers none: 401 and 407 are returned.
	Auth Authenticator
	// Logins are kept from one request to the next that has the same; nil keeps none.
	Logins *KeptLogins
	// SessionProxies says through which proxies a server's NTLM or Negotiate is
	// answered.
	SessionProxies SessionProxies
	// Redirects says which redirects are followed.
	Redirects RedirectPolicy
	// Security says how the certificates of servers are judged.
	Security Security
	// Certificate is shown to servers that ask for one. Nil: a server that asks, even
	// one that would go on without, fails the request with
	// ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED (WinHTTP documentation: SSL in WinHTTP).
	Certificate *tls.Certificate
	// Session keeps apart who must not share a connection: a connection is used
	// again only by requests of the same session, since the login of one user
	// must not serve another. Assumed: one session for each job owner, as a
	// session handle of WinHTTP.
	Session string
	// Class is how the transfer stands to other traffic on the PC's link.
	Class link.Class
}

// RedirectPolicy is WINHTTP_OPTION_REDIRECT_POLICY. The zero value is WinHTTP's
// default. Only GET and HEAD are redirected.
type RedirectPolicy int

// The redirect policies of the WinHTTP documentation, Option Flags.
const (
	// RedirectDisallowHTTPSToHTTP follows all but those from https to http,
	// which fail with ERROR_WINHTTP_REDIRECT_FAILED.
	RedirectDisallowHTTPSToHTTP RedirectPolicy = iota
	RedirectAlways                             // follows all
	RedirectNever                              // returns the 3xx
)
