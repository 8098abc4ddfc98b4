package machine_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/wualab/wualab/agent/machine"
)

const version5 = "Windows Registry Editor Version 5.00\r\n\r\n"

func utf16LE(s string) []byte {
	out := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

func imported(t *testing.T, data []byte) *machine.Registry {
	t.Helper()
	r := machine.NewRegistry()
	if err := r.Import(bytes.NewReader(data), "test.reg"); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestReadRegValues(t *testing.T) {
	raw := machine.RawValue
	tests := []struct {
		name, line string
		want       machine.NamedValue
	}{
		{"text", `"a"="b"`, machine.NamedValue{Name: "a", Value: machine.SZ("b")}},
		{"default", `@="b"`, machine.NamedValue{Value: machine.SZ("b")}},
		{"escapes", `"a\\b\""="C:\\x \"y\""`, machine.NamedValue{Name: `a\b"`, Value: machine.SZ(`C:\x "y"`)}},
		{"text over two lines", "\"a\"=\"b\r\nc\"", machine.NamedValue{Name: "a", Value: machine.SZ("b\r\nc")}},
		{"text with semicolon", `"a"="b;c" ; comment`, machine.NamedValue{Name: "a", Value: machine.SZ("b;c")}},
		{"dword", `"a"=dword:0000000a`, machine.NamedValue{Name: "a", Value: machine.DWORD(10)}},
		{"short dword, blanks", "\"a\" = DWORD: 2 \t", machine.NamedValue{Name: "a", Value: machine.DWORD(2)}},
		{"binary", `"a"=hex:01,ff`, machine.NamedValue{Name: "a", Value: machine.Binary([]byte{1, 0xFF})}},
		{"empty binary", `"a"=hex:`, machine.NamedValue{Name: "a", Value: machine.Binary(nil)}},
		{"none", `"a"=hex(0):`, machine.NamedValue{Name: "a", Value: raw(machine.RegNone, nil)}},
		{"expand", `"a"=hex(2):25,00,00,00`, machine.NamedValue{Name: "a", Value: machine.ExpandSZ("%")}},
		{"multi", `"a"=hex(7):61,00,00,00,00,00`, machine.NamedValue{Name: "a", Value: machine.MultiSZ("a")}},
		{"qword", `"a"=hex(b):01,00,00,00,00,00,00,00`, machine.NamedValue{Name: "a", Value: machine.QWORD(1)}},
		{"malformed dword", `"a"=hex(4):01`, machine.NamedValue{Name: "a", Value: raw(machine.RegDWORD, []byte{1})}},
		{"unknown type", `"a"=hex(ffff0001):01`, machine.NamedValue{Name: "a", Value: raw(0xFFFF0001, []byte{1})}},
		{"continued", "\"a\"=hex:01,\\\r\n  02,\\\n  03", machine.NamedValue{Name: "a", Value: machine.Binary([]byte{1, 2, 3})}},
		{"continued at once", "\"a\"=hex:\\\r\n  01, 02", machine.NamedValue{Name: "a", Value: machine.Binary([]byte{1, 2})}},
		{"not ASCII", `"ä"="€😀"`, machine.NamedValue{Name: "ä", Value: machine.SZ("€😀")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := version5 + "; comment ]\n\n[HKEY_LOCAL_MACHINE\\K]\r\n" + tt.line
			for _, data := range [][]byte{[]byte(text), utf16LE(text), append([]byte{0xEF, 0xBB, 0xBF}, text...)} {
				got := imported(t, data).Values(`HKLM\K`)
				if diff := cmp.Diff([]machine.NamedValue{tt.want}, got, cmp.Comparer(func(a, b machine.Value) bool { return a == b })); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestReadRegDeletes(t *testing.T) {
	r := machine.NewRegistry()
	for _, name := range []string{"", "a", "b"} {
		if err := r.Set(`HKLM\K`, name, machine.DWORD(1)); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.CreateKey(`HKLM\Gone\Sub`); err != nil {
		t.Fatal(err)
	}
	text := version5 + "[-HKLM\\GONE] ; with all below\n[HKLM\\K]\n@=-\n\"A\"=-\n[HKLM\\odd]name]\n"
	if err := r.Import(strings.NewReader(text), "test.reg"); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(r.Keys("HKLM")); got != `[K odd]name]` {
		t.Errorf("keys %s", got)
	}
	if got := r.Values(`HKLM\K`); len(got) != 1 || got[0].Name != "b" {
		t.Errorf("values %v", got)
	}
}

func TestReadRegFileTellsWhatItRead(t *testing.T) {
	tests := []struct {
		name     string
		data     []byte
		format   machine.RegFormat
		encoding machine.Encoding
	}{
		{"UTF-16LE", utf16LE(version5), machine.RegVersion5, machine.UTF16LE},
		{"UTF-8", []byte(version5), machine.RegVersion5, machine.UTF8},
		{"UTF-8 with BOM", []byte("\xEF\xBB\xBF" + version5), machine.RegVersion5, machine.UTF8BOM},
		{"version 5.00 in ANSI", []byte(version5 + "; \xE4"), machine.RegVersion5, machine.ANSI},
		{"REGEDIT4", []byte("REGEDIT4"), machine.RegEdit4, machine.ANSI},
		{"REGEDIT4 in UTF-16LE", utf16LE("REGEDIT4\n"), machine.RegEdit4, machine.UTF16LE},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := machine.ReadReg(bytes.NewReader(tt.data), "test.reg")
			if err != nil {
				t.Fatal(err)
			}
			if f.Format != tt.format || f.Encoding != tt.encoding {
				t.Errorf("got %v in %v", f.Format, f.Encoding)
			}
		})
	}
	f, err := machine.ReadReg(strings.NewReader(version5+"[HKLM\\a]\n\n;\n[-HKCU\\b]\n[HKCR\\c]\n@=-\n"), "test.reg")
	if err != nil {
		t.Fatal(err)
	}
	want := &machine.RegFile{Name: "test.reg", Encoding: machine.UTF8, Keys: []machine.RegFileKey{
		{Path: `HKLM\a`, Line: 3}, {Path: `HKCU\b`, Delete: true, Line: 6},
		{Path: `HKCR\c`, Line: 7, Values: []machine.RegFileValue{{Delete: true, Line: 8}}},
	}}
	if diff := cmp.Diff(want, f, cmp.Comparer(func(a, b machine.Value) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
}

// In REGEDIT4 all characters are ANSI bytes, those of hex(2) and hex(7) too.
func TestReadRegEdit4(t *testing.T) {
	r := imported(t, []byte("REGEDIT4\r\n\r\n[HKEY_LOCAL_MACHINE\\K]\r\n\"\xE4\x81\"=\"\x80\"\r\n\"e\"=hex(2):80,00\r\n\"m\"=hex(7):e4,00,00\r\n\"b\"=hex:80\r\n"))
	for name, want := range map[string]machine.Value{
		"ä\u0081": machine.SZ("€"), "e": machine.ExpandSZ("€"), "m": machine.MultiSZ("ä"), "b": machine.Binary([]byte{0x80}),
	} {
		if got, _ := r.Get(`HKLM\K`, name); got != want {
			t.Errorf("%q is %v, want %v", name, got, want)
		}
	}
}

func TestReadRegErrors(t *testing.T) {
	const key = "[HKLM\\K]\n"
	tests := []struct {
		name, text string
		want       string
	}{
		{"empty", "", `1:1: this is not a .reg file (the first line must be "Windows Registry Editor Version 5.00" or "REGEDIT4")`},
		{"other header", "Windows Registry Editor Version 6.00\n", "1:1: this is not a .reg file"},
		{"value without key", version5 + `"a"="b"`, "3:1: a value before the first [key]"},
		{"value below deleted key", version5 + "[-HKLM\\K]\n\"a\"=\"b\"", "4:1: a value below a deleted key (name the key again"},
		{"bare word", version5 + key + "a=1", `4:1: expected a [key], a "name"=value or a ;comment`},
		{"open key", version5 + "[HKLM\\K\n", `3:1: the key is not closed (end it with "]")`},
		{"unknown hive", version5 + "[HKLN\\K]", `3:2: registry key "HKLN\\K": unknown hive "HKLN" (want HKLM`},
		{"deleted hive", version5 + "[-HKLM]", "3:2: delete registry key: HKEY_LOCAL_MACHINE is a hive"},
		{"empty key name", version5 + "[HKLM\\]", "empty key name"},
		{"text after key", version5 + "[HKLM\\K] x", "3:9: unexpected text after the key"},
		{"open name", version5 + key + "\"a=1\n", `4:1: the quoted text is not closed`},
		{"open text", version5 + key + "\"ä\"=\"b\n", `4:5: the quoted text is not closed`},
		{"forgotten quote", version5 + key + "\"a\"=\"b\n\"c\"=\"d\"", "5:2: unexpected text after the value (a quote inside text"},
		{"single backslash", version5 + key + `"a"="C:\x"`, `4:8: a single "\" inside quotes (write "\\" for a backslash`},
		{"backslash at the end", version5 + key + `"a"="\`, `4:6: a single "\"`},
		{"zero in text", version5 + key + "\"a\"=\"b\x00\"", "4:7: a zero character inside quotes"},
		{"no equals sign", version5 + key + `"a" "b"`, `4:5: expected "=" after the value's name`},
		{"no data", version5 + key + `"a"=`, "4:5: expected the value's data"},
		{"number without dword", version5 + key + `"a"=1`, "4:5: expected the value's data (write \"text\", dword:"},
		{"dword with 0x", version5 + key + `"a"=dword:0x1`, `4:11: "0x1" is not a dword (one to eight hexadecimal digits, without 0x)`},
		{"dword too long", version5 + key + `"a"=dword:100000000`, `4:11: "100000000" is not a dword`},
		{"dword empty", version5 + key + `"a"=dword:`, `4:11: "" is not a dword`},
		{"byte too long", version5 + key + `"a"=hex:001`, `4:9: "001" is not a byte`},
		{"no byte", version5 + key + `"a"=hex:01,,02`, `4:12: "" is not a byte`},
		{"list goes on without backslash", version5 + key + "\"a\"=hex:01,\n02", `4:12: "" is not a byte`},
		{"backslash in a list", version5 + key + `"a"=hex:01,\02`, "4:12: a backslash inside a list of bytes"},
		{"type not hex", version5 + key + `"a"=hex(z):01`, "4:9: bad type in hex(n)"},
		{"type not closed", version5 + key + `"a"=hex(2:01`, "4:9: bad type in hex(n)"},
		{"hex without colon", version5 + key + `"a"=hex 01`, `4:8: expected ":" after hex`},
		{"text after value", version5 + key + `"a"=dword:1 2`, "4:13: unexpected text after the value"},
		{"value name too long", version5 + key + `"` + strings.Repeat("v", 16384) + `"="b"`, "4:1: value name of 16384 characters"},
		{"UTF-16 big endian", "\xFE\xFF\x00R", "1:1: the file is in UTF-16 big endian (save it as UTF-16LE or UTF-8)"},
		{"UTF-16 without BOM", "R\x00E\x00", "1:1: the file looks like UTF-16 without a byte order mark"},
		{"UTF-16 cut off", string(utf16LE(version5+"\nx")) + "y", "4:2: half a UTF-16 character"},
		{"lone surrogate", string(utf16LE(version5)) + "\x00\xD8x\x00", "3:1: lone surrogate 0xd800 (write such a value as hex(1))"},
		{"lone surrogate at the end", string(utf16LE(version5)) + "\x00\xDC", "3:1: lone surrogate 0xdc00"},
		{"bad UTF-8 after BOM", "\xEF\xBB\xBF" + version5 + ";\xff", "3:2: byte 0xff is not UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := machine.NewRegistry()
			before := dump(r)
			err := r.Import(strings.NewReader(tt.text), "a.reg")
			var syntax *machine.SyntaxError
			if !errors.As(err, &syntax) {
				t.Fatalf("got %v, want a SyntaxError", err)
			}
			if got := err.Error(); !strings.HasPrefix(got, "a.reg:") || !strings.Contains(got, tt.want) {
				t.Errorf("got %q\nwant %q", got, tt.want)
			}
			if diff := cmp.Diff(before, dump(r)); diff != "" {
				t.Errorf("the registry changed: %s", diff)
			}
		})
	}
}

func TestApplyChangesNothingOnError(t *testing.T) {
	r := machine.NewRegistry()
	err := r.Apply(&machine.RegFile{Name: "made", Keys: []machine.RegFileKey{
		{Path: `HKLM\K`}, {Path: `HKXX\K`, Line: 2},
	}})
	if err == nil || !strings.Contains(err.Error(), `made:2:1: registry key "HKXX\\K": unknown hive`) {
		t.Errorf("got %v", err)
	}
	if r.HasKey(`HKLM\K`) {
		t.Error("the first key was made")
	}
}

type failingReader struct{ err error }

func (r failingReader) Read([]byte) (int, error) { return 0, r.err }

func TestReadRegPassesReadErrorsOn(t *testing.T) {
	broken := errors.New("broken")
	if _, err := machine.ReadReg(failingReader{broken}, "a.reg"); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}
