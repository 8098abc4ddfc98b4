package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/report"
	"github.com/wualab/wualab/smbwire"
	"github.com/wualab/wualab/spelling"
)

// status is an NTSTATUS (MS-ERREF 2.3), of a logon or of a file share.
type status uint32

const statusPrefix = "STATUS_"

func isStatusName(arg string) bool { return strings.HasPrefix(strings.ToUpper(arg), statusPrefix) }

// parseStatus finds a status by its name, in any case.
func parseStatus(arg string) (status, error) {
	name := strings.ToUpper(arg)
	if s, ok := ntlm.StatusByName(name); ok {
		return status(s), nil
	}
	if s, ok := smbwire.StatusByName(name); ok {
		return status(s), nil
	}
	hint := "known are " + strings.Join(statusNames(), ", ")
	if near, ok := spelling.Nearest(name, statusNames()); ok {
		hint = "did you mean " + near + "?"
	}
	return 0, usage(fmt.Sprintf("unknown NTSTATUS %q", arg), hint)
}

// statusNames are the names of all statuses, sorted.
func statusNames() []string {
	names := ntlm.StatusNames()
	for _, line := range smbwire.Statuses() {
		names = append(names, line.Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// plausible tells whether a number is an NTSTATUS rather than an HRESULT: its two
// highest bits are the severity "error" (MS-ERREF 2.3).
func (s status) plausible() bool {
	_, known := hresult.Lookup(hresult.HRESULT(s))
	return !known && s>>28 == 0xC
}

func (s status) title() string {
	if _, ok := smbwire.Status(s).Win32(); ok {
		return fmt.Sprintf("%v (0x%08X)", smbwire.Status(s), uint32(s))
	}
	return ntlm.NTStatus(s).WithCode()
}

// fields are what is known about a status.
func (s status) fields() []report.Field {
	meaning := ntlm.NTStatus(s).Meaning()
	win32, share := smbwire.Status(s).Win32()
	if meaning == "" && !share {
		return []report.Field{{Label: "meaning", Text: "wualab has no entry for this NTSTATUS; MS-ERREF 2.3.1 lists them all"}}
	}
	var fields []report.Field
	add := func(label, text string) { fields = append(fields, report.Field{Label: label, Text: text}) }
	if meaning != "" {
		add("meaning", meaning)
	}
	if meaning != "" && s != 0 {
		add("over HTTP", "an NTLM login with this status is answered 401 or 407 like any other that is refused; a scenario expects the status by ntstatus")
	}
	if share && win32 != 0 {
		h := hresult.FromWin32(int(win32))
		class, source, documented := hresult.Classify(h)
		add("at a share", "becomes "+h.Describe())
		if info, ok := hresult.Lookup(h); ok {
			add("", info.Meaning)
		}
		add("a download", classText(class))
		add("", sourceText(source, documented))
	}
	add("source", "MS-ERREF 2.3.1 (documented)")
	return fields
}
