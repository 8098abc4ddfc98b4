package httpauth

import (
	"slices"
	"strings"
)

// Scheme is an authentication scheme in its registered spelling. The zero value is
// no scheme.
type Scheme string

// The schemes that WinHTTP 5.1 knows (WinHttpQueryAuthSchemes).
const (
	Basic     Scheme = "Basic"       // RFC 7617
	Digest    Scheme = "Digest"      // RFC 7616
	NTLM      Scheme = "NTLM"        // MS-NTHT
	Negotiate Scheme = "Negotiate"   // RFC 4559
	Passport  Scheme = "Passport1.4" // MS-PASS
)

// schemeTable lists the known schemes, strongest first. Assumed: the order, which no
// document states for WinHTTP; WinHttpQueryAuthSchemes only reports the set and leaves
// the choice to its caller.
func schemeTable() []Scheme { return []Scheme{Negotiate, NTLM, Passport, Digest, Basic} }

// SchemeOf gives the scheme of a name as it stands in a header, where case does not
// matter (RFC 9110 11.1). An unknown name is returned as it is.
func SchemeOf(name string) Scheme {
	for _, s := range schemeTable() {
		if strings.EqualFold(name, string(s)) {
			return s
		}
	}
	return Scheme(name)
}

// Known reports whether the scheme is one of this package's constants.
func (s Scheme) Known() bool { return slices.Contains(schemeTable(), s) }

// Preferred picks the challenge to answer: of the schemes that allowed accepts the
// strongest that is offered, and of one scheme offered twice the first. A nil
// allowed accepts all known schemes. ok is false when nothing fits. Assumed: the
// order Negotiate, NTLM, Passport1.4, Digest, Basic.
func Preferred(offered []Challenge, allowed func(Scheme) bool) (c Challenge, ok bool) {
	for _, s := range schemeTable() {
		if allowed != nil && !allowed(s) {
			continue
		}
		for _, c := range offered {
			if SchemeOf(c.Scheme) == s {
				return c, true
			}
		}
	}
	return Challenge{}, false
}
