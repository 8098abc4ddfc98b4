// Package exposure ranks what a login gives away to the other side, whether that side
// lets the client in or not: it is the reason why BITS has a credential rule at all,
// and what a scenario bounds with `exposure: {max: ntlmv2}`.
//
// It is a leaf: it knows the names of schemes and of NTLM's response kinds, and no
// wire. auth/httpauth computes the exposure of a request with it.
package exposure

import (
	"fmt"
	"strings"
)

// Exposure is how much the other side learned from one set of credentials; a greater
// value is worse. The zero value is [Nothing].
type Exposure int

// The exposures, least first. Assumed: the order as a whole, which no document
// states. What each lets the other side do follows from MS-NLMP 3.3 (the responses),
// RFC 7616 5 (Digest), RFC 7617 4 (Basic) and RFC 4120 1.6 (Kerberos). Digest stands
// behind NTLMv2, since a plain MD5 is cheaper to try passwords on than the HMACs of
// NTLMv2, and before NTLM2 session, whose three short DES keys can be searched through
// for the NT hash whatever the password.
const (
	Nothing       Exposure = iota // no credentials, or only names
	Ticket                        // a Kerberos or Passport ticket for this service
	NTLMv2                        // an LMv2 or NTLMv2 response
	Digest                        // a Digest response
	NTLM2Session                  // an NTLMv1 response with extended session security
	NTLMv1                        // an NTLMv1 response to a challenge the server chose
	LM                            // an LM response
	ClearPassword                 // the password itself
)

// row is what the package says of one exposure.
type row struct {
	name, words string
}

var rows = [...]row{
	Nothing:      {"nothing", "It learns nothing that would help to log in."},
	Ticket:       {"ticket", "It holds a ticket for itself alone, which ends by itself; the password can't be tried on it in practice."},
	NTLMv2:       {"NTLMv2", "It can try passwords offline, one HMAC-MD5 chain for each, or pass the response on to another server while the login lasts."},
	Digest:       {"Digest", "It can try passwords offline, a few plain hashes for each."},
	NTLM2Session: {"NTLM2 session", "It can search the DES keys for the NT hash, whatever the password, and log in with that; tables made beforehand don't help."},
	NTLMv1:       {"NTLMv1", "It can look the DES keys up in tables made for its own challenge, and log in with the NT hash."},
	LM:           {"LM", "It can find the password itself: two halves of seven letters without case."},
	ClearPassword: {"clear password",
		"It has the password, and so has who listens on an open line."},
}

// All lists the exposures, least first.
func All() []Exposure {
	all := make([]Exposure, len(rows))
	for i := range all {
		all[i] = Exposure(i)
	}
	return all
}

// String gives the name, such as "NTLMv2" or "clear password".
func (e Exposure) String() string {
	if e < 0 || int(e) >= len(rows) {
		return fmt.Sprintf("Exposure(%d)", int(e))
	}
	return rows[e].name
}

// Words says in one sentence what the other side can do with what it learned.
func (e Exposure) Words() string {
	if e < 0 || int(e) >= len(rows) {
		return ""
	}
	return rows[e].words
}

// Parse reads a name as String writes it; case, blanks, hyphens and underscores don't
// matter, so that "ntlm2-session" is one too.
func Parse(name string) (Exposure, error) {
	var known []string
	for i, r := range rows {
		if key(r.name) == key(name) {
			return Exposure(i), nil
		}
		known = append(known, r.name)
	}
	return Nothing, fmt.Errorf("exposure: no exposure %q; known are %s", name, strings.Join(known, ", "))
}

func key(name string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '_' {
			return -1
		}
		return r
	}, name))
}
