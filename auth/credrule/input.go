package credrule

import (
	"errors"
	"fmt"
	"strings"
)

// Input is all that a credential decision depends on. The zero value is valid
// to decide on, but no known BITS version.
type Input struct {
	BITS Version
	// LmCompatibilityLevel is HKLM\System\CurrentControlSet\Control\LSA's
	// value, 0 to 5; an absent one is 0 up to XP.
	LmCompatibilityLevel int
	UseLMCompat          UseLMCompat
	// Credentials is what the job was given by SetCredentials.
	Credentials Credentials
	// URLCredentials says that the file's URL holds user:password@.
	URLCredentials bool
	// Target is who challenges now, Offered are the schemes of that challenge
	// in any order; values that are no scheme are passed over.
	Target  Target
	Offered []Scheme

	// The rest only feeds the limits of schemes; see Limits.

	OS OS
	// HTTPS says that the file's URL is https.
	HTTPS bool
	// ProxyScheme is the scheme by which this request was authenticated to a
	// proxy; zero when no proxy asked.
	ProxyScheme Scheme
	// ProxyAutodetect says that the job uses BG_JOB_PROXY_USAGE_AUTODETECT.
	ProxyAutodetect bool
}

// UseLMCompat is the DWORD UseLMCompat under
// HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\BITS. The zero value is an
// absent one.
type UseLMCompat struct {
	Present bool
	Value   uint32
}

// LMCompat is a present UseLMCompat.
func LMCompat(value uint32) UseLMCompat { return UseLMCompat{Present: true, Value: value} }

// String gives "absent" or the number.
func (u UseLMCompat) String() string {
	if !u.Present {
		return "absent"
	}
	return fmt.Sprint(u.Value)
}

// Entry is the key under which a job keeps credentials: SetCredentials
// replaces what it holds for the same target and scheme.
type Entry struct {
	Target Target
	Scheme Scheme
}

// String gives "proxy/NTLM".
func (e Entry) String() string { return e.Target.String() + "/" + e.Scheme.String() }

// MarshalText gives String.
func (e Entry) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText reads what MarshalText gives.
func (e *Entry) UnmarshalText(text []byte) error {
	target, scheme, _ := strings.Cut(string(text), "/")
	t, err := ParseTarget(target)
	if err != nil {
		return fmt.Errorf("credentials entry %q: %w", text, err)
	}
	s, err := ParseScheme(scheme)
	if err != nil {
		return fmt.Errorf("credentials entry %q: %w", text, err)
	}
	*e = Entry{t, s}
	return nil
}

// Credentials is what a program has set on a job, by target and scheme. Nil is
// valid: nothing set. Decide only reads it; who changes it meanwhile must lock.
type Credentials map[Entry]Set

// any reports whether some scheme of target holds s.
func (c Credentials) any(target Target, s Set) bool {
	for e, set := range c {
		if e.Target == target && set == s && (s != Implicit || e.Scheme.integrated()) {
			return true
		}
	}
	return false
}

// empty reports whether nothing at all is set.
func (c Credentials) empty() bool {
	for _, set := range c {
		if set != None {
			return false
		}
	}
	return true
}

// Validate reports everything in the input that no real machine can hold: an
// unknown BITS version, target, scheme or family, a level outside 0 to 5, and
// implicit credentials for a scheme other than NTLM and Negotiate, for which
// SetCredentials returns E_INVALIDARG. Decide takes such input all the same: a
// level is compared as the number it is (Assumed), the rest has no effect.
func (in Input) Validate() error {
	var errs []error
	report := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	report(!in.BITS.Known(), "unknown BITS version %s", in.BITS)
	report(in.LmCompatibilityLevel < 0 || in.LmCompatibilityLevel > maxLevel,
		"LmCompatibilityLevel %d is outside 0 to %d", in.LmCompatibilityLevel, maxLevel)
	report(!in.Target.known(), "unknown %s", in.Target)
	for _, s := range in.Offered {
		report(!s.known(), "offered: unknown %s", s)
	}
	report(in.ProxyScheme != 0 && !in.ProxyScheme.known(), "proxy scheme: unknown %s", in.ProxyScheme)
	report(in.OS < OtherOS || in.OS > Server2003, "unknown %s", in.OS)
	return errors.Join(append(errs, in.Credentials.validate())...)
}

const maxLevel = 5

func (c Credentials) validate() error {
	var errs []error
	for _, e := range c.sorted() {
		set := c[e]
		switch {
		case !e.Target.known() || !e.Scheme.known():
			errs = append(errs, fmt.Errorf("credentials: unknown entry %s", e))
		case set < None || set > Explicit:
			errs = append(errs, fmt.Errorf("credentials: %s: unknown %s", e, set))
		case set == Implicit && !e.Scheme.integrated():
			errs = append(errs, fmt.Errorf("credentials: %s: only NTLM and Negotiate can be implicit", e))
		}
	}
	return errors.Join(errs...)
}

func (t Target) known() bool { return t == Server || t == Proxy }
func (s Scheme) known() bool { return s >= Basic && s <= Passport }

// integrated says whether logon credentials can answer the scheme. Source:
// SetCredentials and WINHTTP_OPTION_AUTOLOGON_POLICY, which name only NTLM and
// Negotiate.
func (s Scheme) integrated() bool { return s == NTLM || s == Negotiate }
