package ntlm_test

import (
	"bytes"
	"testing"

	"github.com/wualab/wualab/auth/ntlm"
)

// A handshake recorded from gss-ntlmssp 1.2.0 against Apache mod_auth_gssapi, inside
// SPNEGO, with timestamp and MIC. User LAB\user, password "Password".
const (
	recordedType1 = "4e544c4d5353500001000000178208e200000000000000000000000000000000060200000000000f"
	recordedType2 = "4e544c4d5353500002000000040004003800000015828ae272817f2541019bdf0000000000000000420042003c000000060200000000000f56004d000100040056004d000200160057004f0052004b00530054004100540049004f004e000300040076006d000600040000000000070008003a27e70e3f7bdd0100000000"
	recordedType3 = "4e544c4d53535000030000000000000058000000920092005800000006000600ea00000008000800f000000004000400f800000010001000fc00000015828ae2060200000000000fe8cabaa347446dd80174d3d06ff5594a6fddd687097aeaa9e7a5b214a63321f001010000000000003a27e70e3f7bdd01b73ee851c0991088000000000100040056004d000200160057004f0052004b00530054004100540049004f004e000300040076006d000600040002000000070008003a27e70e3f7bdd0109001c0048005400540050002f006c006f00630061006c0068006f007300740000000000000000004c0041004200750073006500720056004d00efec43f8e96e09466fabc8c2276b12b2"
)

func recorded(t *testing.T, type3 []byte) ntlm.Result {
	t.Helper()
	challenge, err := ntlm.ParseChallenge(unhex(recordedType2))
	if err != nil {
		t.Fatal(err)
	}
	pairs, err := challenge.Pairs()
	if err != nil {
		t.Fatal(err)
	}
	stamp, ok := pairs.Timestamp()
	if !ok {
		t.Fatal("recorded challenge has no timestamp")
	}
	cfg := acceptorConfig(5)
	cfg.Accounts = ntlm.NewAccounts(ntlm.Account{Domain: "LAB", User: "user", Password: "Password"})
	cfg.Now = at(stamp.Time())
	acceptor, err := ntlm.NewAcceptor(cfg)
	if err != nil {
		t.Fatal(err)
	}
	session, err := acceptor.ResumeSession(unhex(recordedType1), unhex(recordedType2))
	if err != nil {
		t.Fatal(err)
	}
	result := session.Verify(type3)
	if result.OK {
		exported, _ := session.SessionKey()
		checkVectors(t, []vector{{"ExportedSessionKey", key(exported), "add13a91ce5b160a8d31a2ab6f22d528"}})
	}
	return result
}

func TestRecordedHandshakeVerifies(t *testing.T) {
	m, err := ntlm.ParseAuthenticate(unhex(recordedType3))
	if err != nil {
		t.Fatal(err)
	}
	if !m.HasMIC || !bytes.Equal(m.MIC[:], unhex("e8cabaa347446dd80174d3d06ff5594a")) {
		t.Errorf("MIC %v %x", m.HasMIC, m.MIC)
	}
	result := recorded(t, unhex(recordedType3))
	if !result.OK || result.Response != ntlm.ResponseNTLMv2 || result.User != "user" {
		t.Errorf("result %+v", result)
	}
}

func TestRecordedHandshakeAltered(t *testing.T) {
	for name, c := range map[string]struct {
		offset int
		status ntlm.NTStatus
	}{
		"MIC":         {72, ntlm.StatusAccessDenied},
		"flags":       {63, ntlm.StatusAccessDenied},
		"workstation": {0xf8, ntlm.StatusAccessDenied},
		"proof":       {88, ntlm.StatusWrongPassword},
		"blob":        {88 + 16 + 20, ntlm.StatusWrongPassword},
	} {
		raw := unhex(recordedType3)
		raw[c.offset] ^= 0x20
		if result := recorded(t, raw); result.OK || result.Status != c.status {
			t.Errorf("%s: %+v", name, result)
		}
	}
}
