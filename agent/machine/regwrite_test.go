package machine_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wualab/wualab/agent/machine"
)

func exported(t *testing.T, r *machine.Registry, f machine.RegFormat, e machine.Encoding, keys ...string) string {
	t.Helper()
	var out bytes.Buffer
	if err := r.Export(&out, f, e, keys...); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func set(t *testing.T, r *machine.Registry, key, name string, v machine.Value) {
	t.Helper()
	if err := r.Set(key, name, v); err != nil {
		t.Fatal(err)
	}
}

func TestExportLayout(t *testing.T) {
	r := machine.NewRegistry()
	set(t, r, `HKLM\K`, "z", machine.DWORD(255))
	set(t, r, `HKLM\K`, "", machine.SZ(`C:\"x"`))
	set(t, r, `HKLM\K`, "lines", machine.SZ("a\nb"))
	set(t, r, `HKLM\K\Sub`, "m", machine.MultiSZ("ä", strings.Repeat("b", 12)))
	set(t, r, `HKLM\K\Sub`, "none", machine.RawValue(machine.RegNone, nil))
	set(t, r, `HKU\S-1\x`, "v", machine.QWORD(1))
	want := strings.ReplaceAll(`Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\K]
@="C:\\\"x\""
"lines"=hex(1):61,00,0a,00,62,00,00,00
"z"=dword:000000ff

[HKEY_LOCAL_MACHINE\K\Sub]
"m"=hex(7):e4,00,00,00,62,00,62,00,62,00,62,00,62,00,62,00,62,00,62,00,62,00,\
  62,00,62,00,62,00,00,00,00,00
"none"=hex(0):

`, "\n", "\r\n")
	if diff := cmp.Diff(want, exported(t, r, machine.RegVersion5, machine.UTF8, `hklm\K`)); diff != "" {
		t.Error(diff)
	}
	ansi := strings.ReplaceAll("REGEDIT4\n\n[HKEY_LOCAL_MACHINE\\K\\Sub]\n\"m\"=hex(7):e4,00,62,62,62,62,62,62,62,62,62,62,62,62,00,00\n\"none\"=hex(0):\n\n", "\n", "\r\n")
	if diff := cmp.Diff(ansi, exported(t, r, machine.RegEdit4, machine.AutoEncoding, `HKLM\K\Sub`)); diff != "" {
		t.Error(diff)
	}
	r.SetCurrentUser("S-1")
	if got := exported(t, r, machine.RegVersion5, machine.UTF8, "HKCU"); !strings.Contains(got, "[HKEY_CURRENT_USER\\x]\r\n\"v\"=hex(b):01,") {
		t.Error(got)
	}
	if got := exported(t, r, machine.RegVersion5, machine.AutoEncoding); !strings.HasPrefix(got, "\xFF\xFEW\x00") {
		t.Errorf("%.20q", got)
	}
}

func TestExportErrors(t *testing.T) {
	r := machine.NewRegistry()
	set(t, r, `HKLM\wide`, "v", machine.SZ("Ω"))
	set(t, r, `HKLM\odd`, "v", machine.RawValue(machine.RegMultiSZ, []byte{1}))
	set(t, r, `HKLM\wide multi`, "v", machine.MultiSZ("Ω"))
	tests := []struct {
		name     string
		format   machine.RegFormat
		encoding machine.Encoding
		key      string
		want     string
	}{
		{"missing key", machine.RegVersion5, machine.UTF8, `HKLM\absent`, `export registry: key HKEY_LOCAL_MACHINE\absent does not exist`},
		{"bad key", machine.RegVersion5, machine.UTF8, `HKXX`, "unknown hive"},
		{"version 5.00 in ANSI", machine.RegVersion5, machine.ANSI, `HKLM\wide`, "does not go with the encoding ANSI"},
		{"REGEDIT4 in UTF-8", machine.RegEdit4, machine.UTF8, `HKLM\wide`, "REGEDIT4 does not go with the encoding UTF-8"},
		{"not in the code page", machine.RegEdit4, machine.ANSI, `HKLM\wide`, `character 'Ω' is not in code page 1252`},
		{"not in the code page, hex", machine.RegEdit4, machine.ANSI, `HKLM\wide multi`, `HKEY_LOCAL_MACHINE\wide multi, value "v": character 'Ω'`},
		{"odd text", machine.RegEdit4, machine.ANSI, `HKLM\odd`, "odd number of bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			err := r.Export(&out, tt.format, tt.encoding, tt.key)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if out.Len() > 0 {
				t.Errorf("wrote %q", out.String())
			}
		})
	}
	broken := errors.New("broken")
	if err := r.Export(failingWriter{broken}, machine.RegVersion5, machine.UTF8); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

