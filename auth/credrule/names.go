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

// MarshalText gives String, and nothing for the zero value.
func (t Target) MarshalText() ([]byte, error) { return textOf(targetNames(), int(t), "target"), nil }

// UnmarshalText reads what MarshalText gives for a known value, in any case.
func (t *Target) UnmarshalText(text []byte) error {
	return readText(t, targetNames(), text, "target")
}

// MarshalText gives String, and nothing for the zero value.
func (s Scheme) MarshalText() ([]byte, error) { return textOf(schemeNames(), int(s), "scheme"), nil }

// UnmarshalText reads what MarshalText gives for a known value, in any case.
func (s *Scheme) UnmarshalText(text []byte) error {
	return readText(s, schemeNames(), text, "scheme")
}

// MarshalText gives String.
func (s Set) MarshalText() ([]byte, error) { return textOf(setNames(), int(s), "set"), nil }

// UnmarshalText reads what MarshalText gives for a known value, in any case.
func (s *Set) UnmarshalText(text []byte) error {
	return readText(s, setNames(), text, "set")
}

// MarshalText gives String.
func (k Kind) MarshalText() ([]byte, error) { return textOf(kindNames(), int(k), "kind"), nil }

// UnmarshalText reads what MarshalText gives for a known value, in any case.
func (k *Kind) UnmarshalText(text []byte) error {
	return readText(k, kindNames(), text, "kind")
}

// MarshalText gives String.
func (o OS) MarshalText() ([]byte, error) { return textOf(osNames(), int(o), "os"), nil }

// UnmarshalText reads what MarshalText gives for a known value, in any case.
func (o *OS) UnmarshalText(text []byte) error {
	return readText(o, osNames(), text, "os")
}

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

func textOf(names []string, n int, what string) []byte {
	if n == 0 {
		return []byte(names[0])
	}
	return []byte(nameOf(names, n, what))
}

func readText[T ~int](to *T, names []string, text []byte, what string) error {
	if string(text) == names[0] {
		*to = 0
		return nil
	}
	n, err := valueOf(names, string(text), what)
	if err == nil {
		*to = T(n)
	}
	return err
}
