package ntlm_test

import (
	"testing"

	"github.com/wualab/wualab/auth/ntlm"
)

// The worked examples of the Davenport "NTLM Authentication Protocol" text.
const (
	davenportTime   = 0x01c334b736d39000 // 00 90 d3 36 b7 34 c3 01 on the wire
	davenportTarget = "02000c0044004f004d00410049004e0001000c005300450052005600450052000400140064006f006d00610069006e002e0063006f006d00030022007300650072007600650072002e0064006f006d00610069006e002e0063006f006d0000000000"
	davenportBlob   = "01010000000000000090d336b734c301ffffff001122334400000000" + davenportTarget + "00000000"
)

func TestDavenport(t *testing.T) {
	server, client := hexNonce("0123456789abcdef"), hexNonce("ffffff0011223344")
	lm, nt := mustLM(t, "SecREt01"), ntlm.NTOWFv1("SecREt01")
	v2 := ntlm.NTOWFv2("SecREt01", "user", "DOMAIN")
	blob := ntlm.ClientChallenge{Time: davenportTime, Challenge: client, TargetInfo: unhex(davenportTarget)}
	lmField, ntField := ntlm.NTLM2SessionResponse(nt, server, client)
	checkVectors(t, []vector{
		{"LM hash", key(lm), "ff3750bcc2b22412c2265b23734e0dac"},
		{"LM response", ntlm.LMResponse(lm, server), "c337cd5cbd44fc9782a667af6d427c6de67c20c2d3e77c56"},
		{"NT hash", key(nt), "cd06ca7c7e10c99b1d33b7485a2ed808"},
		{"NTLM response", ntlm.NTLMv1Response(nt, server), "25a98c1c31e81847466b29b2df4680f39958fb8c213a9cc6"},
		{"NTLMv2 hash", key(v2), "04b8e0ba74289cc540826bab1dee63ae"},
		{"blob", blob.Marshal(), davenportBlob},
		{"NTLMv2 response", ntlm.NTLMv2Response(v2, server, blob), "cbabbca713eb795d04c97abc01ee4983" + davenportBlob},
		{"LMv2 response", ntlm.LMv2Response(v2, server, client), "d6e6152ea25d03b7c6ba6629c2d6aaf0ffffff0011223344"},
		{"NTLM2 session, LM field", lmField, "ffffff001122334400000000000000000000000000000000"},
		{"NTLM2 session, NT field", ntField, "10d550832d12b2ccb79d5ad1f4eed3df82aca4c3681dd455"},
	})
	pairs, err := ntlm.ParseAVPairs(unhex(davenportTarget))
	if err != nil || pairs.Text(ntlm.MsvAvDNSComputerName) != "server.domain.com" {
		t.Errorf("pairs %v, error %v", pairs, err)
	}
}

func TestNoLMHash(t *testing.T) {
	for _, password := range []string{"fifteen letters", "日本"} {
		if _, err := ntlm.LMOWFv1(password); err != ntlm.ErrNoLMHash {
			t.Errorf("%q: error %v", password, err)
		}
	}
	if _, err := ntlm.LMOWFv1("exactly 14 chr"); err != nil {
		t.Error(err)
	}
	if lower, upper := mustLM(t, "secret"), mustLM(t, "SECRET"); lower != upper {
		t.Error("LM hash depends on case")
	}
}
