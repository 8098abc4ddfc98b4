package exposure_test

import (
	"slices"
	"testing"

	"github.com/wualab/wualab/auth/exposure"
)

func TestOf(t *testing.T) {
	for _, tt := range []struct {
		scheme, response string
		want             exposure.Exposure
	}{
		{"Basic", "", exposure.ClearPassword},
		{"basic", "NTLMv2", exposure.ClearPassword},
		{"Digest", "", exposure.Digest},
		{"Passport1.4", exposure.SignIn, exposure.ClearPassword},
		{"Passport1.4", "", exposure.Ticket},
		{"NTLM", "LM", exposure.LM},
		{"NTLM", "LM and NTLMv1", exposure.LM},
		{"NTLM", "NTLMv1", exposure.NTLMv1},
		{"NTLM", "NTLM2 session", exposure.NTLM2Session},
		{"Negotiate", "LMv2", exposure.NTLMv2},
		{"Negotiate", "NTLMv2", exposure.NTLMv2},
		{"Negotiate", exposure.Kerberos, exposure.Ticket},
		{"NTLM", "anonymous", exposure.Nothing},
		{"NTLM", "none", exposure.Nothing},
		{"NTLM", "", exposure.Nothing},
		{"Bearer", "", exposure.Nothing},
		{"", "", exposure.Nothing},
	} {
		if got := exposure.Of(tt.scheme, tt.response); got != tt.want {
			t.Errorf("Of(%q, %q) = %v, want %v", tt.scheme, tt.response, got, tt.want)
		}
	}
}

func TestNames(t *testing.T) {
	want := []string{"nothing", "ticket", "NTLMv2", "Digest", "NTLM2 session", "NTLMv1", "LM", "clear password"}
	var got []string
	for _, e := range exposure.All() {
		got = append(got, e.String())
		if back, err := exposure.Parse(e.String()); err != nil || back != e {
			t.Errorf("Parse(%q) = %v, %v", e, back, err)
		}
		if e.Words() == "" {
			t.Errorf("%v has no words", e)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("All() = %q, want %q", got, want)
	}
	if s := exposure.Exposure(-1).String() + exposure.Exposure(8).Words(); s != "Exposure(-1)" {
		t.Errorf("out of range: %q", s)
	}
}

func TestParse(t *testing.T) {
	for name, want := range map[string]exposure.Exposure{
		"ntlm2-session": exposure.NTLM2Session, "NTLM2SESSION": exposure.NTLM2Session,
		"Clear_Password": exposure.ClearPassword, "NOTHING": exposure.Nothing,
	} {
		if got, err := exposure.Parse(name); err != nil || got != want {
			t.Errorf("Parse(%q) = %v, %v", name, got, err)
		}
	}
	const problem = `exposure: no exposure "ntlmv3"; known are nothing, ticket, NTLMv2, Digest, NTLM2 session, NTLMv1, LM, clear password`
	if _, err := exposure.Parse("ntlmv3"); err == nil || err.Error() != problem {
		t.Errorf("Parse gives %v", err)
	}
}
