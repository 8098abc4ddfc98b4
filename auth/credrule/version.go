package credrule

import (
	"cmp"
	"fmt"
	"strings"
)

// Version is a BITS version such as 1.5 or 2.0 (not that of qmgr.dll). The
// zero value is no known version; Decide takes it as older than 1.0.
type Version struct{ Major, Minor int }

// String gives "2.0", the form that ParseVersion reads.
func (v Version) String() string { return fmt.Sprintf("%d.%d", v.Major, v.Minor) }

// Less reports whether v came before w.
func (v Version) Less(w Version) bool {
	return cmp.Or(cmp.Compare(v.Major, w.Major), cmp.Compare(v.Minor, w.Minor)) < 0
}

// Known reports whether v is one of Versions.
func (v Version) Known() bool {
	for _, t := range versionTable() {
		if t.version == v {
			return true
		}
	}
	return false
}

// ParseVersion reads "1.0", "1.2", "1.5", "2.0", "2.5", "3.0", "4.0", "5.0" or
// "10.0"; anything else is an error that lists them.
func ParseVersion(s string) (Version, error) {
	var names []string
	for _, v := range Versions() {
		if v.String() == s {
			return v, nil
		}
		names = append(names, v.String())
	}
	return Version{}, fmt.Errorf("unknown BITS version %q: want one of %s", s, strings.Join(names, ", "))
}

// MarshalText gives String.
func (v Version) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads what ParseVersion reads.
func (v *Version) UnmarshalText(text []byte) error {
	parsed, err := ParseVersion(string(text))
	if err == nil {
		*v = parsed
	}
	return err
}

// Versions lists the known BITS versions, oldest first. Source: BITS, "What's
// New".
func Versions() []Version {
	var all []Version
	for _, t := range versionTable() {
		all = append(all, t.version)
	}
	return all
}

// DefaultUseLMCompat is what an absent UseLMCompat means to v.
//
// Source: the default table of BITS, "Authentication" (early text: XP and XP
// SP1 0; XP SP2, SP3, Server 2003 and R2 1; Vista and Server 2008 2; the
// current text says 2). Assumed: the value goes with the BITS version and not
// with the Windows version, since KB 842309 describes BITS 2.0 wherever it is
// installed, and XP SP1 can have it. A machine that differs has UseLMCompat
// present.
func DefaultUseLMCompat(v Version) uint32 { return traitsOf(v).defaultCompat }

// traits is what one BITS version knows of credentials.
type traits struct {
	version        Version
	setCredentials bool   // IBackgroundCopyJob2::SetCredentials exists
	readsCompat    bool   // UseLMCompat and LmCompatibilityLevel matter
	defaultCompat  uint32 // UseLMCompat absent
	maxCompat      uint32 // the largest UseLMCompat that it knows
	proxyException bool   // UseLMCompat 1 does not bind the proxy (KB 842309)
}

// versionTable: a later version keeps what the line above says until it has a
// line of its own. Sources: BITS, "Authentication" (1 unknown before 1.5, 2
// before 2.0); SetCredentials, "Minimum supported client"; KB 842309.
func versionTable() [9]traits {
	return [9]traits{
		{Version{1, 0}, false, false, 0, 0, false},
		{Version{1, 2}, false, false, 0, 0, false},
		{Version{1, 5}, true, true, 1, 1, true},
		{Version{2, 0}, true, true, 1, 2, false},
		{Version{2, 5}, true, true, 1, 2, false},
		{Version{3, 0}, true, true, 2, 2, false},
		{Version{4, 0}, true, true, 2, 2, false},
		{Version{5, 0}, true, true, 2, 2, false},
		{Version{10, 0}, true, true, 2, 2, false},
	}
}

// traitsOf gives the newest line that is not newer than v, or the first one.
func traitsOf(v Version) traits {
	table := versionTable()
	found := table[0]
	for _, t := range table[1:] {
		if !v.Less(t.version) {
			found = t
		}
	}
	return found
}
