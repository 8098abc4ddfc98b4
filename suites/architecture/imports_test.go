package architecture_test

import (
	"slices"
	"strings"
	"testing"
)

// A rule says which parts of the module a part may know, directly or through
// others: those named, or all but those named.
type rule struct{ only, allBut []string }

func (r rule) allows(part string) bool {
	if r.allBut != nil {
		return !slices.Contains(r.allBut, part)
	}
	return slices.Contains(r.only, part)
}

func only(parts ...string) rule   { return rule{only: parts} }
func allBut(parts ...string) rule { return rule{allBut: parts} }

// mayImport has a line for each part of the module. A part is a folder with all
// below it, but for the deeper ones that have lines of their own. Every part may
// import itself. Tests may go further: they put both ends of the wire together.
var mayImport = map[string]rule{
	"clock":      only(),
	"quantity":   only(),
	"hresult":    only("spelling"),
	"spelling":   only(),
	"transcript": only(),
	"smbwire":    only("transcript"),
	"boundedxml": only(),
	"wusp":       only("boundedxml"),
	"smswire":    only("boundedxml"),
	"xpress":     only(),
	"cabinet":    only(),
	"wuident":    only("cabinet"),
	"metadata":   only("boundedxml", "wusp"),
	"authority":  only(),
	"comparison": only("transcript"),
	"har":        only("internal/jsonplace", "transcript"),

	"metadata/known": only("boundedxml", "metadata", "spelling", "wusp"),
	"wuv4":           only("boundedxml", "cabinet", "metadata", "wusp"),

	"internal/jsonplace": only(),
	"internal/timelimit": only(), // TestOnlyTestsMeasure

	"auth/credrule":  only(),
	"auth/exposure":  only(),
	"auth/ntlm":      only(),
	"auth/negotiate": only("auth/ntlm"),
	"auth/httpauth":  only("auth/exposure", "auth/negotiate", "auth/ntlm", "transcript"),

	"agent/machine":    only("auth/credrule", "auth/negotiate", "auth/ntlm", "spelling"),
	"agent/pac":        only("clock"),
	"agent/winhttp":    only("agent/link", "agent/machine", "agent/pac", "auth/credrule", "auth/exposure", "auth/httpauth", "auth/negotiate", "auth/ntlm", "clock", "hresult", "spelling", "transcript"),
	"agent/bits/store": only("clock", "hresult", "spelling"),
	"agent/link":       only("agent/machine", "auth/credrule", "auth/negotiate", "auth/ntlm", "clock", "hresult", "spelling"),
	"agent/smb":        only("agent/link", "agent/machine", "auth/credrule", "auth/negotiate", "auth/ntlm", "clock", "hresult", "smbwire", "spelling", "transcript"),
	"agent/bits": only("agent/pac", "agent/smb", "smbwire", "agent/bits/store", "agent/link", "agent/machine", "agent/winhttp", "auth/credrule", "auth/exposure", "auth/httpauth", "auth/negotiate", "auth/ntlm", "clock", "hresult",
		"spelling", "transcript"),
	"agent/wua": only("cabinet", "wuident", "xpress", "agent/pac", "agent/wua/applicability", "agent/wua/criteria", "boundedxml", "metadata", "wusp", "agent/bits", "agent/bits/store", "agent/smb", "smbwire",
		"agent/link", "agent/machine", "agent/winhttp", "auth/credrule", "auth/exposure", "auth/httpauth", "auth/negotiate", "auth/ntlm", "clock", "hresult", "spelling", "transcript"),
	"agent/wua/legacy": only("agent/wua", "cabinet", "wuident", "wuv4", "xpress", "agent/pac", "agent/wua/applicability", "agent/wua/criteria", "boundedxml", "metadata", "wusp", "agent/bits", "agent/bits/store", "agent/smb", "smbwire",
		"agent/link", "agent/machine", "agent/winhttp", "auth/credrule", "auth/exposure", "auth/httpauth", "auth/negotiate", "auth/ntlm", "clock", "hresult", "spelling", "transcript"),
	"agent/updateexe":         only("agent/machine", "auth/credrule", "auth/negotiate", "auth/ntlm", "boundedxml", "metadata", "metadata/known", "spelling", "wusp"),
	"agent/sms":               only("boundedxml", "smswire", "agent/pac", "agent/smb", "smbwire", "agent/bits", "agent/bits/store", "agent/link", "agent/machine", "agent/winhttp", "auth/credrule", "auth/exposure", "auth/httpauth", "auth/negotiate", "auth/ntlm", "clock", "hresult", "spelling", "transcript"),
	"agent/wua/criteria":      only("spelling"),
	"agent/wua/applicability": only("agent/machine", "auth/credrule", "auth/negotiate", "auth/ntlm", "boundedxml", "metadata", "spelling", "wusp"),
	"agent": only("agent/sms", "smswire", "cabinet", "wuident", "xpress", "agent/wua", "agent/wua/legacy", "wuv4", "agent/wua/applicability", "agent/wua/criteria", "boundedxml", "metadata", "wusp", "agent/pac", "agent/smb", "smbwire", "agent/bits", "agent/bits/store", "agent/link", "agent/machine", "agent/winhttp", "auth/credrule", "auth/exposure", "auth/httpauth", "auth/negotiate", "auth/ntlm", "clock",
		"hresult", "spelling", "transcript"),

	"fakehttp":              only("clock", "transcript"),
	"behaviour":             only("clock", "fakehttp", "quantity", "spelling", "transcript"),
	"behaviour/handshake":   only("auth/exposure", "auth/httpauth", "auth/negotiate", "auth/ntlm", "behaviour", "clock", "fakehttp", "quantity", "spelling", "transcript"),
	"fakeserver":            only("auth/exposure", "auth/httpauth", "auth/negotiate", "auth/ntlm", "behaviour", "behaviour/handshake", "clock", "fakehttp", "quantity", "spelling", "transcript"),
	"fakeserver/bitsupload": only("clock", "fakehttp", "fakeserver", "hresult", "spelling", "transcript"),
	"fakeserver/wsus":       only("cabinet", "wuident", "xpress", "boundedxml", "fakeserver", "metadata", "wusp", "auth/exposure", "auth/httpauth", "auth/negotiate", "auth/ntlm", "behaviour", "behaviour/handshake", "clock", "fakehttp", "quantity", "spelling", "transcript"),
	"fakeserver/sus":        only("fakeserver/wsus", "wuv4", "cabinet", "wuident", "xpress", "boundedxml", "fakeserver", "metadata", "wusp", "auth/exposure", "auth/httpauth", "auth/negotiate", "auth/ntlm", "behaviour", "behaviour/handshake", "clock", "fakehttp", "quantity", "spelling", "transcript"),
	"fakeserver/smsdp":      only("boundedxml", "fakeserver", "smswire", "auth/exposure", "auth/httpauth", "auth/negotiate", "auth/ntlm", "behaviour", "behaviour/handshake", "clock", "fakehttp", "quantity", "spelling", "transcript"),
	"fakeserver/smb":        only("auth/exposure", "auth/httpauth", "auth/negotiate", "auth/ntlm", "behaviour", "behaviour/handshake", "clock", "fakehttp", "fakeserver", "quantity", "smbwire", "spelling", "transcript"),
	"fakeproxy":             only("auth/exposure", "auth/httpauth", "auth/negotiate", "auth/ntlm", "behaviour", "behaviour/handshake", "clock", "fakehttp", "quantity", "spelling", "transcript"),

	"recording": only("auth/exposure", "auth/httpauth", "auth/negotiate", "auth/ntlm", "authority", "behaviour", "behaviour/handshake", "clock", "fakehttp", "fakeserver", "har", "hresult", "internal/jsonplace", "quantity", "spelling", "transcript"),

	"wualabtest": only("agent/pac", "agent/smb", "smbwire", "agent/bits", "agent/bits/store", "agent/link", "agent/machine", "agent/winhttp", "auth/credrule", "auth/exposure", "auth/httpauth",
		"auth/negotiate", "auth/ntlm", "clock", "hresult", "spelling", "transcript"),

	"scenarios":      allBut("control", "report", "cmd", "docs", "suites", "wualabtest"),
	"control/client": only("transcript"),
	"control":        allBut("report", "cmd", "docs", "suites", "wualabtest"),
	"report":         allBut("control", "cmd", "docs", "suites"),
	"cmd":            allBut("docs", "suites"),
	"docs":           allBut("cmd", "suites"),
	"suites":         allBut("cmd", "docs"),
}

