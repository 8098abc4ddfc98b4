package ntlm_test

import (
	"bytes"
	"testing"

	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/internal/timelimit"
)

type message interface{ Marshal() []byte }

// checkStable: what was read and written once is read and written the same again, soon.
func checkStable[M message](t *testing.T, parse func([]byte) (M, error), raw []byte) {
	timelimit.Check(t, func() { readTwice(t, parse, raw) })
}

func readTwice[M message](t *testing.T, parse func([]byte) (M, error), raw []byte) {
	first, err := parse(raw)
	if err != nil {
		return
	}
	once := first.Marshal()
	second, err := parse(once)
	if err != nil {
		t.Fatalf("own message %x does not parse: %v", once, err)
	}
	if again := second.Marshal(); !bytes.Equal(once, again) {
		t.Fatalf("written first %x\n    then %x", once, again)
	}
}

func FuzzParseNegotiate(f *testing.F) {
	f.Add(longNegotiate())
	f.Fuzz(func(t *testing.T, raw []byte) { checkStable(t, ntlm.ParseNegotiate, raw) })
}

func FuzzParseChallenge(f *testing.F) {
	f.Add(longChallenge())
	f.Fuzz(func(t *testing.T, raw []byte) { checkStable(t, ntlm.ParseChallenge, raw) })
}

func FuzzParseAuthenticate(f *testing.F) {
	f.Add(longAuthenticate())
	f.Fuzz(func(t *testing.T, raw []byte) { checkStable(t, ntlm.ParseAuthenticate, raw) })
}

func FuzzParseAVPairs(f *testing.F) {
	f.Add(longPairs)
	f.Fuzz(func(t *testing.T, raw []byte) { checkStable(t, ntlm.ParseAVPairs, raw) })
}

// FuzzAcceptor: whatever a client sends, the acceptor neither panics nor lets in one
// that does not know the password. Seeds hold right answers of user "alice" to the
// nonce 5555555555555555; the password behind them is not the account's.
func FuzzAcceptor(f *testing.F) {
	cfg := acceptorConfig(0)
	cfg.Rand = repeat(0x55)
	cfg.Accounts = ntlm.NewAccounts(ntlm.Account{Domain: "LAB", User: "alice", Password: "not that of the seeds"})
	acceptor, err := ntlm.NewAcceptor(cfg)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(longNegotiate(), longAuthenticate())
	f.Fuzz(func(t *testing.T, type1, type3 []byte) {
		timelimit.Check(t, func() { knock(t, acceptor.NewSession(), type1, type3) })
	})
}

func knock(t *testing.T, session *ntlm.Session, type1, type3 []byte) {
	type2, err := session.Challenge(type1)
	if err == nil {
		if _, err := ntlm.ParseChallenge(type2); err != nil {
			t.Fatalf("own challenge %x: %v", type2, err)
		}
	}
	if result := session.Verify(type3); result.OK || result.Status == ntlm.StatusSuccess || result.Reason == "" {
		t.Fatalf("result %+v", result)
	}
	for _, token := range [][]byte{type1, type2, type3} {
		if d, err := ntlm.Describe(token); err == nil && d.String() == "" {
			t.Fatal("empty description")
		}
	}
}
