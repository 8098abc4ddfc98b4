package negotiate_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/wualab/wualab/auth/negotiate"
	"github.com/wualab/wualab/auth/negotiate/kerberos"
	"github.com/wualab/wualab/internal/timelimit"
)

// longInit lists thousands of mechanisms.
func longInit() []byte {
	mechs := slices.Repeat([]negotiate.Mech{negotiate.MechNegoEx, negotiate.MechUserToUser}, 2500)
	return must((&negotiate.NegTokenInit{MechTypes: mechs, MechToken: make([]byte, 5000)}).Marshal())
}

func longResp() []byte {
	more := negotiate.AcceptIncomplete
	return must((&negotiate.NegTokenResp{NegState: &more, SupportedMech: negotiate.MechNTLM,
		ResponseToken: append([]byte("NTLMSSP\x00\x02"), make([]byte, 60_000)...), MechListMIC: make([]byte, 5000)}).Marshal())
}

// FuzzParseToken: what was read and written once is read and written the same again,
// and can be described.
func FuzzParseToken(f *testing.F) {
	f.Add(longInit())
	f.Add(longResp())
	f.Fuzz(func(t *testing.T, raw []byte) {
		timelimit.Check(t, func() { readTwice(t, raw) })
	})
}

func readTwice(t *testing.T, raw []byte) {
	d, derr := negotiate.Describe(raw)
	token, err := negotiate.ParseToken(raw)
	if (err == nil) != (derr == nil) {
		t.Fatalf("parse %v, describe %v", err, derr)
	}
	if err != nil {
		return
	}
	if d.String() == "" {
		t.Fatal("empty description")
	}
	once, err := token.Marshal()
	if err != nil {
		t.Fatalf("%+v: %v", token, err)
	}
	second, err := negotiate.ParseToken(once)
	if err != nil {
		t.Fatalf("own token %x: %v", once, err)
	}
	if again, err := second.Marshal(); err != nil || !bytes.Equal(once, again) {
		t.Fatalf("written first %x\n    then %x, %v", once, again, err)
	}
}

// FuzzAcceptor: whatever a client sends, the acceptor neither panics nor lets in one
// that has no ticket and no password, and what it answers can be read. The seeds hold
// tickets and responses for other keys, and for a time that is long over.
func FuzzAcceptor(f *testing.F) {
	f.Add(longInit(), longResp())
	f.Fuzz(func(t *testing.T, first, second []byte) {
		timelimit.CheckPrepared(t, func() func() {
			b := newStrangeLab()
			s := must(negotiate.NewAcceptor(negotiate.AcceptorConfig{
				Kerberos: must(kerberos.NewService(b.service)), NTLM: b.ntlmAcceptor(), SendReject: true,
			})).NewSession()
			return func() { knock(t, s, first, second) }
		})
	})
}

func knock(t *testing.T, s *negotiate.Session, tokens ...[]byte) {
	for _, token := range tokens {
		step := s.Accept(token)
		if step.OK || step.Done != (step.Reason != "") {
			t.Fatalf("%+v", step)
		}
		if step.Token == nil && step.Kind != negotiate.KindRawNTLM && step.Kind != negotiate.KindRawKerberos {
			t.Fatalf("no answer: %+v", step)
		}
		if step.Token == nil {
			continue
		}
		if _, err := negotiate.Describe(step.Token); err != nil {
			t.Fatalf("own token %x: %v", step.Token, err)
		}
	}
}

// FuzzClient: whatever a server answers, the client neither panics nor goes on for
// ever.
func FuzzClient(f *testing.F) {
	f.Add(true, longResp(), longResp())
	f.Add(false, longResp(), []byte(nil))
	f.Fuzz(func(t *testing.T, kerberosFirst bool, challenge, last []byte) {
		timelimit.CheckPrepared(t, func() func() {
			b := newLab().withNTLM()
			if kerberosFirst {
				b.withKerberos()
			}
			c := must(negotiate.NewClient(b.client))
			if _, _, err := c.Next(nil); err != nil {
				t.Fatal(err)
			}
			return func() { answerAll(t, c, challenge, last) }
		})
	})
}

// answerAll lets the client answer the same challenge until it gives up.
func answerAll(t *testing.T, c *negotiate.Client, challenge, last []byte) {
	for range 4 {
		token, _, err := c.Next(challenge)
		if err != nil {
			break
		}
		if _, err := negotiate.Describe(token); err != nil {
			t.Fatalf("own token %x: %v", token, err)
		}
	}
	if _, _, err := c.Next(challenge); err == nil {
		t.Fatal("the client goes on")
	}
	_ = c.Finish(last) // a refusal or not: it must only not panic
}
