package credrule

import (
	"fmt"
	"testing"
)

func TestVersions(t *testing.T) {
	want := []string{"1.0", "1.2", "1.5", "2.0", "2.5", "3.0", "4.0", "5.0", "10.0"}
	defaults := []uint32{0, 0, 1, 1, 1, 2, 2, 2, 2}
	all := Versions()
	if len(all) != len(want) {
		t.Fatalf("%d versions, want %d", len(all), len(want))
	}
	for i, text := range want {
		v, err := ParseVersion(text)
		if err != nil || v != all[i] || v.String() != text || !v.Known() {
			t.Errorf("ParseVersion(%q) = %s, %v; Versions has %s", text, v, err, all[i])
		}
		if i > 0 && (!all[i-1].Less(v) || v.Less(all[i-1]) || v.Less(v)) {
			t.Errorf("%s and %s: wrong order", all[i-1], v)
		}
		if got := DefaultUseLMCompat(v); got != defaults[i] {
			t.Errorf("DefaultUseLMCompat(%s) = %d, want %d", v, got, defaults[i])
		}
	}
	for _, bad := range []string{"", "2", "1.1", "2.0 ", "v2.0", "11.0"} {
		if v, err := ParseVersion(bad); err == nil {
			t.Errorf("ParseVersion(%q) = %s", bad, v)
		}
	}
	if (Version{}).Known() {
		t.Error("the zero version is known")
	}
}

func TestVersionText(t *testing.T) {
	var v Version
	if err := v.UnmarshalText([]byte("10.0")); err != nil || v != (Version{10, 0}) {
		t.Errorf("got %s, %v", v, err)
	}
	if err := v.UnmarshalText([]byte("9.9")); err == nil || v != (Version{10, 0}) {
		t.Errorf("got %s, %v", v, err)
	}
	if text, err := v.MarshalText(); err != nil || string(text) != "10.0" {
		t.Errorf("got %q, %v", text, err)
	}
}

func TestNamesAndNumbers(t *testing.T) {
	for text, value := range map[string]fmt.Stringer{
		"server": Target(1), "proxy": Target(2), "target(0)": Target(0), "target(3)": Target(3),
		"Basic": Scheme(1), "Digest": Scheme(2), "NTLM": Scheme(3), "Negotiate": Scheme(4), "Passport": Scheme(5), "scheme(-1)": Scheme(-1),
		"none": Set(0), "implicit": Set(1), "explicit": Set(2), "set(3)": Set(3),
		"nothing": Nothing, "url-embedded": URLEmbedded, "other": OtherOS, "xp": XP, "server-2003": Server2003,
		"proxy/NTLM": Entry{Proxy, NTLM},
	} {
		if value.String() != text {
			t.Errorf("String %q, want %q", value, text)
		}
	}
	for compat, text := range map[UseLMCompat]string{{}: "absent", {Value: 2}: "absent", LMCompat(2): "2"} {
		if compat.String() != text {
			t.Errorf("%q, want %q", compat, text)
		}
	}
}

func TestParseNames(t *testing.T) {
	if v, err := ParseTarget("Proxy"); err != nil || v != Proxy {
		t.Errorf("got %s, %v", v, err)
	}
	if v, err := ParseScheme("ntlm"); err != nil || v != NTLM {
		t.Errorf("got %s, %v", v, err)
	}
	if v, err := ParseSet("Explicit"); err != nil || v != Explicit {
		t.Errorf("got %s, %v", v, err)
	}
	_, err := ParseScheme("")
	if want := `unknown scheme "": want one of Basic, Digest, NTLM, Negotiate, Passport`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
