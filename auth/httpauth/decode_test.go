package httpauth_test

import (
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/transcript"
)

var _ = Describe("DecodeForTranscript", func() {
	decode := func(header, value string) transcript.Token {
		GinkgoHelper()
		tokens := httpauth.DecodeForTranscript(header, value)
		Expect(tokens).To(HaveLen(1))
		return tokens[0]
	}

	It("explains Basic without the password", func() {
		t := decode("authorization", basic(`LAB\alice:sesame`))
		Expect(t).To(Equal(transcript.Token{Header: "authorization", Scheme: "Basic", Type: httpauth.TokenBasic,
			Text: `Basic credentials of LAB\alice`, Fields: map[string]string{"domain": "LAB", "user": "alice"}}))
	})

	It("explains bare challenges, several in a line", func() {
		tokens := httpauth.DecodeForTranscript("Proxy-Authenticate", `Negotiate, Basic Realm="a, b"`)
		Expect(tokens).To(Equal([]transcript.Token{
			{Response: true, Header: "Proxy-Authenticate", Scheme: "Negotiate", Type: httpauth.TokenChallenge, Text: "Negotiate"},
			{Response: true, Header: "Proxy-Authenticate", Scheme: "Basic", Type: httpauth.TokenChallenge,
				Text: `Basic Realm="a, b"`, Fields: map[string]string{"realm": "a, b"}},
		}))
	})

	It("explains the three NTLM messages without responses", func() {
		m, conn := login(3, "alice", "pw"), newGate().NewConn()
		one := answer(m, "NTLM")
		two := conn.Check(asking(one)).Challenges[0]
		three := answer(m, two)

		t := decode("Proxy-Authorization", one)
		Expect(t.Type).To(Equal(httpauth.TokenType1))
		Expect(t.Fields).To(HaveKeyWithValue("version", "5.1.2600"))
		Expect(t.Fields).To(HaveKeyWithValue("flags", ContainSubstring("EXTENDED_SESSIONSECURITY")))

		t = decode("Proxy-Authenticate", two)
		Expect(t.Type).To(Equal(httpauth.TokenType2))
		Expect(t.Response).To(BeTrue())
		Expect(t.Fields).To(HaveKeyWithValue("target", "LAB"))
		Expect(t.Fields).To(HaveKeyWithValue("MsvAvDnsComputerName", "proxy.lab.example"))

		t = decode("Proxy-Authorization", three)
		Expect(t.Type).To(Equal(httpauth.TokenType3))
		Expect(t.Text).To(HavePrefix(`Type 3: LAB\alice from PC1, NTLMv2 (LM 24 bytes`))
		Expect(t.Fields).To(And(HaveKeyWithValue("domain", "LAB"), HaveKeyWithValue("user", "alice"),
			HaveKeyWithValue("workstation", "PC1"), HaveKeyWithValue("response", "NTLMv2"), HaveKeyWithValue("lm", "24")))
	})

	It("knows bare NTLM under Negotiate", func() {
		raw := strings.TrimPrefix(answer(login(0, "alice", "pw"), "NTLM"), "NTLM ")
		t := decode("Authorization", "Negotiate "+raw)
		Expect(t.Type).To(Equal(httpauth.TokenType1))
		Expect(t.Fields).To(HaveKeyWithValue("version", "5.1.2600"))
	})

	DescribeTable("says what is malformed and gives no secret away",
		func(value, scheme, text string) {
			t := decode("Authorization", value)
			Expect(t.Type).To(Equal(httpauth.TokenMalformed))
			Expect(t.Scheme).To(Equal(scheme))
			Expect(t.Text).To(ContainSubstring(text))
			Expect(fmt.Sprint(t)).NotTo(ContainSubstring("sesame"))
		},
		Entry("base64", "Basic sesame=", "Basic", "base64"),
		Entry("message", "NTLM TlRM", "NTLM", "shorter than"),
		Entry("SPNEGO", "Negotiate YIIB", "Negotiate", "malformed Negotiate token"),
		Entry("base64 under Negotiate", "Negotiate sesame=", "Negotiate", "base64"),
		Entry("syntax", "Basic sesame ?", "Basic", "at byte 13"),
		Entry("no scheme", "sesame;", "", "at byte 6"),
	)

	It("shows Digest credentials without the response", func() {
		t := decode("Authorization", `Digest username="LAB\\alice", realm="corp", nonce="n", uri="/a", Response="sesame", qop=auth, nc=00000001, other="sesame", opaque=""`)
		Expect(t.Type).To(Equal(httpauth.TokenDigest))
		Expect(t.Text).To(Equal(`Digest credentials of LAB\alice for /a`))
		Expect(t.Fields).To(Equal(map[string]string{"domain": "LAB", "user": "alice", "realm": "corp", "nonce": "n", "uri": "/a", "qop": "auth", "nc": "00000001"}))
		Expect(decode("Authorization", "Digest sesame").Type).To(Equal(httpauth.TokenOther))
	})

	It("shows Passport's messages without password and ticket", func() {
		t := decode("Authorization", "Passport1.4 sign-in=alice%40example.com,pwd=sesame,elapsed-time=0,OrgVerb=GET,OrgUrl=http://a/b,id=1")
		Expect(t.Type).To(Equal(httpauth.TokenSignIn))
		Expect(t.Text).To(Equal("Passport sign-in of alice@example.com for http://a/b"))
		Expect(t.Fields).To(Equal(map[string]string{"user": "alice@example.com", "url": "http://a/b"}))
		t = decode("Authorization", "Passport1.4 tname=,OrgVerb=GET,OrgUrl=http://a/b,id=1")
		Expect(t.Type).To(Equal(httpauth.TokenOther))
		Expect(t.Text).To(Equal("Passport token request for http://a/b"))
		t = decode("Authorization", "Passport1.4 from-PP='t=sesame&p='")
		Expect(t.Type).To(Equal(httpauth.TokenTicket))
		Expect(t.Fields).To(BeEmpty())
		Expect(fmt.Sprint(t)).NotTo(ContainSubstring("sesame"))
		t = decode("WWW-Authenticate", "Passport1.4 da-status=failed,srealm=Passport.NET,prompt")
		Expect(t.Type).To(Equal(httpauth.TokenChallenge))
		Expect(t.Fields).To(Equal(map[string]string{"da-status": "failed", "srealm": "Passport.NET", "prompt": "true"}))
	})

	It("keeps control characters out of the text", func() {
		Expect(decode("Authorization", basic("a\u0085b:pw")).Text).To(Equal(`Basic credentials of a\u0085b`))
	})

	It("leaves other fields alone", func() {
		Expect(httpauth.DecodeForTranscript("Authentication-Info", `nextnonce="x"`)).To(BeEmpty())
		Expect(httpauth.DecodeForTranscript("Proxy-Authenticate", "")).To(BeEmpty())
	})
})
