package kerberos_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jcmturner/gokrb5/v8/keytab"

	"github.com/wualab/wualab/auth/negotiate/kerberos"
	"github.com/wualab/wualab/internal/timelimit"
)

// The AP-REQ of curl 7.88.1 with MIT Kerberos 1.20.1 for HTTP/localhost, with a
// ticket of krb5kdc, and the service's keytab as kadmin wrote it. The realm LAB.TEST
// lived for a minute.
var recordedAt = time.Date(2026, 11, 23, 18, 16, 0, 0, time.UTC)

func recordedService(t *testing.T, now time.Time) *kerberos.Service {
	t.Helper()
	kt := keytab.New()
	if err := kt.Unmarshal(fixture("mit-keytab.hex")); err != nil {
		t.Fatal(err)
	}
	return must(kerberos.NewService(kerberos.ServiceConfig{Keytab: kt, Rand: new(counter), Now: func() time.Time { return now }}))
}

func TestRecordedRequest(t *testing.T) {
	token := fixture("mit-apreq.hex")
	s := recordedService(t, recordedAt)
	r := s.Accept(token)
	if !r.OK || r.Client != "alice" || r.Realm != "LAB.TEST" || r.Service != "HTTP/localhost" || !r.Mutual || r.EType != kerberos.AES256 {
		t.Fatalf("%+v", r)
	}
	if d, err := kerberos.Describe(r.Token); err != nil || d.Message != kerberos.APRep {
		t.Errorf("answer %v, %v", d, err)
	}
	if again := s.Accept(token); again.Code() != kerberos.Repeat {
		t.Errorf("a second time %+v", again)
	}
	if late := recordedService(t, recordedAt.Add(time.Hour)).Accept(token); late.Code() != kerberos.Skew {
		t.Errorf("an hour later %+v", late)
	}
	d, err := kerberos.Describe(token)
	if want := "AP-REQ for HTTP/localhost@LAB.TEST, aes256-cts-hmac-sha1-96, kvno 2, mutual"; err != nil || d.String() != want {
		t.Errorf("%s, want %s; %v", d, want, err)
	}
}

// TestRecordedRequestAltered changes each byte that the ticket and the authenticator
// encrypt, and the names that stand in clear.
func TestRecordedRequestAltered(t *testing.T) {
	original := fixture("mit-apreq.hex")
	for _, part := range []struct {
		before string
		size   int
	}{
		{"\x04\x82\x01\x63", 0x163}, {"\x04\x81\xbd", 0xbd}, {"\x1b\x08", 8}, {"\x1b\x04", 4}, {"\x1b\x09", 9},
	} {
		start := bytes.Index(original, []byte(part.before)) + len(part.before)
		for i := start; i < start+part.size; i++ {
			token := bytes.Clone(original)
			token[i] ^= 1
			if r := recordedService(t, recordedAt).Accept(token); r.OK {
				t.Errorf("byte %d: %+v", i, r)
			}
		}
	}
}

func TestErrorCodes(t *testing.T) {
	for code, want := range map[kerberos.ErrorCode]string{
		kerberos.Skew: "KRB_AP_ERR_SKEW (37)", kerberos.ClientUnknown: "KDC_ERR_C_PRINCIPAL_UNKNOWN (6)",
		kerberos.Generic: "KRB_ERR_GENERIC (60)", 127: "Kerberos error 127 (127)",
	} {
		if code.String() != want {
			t.Errorf("%s, want %s", code, want)
		}
	}
	for _, code := range []kerberos.ErrorCode{
		kerberos.ClientUnknown, kerberos.ServiceUnknown, kerberos.ClientRevoked, kerberos.KeyExpired, kerberos.PreauthFailed,
		kerberos.BadIntegrity, kerberos.TicketExpired, kerberos.TicketNotYet, kerberos.Repeat, kerberos.NotUs, kerberos.BadMatch,
		kerberos.Skew, kerberos.BadVersion, kerberos.MessageType, kerberos.Modified, kerberos.NoKey, kerberos.MutualFailed, kerberos.Generic,
	} {
		got, err := kerberos.ErrorCodeByName(strings.ToLower(code.Name()))
		if err != nil || got != code {
			t.Errorf("%s gives %v, %v", code.Name(), got, err)
		}
	}
	if _, err := kerberos.ErrorCodeByName("KRB_AP_ERR_TIRED"); err == nil {
		t.Error("an error that is none")
	}
}

func TestDescribe(t *testing.T) {
	s := newSite(kerberos.RC4HMAC)
	s.ticket.SPN = "HTTP/\x1b[1m"
	token, _, err := must(kerberos.Mint(s.ticket)).Request(kerberos.RequestOptions{Rand: new(counter), Now: atNoon})
	if err != nil {
		t.Fatal(err)
	}
	refused := s.service().Accept(token)
	for want, raw := range map[string][]byte{
		`AP-REQ for HTTP/\x1b[1m@LAB.EXAMPLE, rc4-hmac, kvno 3`:         token,
		`KRB-ERROR for HTTP/\x1b[1m@LAB.EXAMPLE, KRB_AP_ERR_NOKEY (45)`: refused.Token,
	} {
		if d, err := kerberos.Describe(raw); err != nil || d.String() != want {
			t.Errorf("%s, want %s; %v", d, want, err)
		}
	}
	if got := kerberos.EType(77).String(); got != "etype 77" {
		t.Error(got)
	}
}

// deep is a message of sequences in sequences, of 64 kB.
func deep(message byte) []byte {
	mechanism := []byte{0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02, message, 0x00}
	var body []byte
	for left := 0xfff0 - len(mechanism); left > 4; left -= 4 {
		body = append(body, 0x30, 0x82, byte((left-4)>>8), byte(left-4))
	}
	length := len(mechanism) + len(body)
	return slices.Concat([]byte{0x60, 0x82, byte(length >> 8), byte(length)}, mechanism, body)
}

// FuzzAccept: whatever stands in a token, the service neither panics nor lets anybody
// in without its key, and the client survives the answer.
func FuzzAccept(f *testing.F) {
	s := newSite(kerberos.AES128)
	other := newSite(kerberos.AES128)
	other.keytab.Entries[0].Key = must(kerberos.NewKey(kerberos.AES128, new(counter)))
	s.ticket.Rand = new(counter(99))
	ticket := must(kerberos.Mint(s.ticket))
	f.Add(deep(0x01))
	f.Add(deep(0x02))
	f.Add(deep(0x03))
	f.Fuzz(func(t *testing.T, token []byte) {
		timelimit.CheckPrepared(t, func() func() {
			service := other.service()
			_, exchange, err := ticket.Request(kerberos.RequestOptions{Rand: new(counter), Now: atNoon, Mutual: true})
			if err != nil {
				t.Fatal(err)
			}
			return func() { giveBoth(t, service, exchange, token) }
		})
	})
}

// giveBoth gives both sides a token that nobody made.
func giveBoth(t *testing.T, service *kerberos.Service, exchange *kerberos.Exchange, token []byte) {
	r := service.Accept(token)
	if r.OK || r.Err == nil {
		t.Fatalf("%+v", r)
	}
	if d, err := kerberos.Describe(token); err == nil && d.String() == "" {
		t.Fatal("empty description")
	}
	if exchange.Finish(token) == nil {
		t.Fatal("the client takes an answer that nobody made")
	}
}
