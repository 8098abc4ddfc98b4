package httpauth

import "errors"

// ErrRejected is wrapped by [Mechanism.Next] when the peer asks again although the
// mechanism has said all it can: the credentials were refused.
var ErrRejected = errors.New("credentials rejected")

// Mechanism is one login by one scheme on the client's side. It is not safe for
// concurrent use and serves one login only: after an error or a lost connection a
// new one is needed.
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
