// Package hresult names the result codes that BITS, WinHTTP, Windows Update
// and Win32 report, says what each means and what to check, and whether a
// download job that meets one tries again.
//
// The calls most users need:
//
//	h, err := hresult.Parse("BG_E_HTTP_ERROR_407") // or 0x80190197, -2145844841
//	info, ok := hresult.Lookup(h)                  // name, meaning, hint, source
//	class, _, _ := hresult.Classify(h)             // Transient or Fatal
//
// It is a leaf: agent/bits and agent/wua fail with these codes, scenarios name
// them, report and "wualab explain" print them. The tables are one file for
// each family: bits.go, http.go, winhttp.go, windowsupdate.go, win32.go; what
// a job does with a code is class.go. All of it is read only and safe for
// concurrent use.
//
// Sources: BITS Return Values, bitsmsg.h, WinHTTP Error Messages, the Windows
// Update error pages (aa387293, hh968413) and wuerror.h, MS-ERREF. The wording
// is our own.
package hresult

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// HRESULT is a Windows result code; the top bit set means failure. The zero
// value is S_OK. Source: MS-ERREF 2.1.
type HRESULT uint32

// Facilities of MS-ERREF 2.1 and bitsmsg.h that the tables use.
const (
	FacilityWin32         = 0x007
	FacilityHTTP          = 0x019
	FacilityBITS          = 0x020
	FacilityWindowsUpdate = 0x024
)

// String gives "0x80190197".
func (h HRESULT) String() string { return fmt.Sprintf("0x%08X", uint32(h)) }

// Name gives "BG_E_HTTP_ERROR_407", or nothing for a code without an entry.
func (h HRESULT) Name() string {
	info, _ := Lookup(h)
	return info.Name
}

// Failed reports whether h is a failure.
func (h HRESULT) Failed() bool { return h&0x80000000 != 0 }

// Facility gives bits 16 to 26.
func (h HRESULT) Facility() int { return int(h>>16) & 0x7FF }

// Code gives the low 16 bits: the HTTP status, the Win32 error.
func (h HRESULT) Code() int { return int(h & 0xFFFF) }

// Describe gives name and number, "BG_E_HTTP_ERROR_407 (0x80190197)"; for a
// code without an entry, what its facility says, "HTTP status 429 (0x801901AD)".
func (h HRESULT) Describe() string {
	if name := h.Name(); name != "" {
		return fmt.Sprintf("%s (%s)", name, h)
	}
	switch {
	case h.Failed() && h.Facility() == FacilityHTTP:
		return fmt.Sprintf("HTTP status %d (%s)", h.Code(), h)
	case h.Failed() && h.Facility() == FacilityWin32:
		return fmt.Sprintf("Win32 error %d (%s)", h.Code(), h)
	}
	return h.String()
}

// MarshalText gives the name, or String for a code without an entry.
func (h HRESULT) MarshalText() ([]byte, error) {
	if name := h.Name(); name != "" {
		return []byte(name), nil
	}
	return []byte(h.String()), nil
}

// UnmarshalText reads what Parse reads.
func (h *HRESULT) UnmarshalText(text []byte) error {
	parsed, err := Parse(string(text))
	if err == nil {
		*h = parsed
	}
	return err
}

// FromWin32 is HRESULT_FROM_WIN32 of winerror.h for an error number: 0 stays
// S_OK, the rest is put under FACILITY_WIN32; only the low 16 bits count.
func FromWin32(code int) HRESULT {
	if code == 0 {
		return S_OK
	}
	return 0x80070000 | HRESULT(code&0xFFFF)
}

// Info is what is known of one code.
type Info struct {
	Code    HRESULT
	Name    string // as the header spells it
	Meaning string // in our words
	Hint    string // what to check or do; empty for success codes
	Source  string // the public document
	// Documented says that a document explains the code; if not, only a header
	// names it and the meaning is read from the name.
	Documented bool
}

// Lookup gives the entry of h.
func Lookup(h HRESULT) (Info, bool) {
	info, ok := index().byCode[h]
	return info, ok
}

// All lists every entry by code, as unsigned numbers.
func All() []Info { return slices.Clone(index().sorted) }

type tables struct {
	sorted []Info
	byCode map[HRESULT]Info
	byName map[string]HRESULT // upper case, with aliases
}

// index is built once and never changed.
var index = sync.OnceValue(func() *tables {
	t := &tables{byCode: map[HRESULT]Info{}, byName: map[string]HRESULT{}}
	t.sorted = slices.Concat(bitsTable(), httpTable(), winhttpTable(), windowsUpdateTable(),
		windowsUpdateServiceTable(), windowsUpdateHandlerTable(), windowsUpdateProtocolTable(), windowsUpdateStoreTable(), windowsUpdateSetupTable(), trustTable(), win32Table())
	slices.SortFunc(t.sorted, func(a, b Info) int { return cmp.Compare(a.Code, b.Code) })
	for _, info := range t.sorted {
		t.byCode[info.Code] = info
		t.byName[strings.ToUpper(info.Name)] = info.Code
	}
	for alias, code := range aliases() {
		t.byName[alias] = code
	}
	return t
})

// aliases are second spellings in public documents.
func aliases() map[string]HRESULT {
	return map[string]HRESULT{
		"BG_E_SERVER_EXECUTE_ENABLED": BG_E_SERVER_EXECUTE_ENABLE, // BITS Return Values; the header has no D
		"ERROR_ACCESS_DENIED":         E_ACCESSDENIED,
		"ERROR_INVALID_PARAMETER":     E_INVALIDARG,
		"WININET_E_TIMEOUT":           ERROR_WINHTTP_TIMEOUT, // wininet has the numbers of WinHTTP
		"WININET_E_NAME_NOT_RESOLVED": ERROR_WINHTTP_NAME_NOT_RESOLVED,
		"WININET_E_CANNOT_CONNECT":    ERROR_WINHTTP_CANNOT_CONNECT,
	}
}
