package negotiate_test

import (
	"bytes"
	"crypto/rand"
	"encoding/asn1"
	"testing"
	"time"

	"github.com/jcmturner/gokrb5/v8/client"
	"github.com/jcmturner/gokrb5/v8/config"
	"github.com/jcmturner/gokrb5/v8/gssapi"
	"github.com/jcmturner/gokrb5/v8/spnego"

	"github.com/wualab/wualab/auth/negotiate"
	"github.com/wualab/wualab/auth/negotiate/kerberos"
	"github.com/wualab/wualab/auth/negotiate/realm"
)

// gokrb5 goes by the machine's clock, so these tests do too.
func liveRealm(t *testing.T, etype kerberos.EType, padding int) *realm.Realm {
	t.Helper()
	r := must(realm.New(realm.Config{Name: realmName, Rand: rand.Reader, Now: time.Now, EType: etype, Padding: padding}))
	if err := r.AddUser("alice", "pw"); err != nil {
		t.Fatal(err)
	}
	if err := r.AddService(proxySPN); err != nil {
		t.Fatal(err)
	}
	return r
}

var etypes = []kerberos.EType{kerberos.RC4HMAC, kerberos.AES128, kerberos.AES256}

func TestGokrb5ServiceTakesOurToken(t *testing.T) {
	for _, etype := range etypes {
		for _, padding := range []int{0, 12000} {
			r := liveRealm(t, etype, padding)
			c := must(negotiate.NewClient(negotiate.ClientConfig{
				SPN: proxySPN, Kerberos: r.Login("alice", "pw", realm.Faults{}), Rand: rand.Reader, Now: time.Now, Mutual: true,
			}))
			token, _, err := c.Next(nil)
			if err != nil || len(token) < padding {
				t.Fatalf("%s: %d bytes, %v", etype, len(token), err)
			}
			var theirs spnego.SPNEGOToken
			if err := theirs.Unmarshal(token); err != nil {
				t.Fatalf("%s: %v", etype, err)
			}
			ok, _, status := spnego.SPNEGOService(r.Keytab()).AcceptSecContext(&theirs)
			if !ok || status.Code != gssapi.StatusComplete {
				t.Fatalf("%s, %d bytes more: %v", etype, padding, status)
			}
		}
	}
}

func TestGokrb5ServiceRefusesOurFaults(t *testing.T) {
	for name, faults := range map[string]realm.Faults{
		"skew": {Skew: 10 * time.Minute}, "key": {WrongKey: true}, "age": {Age: 20 * time.Hour},
	} {
		r := liveRealm(t, kerberos.AES256, 0)
		c := must(negotiate.NewClient(negotiate.ClientConfig{
			SPN: proxySPN, Kerberos: r.Login("alice", "pw", faults), Rand: rand.Reader, Now: time.Now,
		}))
		token, _, err := c.Next(nil)
		if err != nil {
			t.Fatal(err)
		}
		var theirs spnego.SPNEGOToken
		if err := theirs.Unmarshal(token); err != nil {
			t.Fatal(err)
		}
		if ok, _, status := spnego.SPNEGOService(r.Keytab()).AcceptSecContext(&theirs); ok {
			t.Errorf("%s is accepted: %v", name, status)
		}
	}
}

func TestWeTakeGokrb5Token(t *testing.T) {
	for _, etype := range etypes {
		r := liveRealm(t, etype, 0)
		ticket := must(r.Login("alice", "pw", realm.Faults{}).Ticket(proxySPN))
		them := client.NewWithPassword("alice", realmName, "pw", config.New())
		init := must(spnego.NewNegTokenInitKRB5(them, ticket.Ticket, ticket.SessionKey))
		token := must((&spnego.SPNEGOToken{Init: true, NegTokenInit: init}).Marshal())
		s := must(negotiate.NewAcceptor(negotiate.AcceptorConfig{
			Kerberos: must(kerberos.NewService(kerberos.ServiceConfig{Keytab: r.Keytab(), Rand: rand.Reader, Now: time.Now})),
		})).NewSession()
		step := s.Accept(token)
		if !step.OK || step.Account() != "alice@"+realmName || step.Mech != negotiate.MechKerberos {
			t.Fatalf("%s: %+v", etype, step)
		}
		var answer spnego.SPNEGOToken
		if err := answer.Unmarshal(step.Token); err != nil || answer.NegTokenResp.State() != spnego.NegStateAcceptCompleted {
			t.Errorf("%s: our answer is %+v, %v", etype, answer.NegTokenResp, err)
		}
		if again := s.Accept(token); again.Kerberos.Code() != kerberos.Repeat {
			t.Errorf("%s: a second time gives %+v", etype, again)
		}
	}
}

// TestGokrb5Codec has gokrb5 write what we read, and the other way round.
func TestGokrb5Codec(t *testing.T) {
	ntlmOID := asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 311, 2, 2, 10}
	var theirs spnego.SPNEGOToken
	ours := &negotiate.NegTokenInit{MechTypes: []negotiate.Mech{negotiate.MechNTLM}, MechToken: bytes.Repeat([]byte{7}, 300), MechListMIC: []byte{1}}
	if err := theirs.Unmarshal(must(ours.Marshal())); err != nil {
		t.Fatal(err)
	}
	got := theirs.NegTokenInit
	if !asn1.ObjectIdentifier(got.MechTypes[0]).Equal(ntlmOID) || !bytes.Equal(got.MechTokenBytes, ours.MechToken) || !bytes.Equal(got.MechListMIC, ours.MechListMIC) {
		t.Errorf("they read %+v", got)
	}
	resp := &negotiate.NegTokenResp{NegState: new(negotiate.RequestMIC), SupportedMech: negotiate.MechNTLM, ResponseToken: []byte{1}, MechListMIC: []byte{2}}
	var answer spnego.SPNEGOToken
	if err := answer.Unmarshal(must(resp.Marshal())); err != nil || answer.NegTokenResp.State() != spnego.NegStateRequestMIC {
		t.Fatalf("they read %+v, %v", answer.NegTokenResp, err)
	}
	back := must(negotiate.ParseToken(must(answer.Marshal()))).Resp
	if *back.NegState != negotiate.RequestMIC || back.SupportedMech != negotiate.MechNTLM || !bytes.Equal(back.MechListMIC, []byte{2}) {
		t.Errorf("we read %+v", back)
	}
}
