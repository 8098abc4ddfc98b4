package machine

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// BITSVersion is a version of the Background Intelligent Transfer Service.
// The zero value is no version.
type BITSVersion struct{ Major, Minor int }

// ParseBITSVersion reads "2.0".
func ParseBITSVersion(s string) (BITSVersion, error) {
	major, minor, _ := strings.Cut(s, ".")
	a, err1 := strconv.Atoi(major)
	b, err2 := strconv.Atoi(minor)
	v := BITSVersion{a, b}
	if err1 == nil && err2 == nil {
		for _, row := range bitsVersions() {
			if row.bits == v {
				return v, nil
			}
		}
	}
	return BITSVersion{}, fmt.Errorf("BITS version %q: want one of %s", s, knownBITSVersions())
}

// String gives "2.0".
func (v BITSVersion) String() string { return fmt.Sprintf("%d.%d", v.Major, v.Minor) }

// Compare gives -1, 0 or +1 as v is lower than, equal to or higher than w.
func (v BITSVersion) Compare(w BITSVersion) int {
	return cmp.Or(cmp.Compare(v.Major, w.Major), cmp.Compare(v.Minor, w.Minor))
}

// bitsRow is one released version.
type bitsRow struct {
	qmgrMajor, qmgrMinor uint16
	bits                 BITSVersion
	userAgent            Basis
	userAgentSource      string
	useLMCompat          Fact[uint32]
}

const (
	srcQMgr     = "BITS documentation, Determining the Version of BITS on a Computer"
	srcUARule   = "the rule of the observed versions: Microsoft BITS/ and the major and minor version of QMgr.dll"
	srcAuthOld  = "BITS documentation, Authentication, revision with the table of defaults by operating system"
	srcAuthNew  = "BITS documentation, Authentication"
	srcKB842309 = "KB 842309"
)

// bitsVersions is the ladder of BITS versions.
//
// Sources: "Determining the Version of BITS on a Computer" for the numbers,
// "Authentication" (both revisions) and KB 842309 for the UseLMCompat default.
// The documents key that default by operating system, KB 842309 by BITS
// version; where they part (BITS 2.0 on Windows XP SP1) KB 842309 is followed.
func bitsVersions() []bitsRow {
	xp := Documented[uint32](0, srcAuthOld)
	xpSP2 := Documented[uint32](1, srcAuthOld)
	vista := Documented[uint32](2, srcAuthOld)
	now := Documented[uint32](2, srcAuthNew)
	return []bitsRow{
		{6, 0, BITSVersion{1, 0}, BasisAssumed, srcUARule, xp},
		{6, 2, BITSVersion{1, 2}, BasisAssumed, srcUARule, xp},
		{6, 5, BITSVersion{1, 5}, BasisAssumed, srcUARule, xpSP2},
		{6, 6, BITSVersion{2, 0}, BasisObserved, "google/omaha, net/bits_request.h", xpSP2},
		{6, 7, BITSVersion{2, 5}, BasisDocumented, "MC-BUP 4.1", xpSP2},
		{7, 0, BITSVersion{3, 0}, BasisAssumed, srcUARule, vista},
		{7, 5, BITSVersion{4, 0}, BasisAssumed, srcUARule, now},
		{7, 7, BITSVersion{5, 0}, BasisObserved, "public captures of Configuration Manager and Chrome downloads", now},
		{7, 8, BITSVersion{10, 1}, BasisObserved, "public captures of Windows 10", now},
	}
}

func knownBITSVersions() string {
	var names []string
	for _, row := range bitsVersions() {
		names = append(names, row.bits.String())
	}
	return strings.Join(names, ", ")
}

// BITSVersionOf gives the BITS version that a version of QMgr.dll is; false for
// one that no released BITS has.
//
// Source: BITS documentation, "Determining the Version of BITS on a Computer".
func BITSVersionOf(qmgr FileVersion) (BITSVersion, bool) {
	for _, row := range bitsVersions() {
		if row.qmgrMajor == qmgr.Major && row.qmgrMinor == qmgr.Minor {
			return row.bits, true
		}
	}
	return BITSVersion{}, false
}

// UserAgentOf gives the User-Agent that BITS with this QMgr.dll sends:
// "Microsoft BITS/" and the file's major and minor version. Programs cannot
// change it. For a file version that is no released BITS the same rule is
// assumed.
//
// Source: MC-BUP 4.1 (6.7) and public captures (6.6, 7.7, 7.8).
func UserAgentOf(qmgr FileVersion) Fact[string] {
	agent := fmt.Sprintf("Microsoft BITS/%d.%d", qmgr.Major, qmgr.Minor)
	for _, row := range bitsVersions() {
		if row.qmgrMajor == qmgr.Major && row.qmgrMinor == qmgr.Minor {
			return Fact[string]{agent, row.userAgentSource, row.userAgent}
		}
	}
	return Assumed(agent, srcUARule)
}

// DefaultUseLMCompat gives what BITS takes for UseLMCompat when the registry
// does not hold it: 0 for 1.0 and 1.2, 1 for 1.5 to 2.5, 2 from 3.0. For a
// version that was never released the highest released one below it decides.
//
// Source: BITS documentation, "Authentication", and KB 842309.
func DefaultUseLMCompat(v BITSVersion) Fact[uint32] {
	rows := bitsVersions()
	found := rows[0].useLMCompat
	for _, row := range rows {
		if row.bits.Compare(v) <= 0 {
			found = row.useLMCompat
		}
	}
	return found
}

// BITSRelease is one released version of BITS.
type BITSRelease struct {
	BITS BITSVersion
	QMgr FileVersion // its major and minor version; the rest is zero
}

// BITSReleases lists the released versions, oldest first.
//
// Source: BITS documentation, "Determining the Version of BITS on a Computer".
func BITSReleases() []BITSRelease {
	var list []BITSRelease
	for _, row := range bitsVersions() {
		list = append(list, BITSRelease{row.bits, FileVersion{Major: row.qmgrMajor, Minor: row.qmgrMinor}})
	}
	return list
}
