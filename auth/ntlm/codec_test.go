package ntlm_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/wualab/wualab/auth/ntlm"
)

func TestShortForms(t *testing.T) {
	for name, raw := range map[string]string{
		"16 bytes":                      "4e544c4d535350000100000006820000",
		"32 bytes":                      "4e544c4d5353500001000000068208000000000020000000000000002000" + "0000",
		"40 bytes without VERSION flag": "4e544c4d5353500001000000068208000000000000000000000000000000000000000000" + "00000000",
	} {
		if m, err := ntlm.ParseNegotiate(unhex(raw)); err != nil || !m.Flags.Has(ntlm.NegotiateOEM) {
			t.Errorf("negotiate of %s: %+v, %v", name, m, err)
		}
	}
	challenge := "4e544c4d53535000" + "02000000" + "0000000000000000" + "06820000" + "0123456789abcdef"
	for _, tail := range []string{"", "0000000000000000", "00000000000000000000000000000000"} {
		m, err := ntlm.ParseChallenge(unhex(challenge, tail))
		if err != nil || m.ServerChallenge != msServer || m.TargetInfo != nil {
			t.Errorf("challenge with %d more bytes: %+v, %v", len(tail)/2, m, err)
		}
	}
}

// squid's ntlm_fake_auth: 49 bytes, the name at 40, no TargetInfo.
func TestSquidFakeChallenge(t *testing.T) {
	raw := append(unhex("4e544c4d53535000020000000900090028000000068208000123456789abcdef0000000000000000"), "WORKGROUP"...)
	m, err := ntlm.ParseChallenge(raw)
	if err != nil || m.TargetName != "WORKGROUP" || m.TargetInfo != nil {
		t.Errorf("%+v, %v", m, err)
	}
}

// The Davenport text's version 1 of message 3 ends before session key and flags.
func TestOldestAuthenticate(t *testing.T) {
	raw := unhex("4e544c4d5353500003000000", "0100010034000000", "0000000034000000",
		"0400040035000000", "0200020039000000", "0000000039000000", "00", "4c004100", "6100")
	m, err := ntlm.ParseAuthenticate(raw)
	if err != nil || m.HasFlags || m.Domain != "LA" || m.User != "a" {
		t.Errorf("%+v, %v", m, err)
	}
}

func TestNegotiateMarshal(t *testing.T) {
	m := ntlm.NegotiateMessage{
		Flags:  0x00000207 | ntlm.NegotiateOEMDomainSupplied | ntlm.NegotiateOEMWorkstationSupplied,
		Domain: "DOMAIN", Workstation: "WORKSTATION",
	}
	checkVectors(t, []vector{{"with names", m.Marshal(),
		"4e544c4d535350000100000007320000060006002b0000000b000b0020000000574f524b53544154494f4e444f4d41494e"}})
	back, err := ntlm.ParseNegotiate(m.Marshal())
	if err != nil || *back != m {
		t.Errorf("read back %+v, %v", back, err)
	}
}

func TestMalformed(t *testing.T) {
	parse := map[string]func([]byte) error{
		"1": func(b []byte) error { _, err := ntlm.ParseNegotiate(b); return err },
		"2": func(b []byte) error { _, err := ntlm.ParseChallenge(b); return err },
		"3": func(b []byte) error { _, err := ntlm.ParseAuthenticate(b); return err },
		"4": func(b []byte) error { _, err := ntlm.ParseAVPairs(b); return err },
	}
	for _, c := range []struct {
		name, kind, raw, want string
	}{
		{"nothing", "1", "", "NEGOTIATE_MESSAGE: Signature at offset 0: message is 0 bytes"},
		{"not NTLM", "2", "602806062b0601050502a01e", "CHALLENGE_MESSAGE: Signature at offset 0: is"},
		{"wrong type", "3", "4e544c4d5353500001000000", "AUTHENTICATE_MESSAGE: MessageType at offset 8: is 1, not 3"},
		{"unknown type", "1", "4e544c4d5353500007000000", "MessageType at offset 8: is 7, not 1, 2 or 3"},
		{"no flags", "1", "4e544c4d5353500001000000ff", "NegotiateFlags at offset 12: needs 4 bytes, message ends at 13"},
		{"name past the end", "1", "4e544c4d535350000100000007320000ffffffff20000000" + "0000000000000000", "DomainNameFields at offset 16: points at bytes 32 to 65567, message ends at 32"},
		{"offset wraps", "1", "4e544c4d53535000010000000732000008000800ffffffff" + "0000000000000000", "DomainNameFields at offset 16: points at bytes 4294967295"},
		{"name in signature", "2", "4e544c4d53535000020000000400040000000000068200000123456789abcdef", "TargetNameFields at offset 12: points at byte 0, inside"},
		{"odd UTF-16", "2", "4e544c4d53535000020000000300030020000000058200000123456789abcdef616161", "TargetNameFields at offset 12: has 3 bytes, odd for UTF-16"},
		{"no nonce", "2", "4e544c4d5353500002000000000000000000000006820000", "ServerChallenge at offset 24: needs 8 bytes"},
		{"short", "3", "4e544c4d5353500003000000000000000000", "LmChallengeResponseFields at offset 12: needs 8 bytes"},
		{"pair past the end", "4", "0200080041", "MsvAvNbDomainName at offset 0: says 8 bytes, 1 are left"},
		{"no end", "4", "020002004100", "AvId at offset 6: list ends without MsvAvEOL"},
	} {
		err := parse[c.kind](unhex(c.raw))
		if !errors.Is(err, ntlm.ErrMalformed) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
}

func TestNames(t *testing.T) {
	for got, want := range map[string]string{
		ntlm.Flags(0x00088206).String():              "0x00088206 OEM|REQUEST_TARGET|NTLM|ALWAYS_SIGN|EXTENDED_SESSIONSECURITY",
		ntlm.Flags(0).String():                       "0x00000000",
		ntlm.Flags(0x80000001).String():              "0x80000001 UNICODE|56",
		ntlm.Level(0).String():                       "Send LM & NTLM responses",
		ntlm.Level(9).String():                       "LmCompatibilityLevel 9",
		ntlm.StatusAccountLockedOut.String():         "STATUS_ACCOUNT_LOCKED_OUT",
		ntlm.NTStatus(0xc0001234).String():           "NTSTATUS 0xc0001234",
		ntlm.ResponseNTLM2Session.String():           "NTLM2 session",
		ntlm.ResponseKind(77).String():               "unknown",
		ntlm.AVID(77).String():                       "AvId 77",
		ntlm.Version{5, 1, 2600, 15}.String():        "5.1.2600",
		ntlm.Version{5, 1, 2600, 10}.String():        "5.1.2600 (NTLM revision 10)",
		ntlm.NewFileTime(noon).Time().String():       noon.String(),
		ntlm.FileTime(0).Time().String():             time.Date(1601, 1, 1, 0, 0, 0, 0, time.UTC).String(),
		ntlm.FileTime(davenportTime).Time().String(): "2003-06-17 10:00:00 +0000 UTC",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestOSByName(t *testing.T) {
	for _, name := range []string{"Windows XP SP2", "xp sp2", "XPSP2", "windowsxpsp2"} {
		if os, err := ntlm.OSByName(name); err != nil || os.Name != "Windows XP SP2" {
			t.Errorf("%q: %q, %v", name, os.Name, err)
		}
	}
	if _, err := ntlm.OSByName("OS/2"); err == nil || !strings.Contains(err.Error(), "Windows Vista") {
		t.Errorf("error %v does not list what is known", err)
	}
}
