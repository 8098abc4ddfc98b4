package machine

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/spelling"
)

// Basis says what a fact rests on. The zero value is the weakest, so that a
// fact without a source is never shown as documented.
type Basis int

// What a fact rests on.
const (
	BasisAssumed    Basis = iota // no public document or observation settles it
	BasisObserved                // seen in public captures or code
	BasisDocumented              // written in a published document
)

// String gives "assumed", "observed" or "documented".
func (b Basis) String() string {
	switch b {
	case BasisObserved:
		return "observed"
	case BasisDocumented:
		return "documented"
	}
	return "assumed"
}

// Fact is a value of the modelled system with its source.
type Fact[T any] struct {
	Value  T
	Source string // the public document, or the reason for the assumption
	Basis  Basis
}

// Documented makes a fact that a published document states.
func Documented[T any](v T, source string) Fact[T] { return Fact[T]{v, source, BasisDocumented} }

// Observed makes a fact that public captures or code show.
func Observed[T any](v T, source string) Fact[T] { return Fact[T]{v, source, BasisObserved} }

// Assumed makes a fact that nothing public settles; source is the reason.
func Assumed[T any](v T, source string) Fact[T] { return Fact[T]{v, source, BasisAssumed} }

// Documented says whether a published document states the fact.
func (f Fact[T]) Documented() bool { return f.Basis == BasisDocumented }

// String gives the value, the basis and the source.
func (f Fact[T]) String() string { return fmt.Sprintf("%v (%v: %s)", f.Value, f.Basis, f.Source) }

// OSVersion is the version of an operating system, as GetVersionEx gives it.
type OSVersion struct {
	Major, Minor byte
	Build        uint16
	ServicePack  int // 0: none
}

// String gives "5.1.2600 SP2".
func (v OSVersion) String() string {
	s := fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Build)
	if v.ServicePack > 0 {
		s += fmt.Sprintf(" SP%d", v.ServicePack)
	}
	return s
}

// Family tells which of the systems it is that BG_AUTH_SCHEME names limits of
// schemes for: Windows XP is 5.1, Server 2003 is 5.2 (OSVERSIONINFOEX); all
// others have none. Assumed: the 64-bit XP, which is 5.2 too, has the limits of
// Server 2003.
func (v OSVersion) Family() credrule.OS {
	switch {
	case v.Major == 5 && v.Minor == 1:
		return credrule.XP
	case v.Major == 5 && v.Minor == 2:
		return credrule.Server2003
	}
	return credrule.OtherOS
}

// ProfileFile is a versioned file of a profile.
type ProfileFile struct {
	Path     string // %windir%\System32\qmgr.dll
	Version  Fact[FileVersion]
	Size     int64     // 0: not known
	Modified time.Time // zero: not known
}

// Profile describes a kind of Windows PC: what is installed, and what its
// settings are when the registry does not hold them. Profiles are values; a
// caller may change its copy before making a machine of it.
type Profile struct {
	ID      string
	Aliases []string // other ids of the same profile
	Title   string
	OS      OSVersion
	Windir  string
	Files   []ProfileFile
	Hotfix  []string // installed updates, as KB numbers: "KB842773"

	// LmCompatibilityLevel is the level that holds when the registry has none.
	LmCompatibilityLevel Fact[int]
	// UseLMCompat is what BITS takes when the registry has no UseLMCompat.
	UseLMCompat Fact[uint32]
	// NTLMVersion says whether NTLM messages carry the VERSION structure.
	NTLMVersion Fact[bool]
	// LocalService says whether LocalService and NetworkService exist.
	LocalService Fact[bool]
}

// File gives a file of the profile by its path; false when it has none.
func (p Profile) File(path string) (Fact[FileVersion], bool) {
	for _, f := range p.Files {
		if strings.EqualFold(f.Path, path) {
			return f.Version, true
		}
	}
	return Fact[FileVersion]{}, false
}

// BITS gives the version of BITS, which follows from the profile's QMgr.dll;
// false when it has none or an unknown one.
func (p Profile) BITS() (BITSVersion, bool) {
	qmgr, ok := p.files().QMgr()
	if !ok {
		return BITSVersion{}, false
	}
	return BITSVersionOf(qmgr)
}

// UserAgent gives the User-Agent of the profile's BITS, which follows from its
// QMgr.dll; empty when it has none.
func (p Profile) UserAgent() Fact[string] {
	qmgr, ok := p.files().QMgr()
	if !ok {
		return Assumed("", "BITS is not installed")
	}
	return UserAgentOf(qmgr)
}

func (p Profile) files() *Files {
	f := newFiles(p.Windir)
	for _, file := range p.Files {
		f.SetInfo(file.Path, FileInfo{Version: file.Version.Value, Size: file.Size, Created: file.Modified, Modified: file.Modified})
	}
	return f
}

// ProfileByID finds a profile by its id or an alias of it, without regard to
// case. The error for an unknown id names the nearest one and lists all.
func ProfileByID(id string) (Profile, error) {
	var known []string
	for _, p := range Profiles() {
		if strings.EqualFold(p.ID, id) || slices.ContainsFunc(p.Aliases, func(a string) bool { return strings.EqualFold(a, id) }) {
			return p, nil
		}
		known = append(append(known, p.ID), p.Aliases...)
	}
	hint := ""
	if near, ok := spelling.Nearest(id, known); ok {
		hint = fmt.Sprintf(", did you mean %q?", near)
	}
	return Profile{}, fmt.Errorf("unknown profile %q%s (known: %s)", id, hint, strings.Join(known, ", "))
}
