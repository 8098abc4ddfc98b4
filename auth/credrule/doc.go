// Package credrule says whether BITS answers an HTTP authentication challenge,
// with whose credentials, and by which rule.
//
// One call does it:
//
//	d := credrule.Decide(credrule.Input{
//		BITS:    credrule.Version{Major: 2},
//		Target:  credrule.Proxy,
//		Offered: []credrule.Scheme{credrule.NTLM},
//	})
//	// d.Send == false, d.Rule == "uselmcompat-1"
//	// d.Words says why for a person, d.Remedies what would change it
//
// The package is the gate that agent/bits asks before agent/winhttp may answer
// a 401 or 407, and what "wualab explain" prints. It is pure and total: every
// Input, even one that [Input.Validate] refuses, gives a Decision with a rule,
// the same Input always the same one, and nothing here is mutable, so all of it
// is safe for concurrent use.
//
// It models the Authentication page of the BITS documentation (UseLMCompat and
// its defaults), IBackgroundCopyJob2::SetCredentials, BG_AUTH_SCHEME, and
// KB 842309 (LmCompatibilityLevel and BITS 2.0). The rules are one table, in
// rules.go; the limits of schemes are another, in limits.go; what each BITS
// version knows is a third, in version.go. What no document settles is marked
// in the tables, and a Decision that rests on it names it in Assumptions.
//
// Out of scope: whether the credentials are right, what a second challenge
// after a refusal means, and the NTLM flavour that LmCompatibilityLevel asks
// for on the wire (auth/ntlm).
package credrule