// randomRegistry draws names and data from what is awkward: quotes, brackets,
// line ends, surrogates, odd lengths. With ansi it keeps to what REGEDIT4 can
// hold.
func randomRegistry(rnd *rand.Rand, ansi bool) *machine.Registry {
	letters := []rune("aB \\\"];=@-#\n\r\tä€\u0081\u00ad")
	if !ansi {
		letters = append(letters, 'Ω', '😀', '\uFFFD', '\uFEFF', '\u2028')
	}
	text := func(n int) string {
		s := make([]rune, rnd.IntN(n))
		for i := range s {
			s[i] = letters[rnd.IntN(len(letters))]
		}
		return string(s)
	}
	blob := func() []byte {
		b := make([]byte, rnd.IntN(60))
		for i := range b {
			b[i] = byte(rnd.IntN(256))
		}
		return b
	}
	values := []func() machine.Value{
		func() machine.Value { return machine.SZ(text(40)) },
		func() machine.Value { return machine.ExpandSZ(text(40)) },
		func() machine.Value { return machine.MultiSZ(text(9), text(9)) },
		func() machine.Value { return machine.DWORD(rnd.Uint32()) },
		func() machine.Value { return machine.QWORD(rnd.Uint64()) },
		func() machine.Value { return machine.Binary(blob()) },
		func() machine.Value { return machine.RawValue(machine.ValueType(8+rnd.Uint32N(1<<30)), blob()) },
	}
	if !ansi {
		values = append(values,
			func() machine.Value { return machine.RawValue(machine.RegSZ, []byte("a\x00\x00\xd8\x00\x00")) }, // lone surrogate
			func() machine.Value { return machine.RawValue(machine.RegSZ, []byte("a\x00\x00\x00b")) },        // odd length
			func() machine.Value { return machine.RawValue(machine.ValueType(rnd.IntN(12)), blob()) })
	}
	r := machine.NewRegistry()
	hives := []string{"HKLM", "HKCU", "HKCR", "HKU", "HKCC"}
	for range 30 {
		key := hives[rnd.IntN(len(hives))]
		for range rnd.IntN(4) {
			name := strings.NewReplacer("\\", "", "\n", "", "\r", "", "\t", "", "\u0081", "").Replace(text(12))
			key += `\k` + name
		}
		if r.Set(key, text(12), values[rnd.IntN(len(values))]()) != nil {
			panic("the test draws a name that the registry refuses: " + key)
		}
	}
	return r
}

func TestExportThenImportIsIdentity(t *testing.T) {
	for seed := range uint64(50) {
		for _, e := range []machine.Encoding{machine.UTF16LE, machine.UTF8, machine.UTF8BOM, machine.ANSI} {
			format := machine.RegVersion5
			if e == machine.ANSI {
				format = machine.RegEdit4
			}
			r := randomRegistry(rand.New(rand.NewPCG(seed, 1)), e == machine.ANSI)
			file := exported(t, r, format, e)
			if diff := cmp.Diff(dump(r), dump(imported(t, []byte(file)))); diff != "" {
				t.Fatalf("seed %d, %v: %s\n%s", seed, e, diff, file)
			}
		}
	}
}

func FuzzReadReg(f *testing.F) {
	f.Add([]byte(version5 + "[HKLM\\K]\r\n@=\"a\\\\b\"\r\n\"d\"=dword:1\r\n\"h\"=hex(7):61,00,\\\r\n  00,00\r\n"))
	f.Add(utf16LE(version5 + "[-HKCU\\ä]\n[HKU\\x]\n\"v\"=-\n"))
	f.Add([]byte("REGEDIT4\n[HKCR\\.\xE4]\n@=hex(2):80,00 ; c\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := machine.ReadReg(bytes.NewReader(data), "fuzz.reg")
		if err != nil {
			var syntax *machine.SyntaxError
			if !errors.As(err, &syntax) || syntax.Line < 1 || syntax.Column < 1 {
				t.Fatalf("not a placed error: %v", err)
			}
			return
		}
		r := machine.NewRegistry()
		if err := r.Apply(file); err != nil {
			t.Fatalf("what ReadReg accepts must apply: %v", err)
		}
		again := imported(t, []byte(exported(t, r, machine.RegVersion5, machine.UTF16LE)))
		if diff := cmp.Diff(dump(r), dump(again)); diff != "" {
			t.Fatal(diff)
		}
	})
}
