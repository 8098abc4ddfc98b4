package kerberos

import (
	"crypto/sha256"
	"time"

	"github.com/jcmturner/gokrb5/v8/messages"
)

// replays are the authenticators seen, with the time from which they would be
// refused for their age. Beside the names and the time that RFC 4120 3.2.3 compares,
// the whole encrypted authenticator tells two apart, as MIT Kerberos does: on a clock
// that stands still, two honest ones have one time.
type replays map[[sha256.Size]byte]time.Time

// repeated reports whether the request was seen before, and remembers it.
func (r replays) repeated(req *messages.APReq, now time.Time, skew time.Duration) bool {
	for k, until := range r {
		if now.After(until) {
			delete(r, k)
		}
	}
	key := sha256.Sum256(req.EncryptedAuthenticator.Cipher)
	_, seen := r[key]
	if !seen {
		r[key] = req.Authenticator.CTime.Add(skew + time.Second)
	}
	return seen
}
