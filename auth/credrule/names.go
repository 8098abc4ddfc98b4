package credrule

import (
	"fmt"
	"strings"
)

// Target is who asked for credentials: BG_AUTH_TARGET, with its numbers. The
// zero value is neither; Decide takes it as Server.
type Target int

// The two targets of SetCredentials.
const (
	Server Target = 1 // the origin server, by 401
	Proxy  Target = 2 // the proxy, by 407
)

// Scheme is an HTTP authentication scheme: BG_AUTH_SCHEME, with its numbers.
// The zero value is no scheme.
type Scheme int

// The schemes of BG_AUTH_SCHEME.
const (
	Basic     Scheme = 1
	Digest    Scheme = 2
	NTLM      Scheme = 3
	Negotiate Scheme = 4
	Passport  Scheme = 5
)

// Set is what the program gave SetCredentials for one target and scheme.
type Set int

// The states of one target and scheme.
const (
	None     Set = 0 // SetCredentials was not called, or RemoveCredentials was
	Implicit Set = 1 // user name and password NULL: the logon credentials
	Explicit Set = 2 // a user name and a password
)

// Kind is whose credentials are sent.
type Kind int

// The kinds of credentials that a Decision can send.
const (
	Nothing            Kind = 0 // the 401 or 407 stands
	LogonCredentials   Kind = 1 // those of the job's owner (implicit)
	ProgramCredentials Kind = 2 // those given to SetCredentials (explicit)
	URLEmbedded        Kind = 3 // user:password@ in the URL
)

// OS is the family of Windows, as far as the scheme limits tell them apart.
// The zero value is any other Windows, which has none of the limits.
type OS int

// The families that BG_AUTH_SCHEME names limits for.
const (
	OtherOS    OS = 0
	XP         OS = 1
	Server2003 OS = 2
)

func targetNames() []string { return []string{1: "server", 2: "proxy"} }
func schemeNames() []string {
	return []string{1: "Basic", 2: "Digest", 3: "NTLM", 4: "Negotiate", 5: "Passport"}
}
func setNames() []string  { return []string{"none", "implicit", "explicit"} }
func kindNames() []string { return []string{"nothing", "implicit", "explicit", "url-embedded"} }
func osNames() []string   { return []string{"other", "xp", "server-2003"} }

// String gives "server" or "proxy".
func (t Target) String() string { return nameOf(targetNames(), int(t), "target") }

// String gives the scheme as HTTP spells it, "NTLM".
func (s Scheme) String() string { return nameOf(schemeNames(), int(s), "scheme") }

// String gives "none", "implicit" or "explicit".
func (s Set) String() string { return nameOf(setNames(), int(s), "set") }

// String gives "nothing", "implicit", "explicit" or "url-embedded".
func (k Kind) String() string { return nameOf(kindNames(), int(k), "kind") }

// String gives "other", "xp" or "server-2003".
func (o OS) String() string { return nameOf(osNames(), int(o), "os") }

// ParseTarget reads "server" or "proxy" in any case.
func ParseTarget(s string) (Target, error) {
	n, err := valueOf(targetNames(), s, "target")
	return Target(n), err
}

// ParseScheme reads "Basic", "Digest", "NTLM", "Negotiate" or "Passport" in any
// case.
func ParseScheme(s string) (Scheme, error) {
	n, err := valueOf(schemeNames(), s, "scheme")
	return Scheme(n), err
}

// ParseSet reads "none", "implicit" or "explicit" in any case.
func ParseSet(s string) (Set, error) {
	n, err := valueOf(setNames(), s, "set")
	return Set(n), err
}

// MarshalText gives String.
func (t Target) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// MarshalText gives String.
func (s Scheme) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalText gives String.
func (s Set) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalText gives String.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// MarshalText gives String.
func (o OS) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

func nameOf(names []string, n int, what string) string {
	if n >= 0 && n < len(names) && names[n] != "" {
		return names[n]
	}
	return fmt.Sprintf("%s(%d)", what, n)
}

func valueOf(names []string, s, what string) (int, error) {
	var known []string
	for n, name := range names {
		if name == "" {
			continue
		}
		if strings.EqualFold(name, s) {
			return n, nil
		}
		known = append(known, name)
	}
	return 0, fmt.Errorf("unknown %s %q: want one of %s", what, s, strings.Join(known, ", "))
}
