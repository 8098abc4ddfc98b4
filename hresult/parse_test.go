package hresult_test

import (
	"strings"
	"testing"

	"github.com/wualab/wualab/hresult"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]hresult.HRESULT{
		"BG_E_HTTP_ERROR_407": 0x80190197, "bg_e_http_error_407": 0x80190197, " BG_E_EMPTY\n": 0x80200003,
		"0x80190197": 0x80190197, "0X80190197": 0x80190197, "80190197": 0x80190197, "80072ee2": 0x80072EE2, "0x0": 0,
		"-2145844841": 0x80190197, "2149122455": 0x80190197, "-2147012739": 0x80072F7D, "0": 0, "1": 1, "-1": 0xFFFFFFFF,
		"2097175": 0x00200017, "4294967295": 0xFFFFFFFF, "-2147483648": 0x80000000, "65536": 0x10000,
		"WININET_E_TIMEOUT": 0x80072EE2, "ERROR_ACCESS_DENIED": 0x80070005,
	} {
		if got, err := hresult.Parse(text); err != nil || got != want {
			t.Errorf("Parse(%q) = %s, %v; want %s", text, got, err, want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                     "empty",
		"  ":                   "empty",
		"0x":                   "eight hexadecimal digits",
		"0x123456789":          "eight hexadecimal digits",
		"0xG":                  "eight hexadecimal digits",
		"407":                  "BG_E_HTTP_ERROR_407",
		"429":                  "0x801901AD",
		"12002":                "ERROR_WINHTTP_TIMEOUT",
		"65535":                "0x8007FFFF",
		"4294967296":           "32 bits",
		"-2147483649":          "32 bits",
		"12x":                  "32 bits",
		"-":                    "32 bits",
		"BG_E_HTTP_407":        "did you mean BG_E_HTTP_ERROR_407",
		"BG_E_MISING_FILESIZE": "did you mean BG_E_MISSING_FILE_SIZE",
		"FAILTOCONNECT":        "did you mean WU_E_DM_FAILTOCONNECTTOBITS",
		"BG_S_":                "BG_S_PARTIAL_COMPLETE",
	} {
		got, err := hresult.Parse(text)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("Parse(%q) = %s, %v; want an error with %q", text, got, err, want)
		}
	}
	for _, hopeless := range []string{"qq", "zzzzzzzz", strings.Repeat("BG_E_", 100)} {
		if _, err := hresult.Parse(hopeless); err == nil || strings.Contains(err.Error(), "did you mean") {
			t.Errorf("Parse(%.20q): %v", hopeless, err)
		}
	}
}

// FuzzParse: what Parse takes, String and Name give back.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"BG_E_HTTP_ERROR_407", "0x80190197", "80072EE2", "-2145844841", "2149122455", "407", "BG_E_HTTP", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		h, err := hresult.Parse(text)
		if err != nil {
			if err.Error() == "" || strings.ContainsAny(err.Error(), "\r\n") {
				t.Fatalf("error of Parse(%q) is not one line: %q", text, err)
			}
			return
		}
		for _, again := range []string{h.String(), h.Name()} {
			if back, err := hresult.Parse(again); again != "" && (err != nil || back != h) {
				t.Fatalf("Parse(%q) = %s, but Parse(%q) = %s, %v", text, h, again, back, err)
			}
		}
	})
}
