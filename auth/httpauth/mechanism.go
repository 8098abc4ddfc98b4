package httpauth

import (
	"net/http"

	"github.com/wualab/wualab/auth/negotiate"
)

// ErrRejected is wrapped by [Mechanism.Next] when the peer asks again although the
// mechanism has said all it can: the credentials were refused.
var ErrRejected = negotiate.ErrRejected

// Mechanism is one login by one scheme on the client's side. It is not safe for
// concurrent use and serves one login only: after an error or a lost connection a
// new one is needed. Some are a [PerRequest], a [Concluder] or choosy too.
type Mechanism interface {
	// Scheme is the scheme that it answers.
	Scheme() Scheme
	// Next answers a challenge with the value of the credentials field. A challenge
	// too many gives an error that wraps ErrRejected.
	Next(ch Challenge) (credentials string, err error)
	// ConnectionBound reports whether all steps must use one connection, which stays
	// logged in afterwards; if not, the credentials are good for any request.
	ConnectionBound() bool
}

// PerRequest is a Mechanism whose credentials are for one request each, such as Digest.
// What Next gives is for the request that was challenged; each further request needs
// its own credentials, and so does the challenged one when its method or target differ
// from what the mechanism was told.
type PerRequest interface {
	Mechanism
	// For gives the credentials of a request by its method and its target as sent.
	// Before the first challenge there are none, which is no error.
	For(method, target string) (credentials string, err error)
}

// Concluder is a Mechanism that reads the answer which lets it in.
type Concluder interface {
	Mechanism
	// Conclude takes the header of an answer that accepted the credentials. An error
	// says that the peer did not prove itself as it should.
	Conclude(target Target, h http.Header) error
}

// choosy is a Mechanism that can't answer every challenge of its scheme.
type choosy interface{ takes(ch Challenge) bool }

// Pick gives the challenge that a mechanism answers: the first of its scheme, or the
// first that it can answer when there are several, such as Digest with SHA-256 and MD5.
func Pick(m Mechanism, offered []Challenge) (ch Challenge, ok bool) {
	for _, c := range offered {
		if SchemeOf(c.Scheme) != m.Scheme() {
			continue
		}
		if choice, choosing := m.(choosy); !choosing || choice.takes(c) {
			return c, true
		}
		if !ok {
			ch, ok = c, true
		}
	}
	return ch, ok
}