// partOf gives the longest line of mayImport that covers a package.
func partOf(importPath string) (string, bool) {
	name := strings.TrimPrefix(importPath, module+"/")
	for name != "" {
		if _, ok := mayImport[name]; ok {
			return name, true
		}
		name = name[:max(0, strings.LastIndexByte(name, '/'))]
	}
	return "", false
}

func TestImportsFollowTheTable(t *testing.T) {
	for _, p := range load(t).packages {
		from, known := partOf(p.ImportPath)
		if !known {
			t.Errorf("%s belongs to no part in the table mayImport", p.ImportPath)
			continue
		}
		for _, dep := range p.Deps {
			if !strings.HasPrefix(dep, module+"/") {
				continue
			}
			to, known := partOf(dep)
			if known && to != from && !mayImport[from].allows(to) {
				t.Errorf("%s reaches %s, but %s may not know %s", p.ImportPath, dep, from, to)
			}
		}
	}
}

// These hold whatever is entered in the table.
func TestTheTableNeverCrossesTheWire(t *testing.T) {
	agent := []string{"agent", "agent/bits", "agent/bits/store", "agent/link", "agent/machine", "agent/winhttp"}
	for _, fake := range []string{"behaviour", "fakehttp", "fakeproxy", "fakeserver", "fakeserver/bitsupload"} {
		for _, a := range agent {
			if mayImport[a].allows(fake) || mayImport[fake].allows(a) {
				t.Errorf("%s and %s must not know each other", a, fake)
			}
		}
	}
	for part, rule := range mayImport {
		outer := slices.Contains([]string{"scenarios", "control", "report", "cmd", "docs", "suites"}, part)
		if !outer && rule.allows("scenarios") {
			t.Errorf("%s must not know scenarios", part)
		}
	}
	for _, alone := range []string{"auth/credrule", "transcript", "clock"} {
		if r := mayImport[alone]; r.allBut != nil || len(r.only) > 0 {
			t.Errorf("%s must import nothing of ours", alone)
		}
	}
}

// The bound on parsers is a matter of tests.
func TestOnlyTestsMeasure(t *testing.T) {
	const timelimit = module + "/internal/timelimit"
	for _, p := range load(t).packages {
		if p.ImportPath != timelimit && slices.Contains(p.Deps, timelimit) {
			t.Errorf("%s reaches %s, which is for tests", p.ImportPath, timelimit)
		}
	}
}

func TestPackagesAreNamedForWhatTheyAre(t *testing.T) {
	for _, p := range load(t).packages {
		for _, element := range slices.Compact(append(strings.Split(p.ImportPath, "/"), p.Name)) {
			switch element {
			case "util", "utils", "common", "helper", "helpers", "misc":
				t.Errorf("%s: %q says nothing about its subject", p.ImportPath, element)
			}
		}
	}
}
