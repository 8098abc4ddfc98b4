package httpauth

import (
	"fmt"
	"net/http"
)

// Target is who demands credentials. The zero value is [Server].
type Target int

// The two authentication targets of RFC 9110 11.6 and 11.7. Their states are apart
// also when both answer on one connection.
const (
	Server Target = iota // an origin: 401, WWW-Authenticate, Authorization
	Proxy                // a proxy: 407, Proxy-Authenticate, Proxy-Authorization
)

// String gives "server" or "proxy".
func (t Target) String() string {
	switch t {
	case Server:
		return "server"
	case Proxy:
		return "proxy"
	}
	return fmt.Sprintf("Target(%d)", int(t))
}

// Status is the status code of a challenge: 401 or 407.
func (t Target) Status() int {
	if t == Proxy {
		return http.StatusProxyAuthRequired
	}
	return http.StatusUnauthorized
}

// ChallengeHeader names the response field with the challenges, in the spelling of
// RFC 9110; net/http writes that one as "Www-Authenticate".
func (t Target) ChallengeHeader() string {
	if t == Proxy {
		return "Proxy-Authenticate"
	}
	return "WWW-Authenticate"
}

// CredentialHeader names the request field with the credentials.
func (t Target) CredentialHeader() string {
	if t == Proxy {
		return "Proxy-Authorization"
	}
	return "Authorization"
}

// InfoHeader names the response field with which a login that succeeded is ended or
// goes on (RFC 7615).
func (t Target) InfoHeader() string {
	if t == Proxy {
		return "Proxy-Authentication-Info"
	}
	return "Authentication-Info"
}
