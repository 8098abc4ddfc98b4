package smb_test

import (
	"testing"

	"github.com/wualab/wualab/agent/smb"
)

func TestParseName(t *testing.T) {
	good := map[string]smb.Name{
		`\\dp1\packages\setup.exe`:           {Server: "dp1", Share: "packages", Path: "setup.exe"},
		`\\10.0.0.1\SMSPKGC$\LAB1\a b\x.cab`: {Server: "10.0.0.1", Share: "SMSPKGC$", Path: `LAB1\a b\x.cab`},
		"file://dp1/packages/dir/a%20b.cab":  {Server: "dp1", Share: "packages", Path: `dir\a b.cab`},
		`\\dp1\packages/dir/x`:               {Server: "dp1", Share: "packages", Path: `dir\x`},
		"FILE://dp1/packages/x":              {Server: "dp1", Share: "packages", Path: "x"},
	}
	for text, want := range good {
		got, err := smb.ParseName(text)
		if err != nil || got != want || !smb.IsName(text) {
			t.Errorf("ParseName(%q) = %+v, %v; want %+v", text, got, err, want)
		}
	}
	bad := []string{`\\`, `\\dp1`, `\\dp1\packages`, `\\dp1\packages\`, `\\dp1\\x`, `\\?\UNC\dp1\packages\x`, `\\.\pipe\x`, `\\dp1\pipe\x`, `\\dp1\ipc$\x`,
		`\\dp1\packages\*.cab`, `\\dp1\packages\..\x`, `\\dp1\packages\a:stream`, "\\\\dp1\\packages\\a\nb", "file:///c:/x", "file:x", "file://dp1/packages",
		"file://dp1:445/packages/x", "file://u:p@dp1/packages/x", "file://dp1/packages/a?b", "http://dp1/packages/x", "setup.exe", ""}
	for _, text := range bad {
		if got, err := smb.ParseName(text); err == nil {
			t.Errorf("ParseName(%q) = %+v without an error", text, got)
		}
	}
}

func FuzzParseName(f *testing.F) {
	for _, seed := range []string{`\\dp1\packages\setup.exe`, "file://dp1/packages/x", `\\`, "file:", `\\a\b\..\c`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		name, err := smb.ParseName(text)
		if err != nil {
			return
		}
		again, err := smb.ParseName(name.String())
		if err != nil || again != name {
			t.Errorf("%q gives %+v, and that %+v, %v", text, name, again, err)
		}
	})
}
