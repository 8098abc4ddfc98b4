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

	It("knows bare NTLM under Negotiate, and SPNEGO only by size", func() {
		raw := strings.TrimPrefix(answer(login(0, "alice", "pw"), "NTLM"), "NTLM ")
		Expect(decode("Authorization", "Negotiate "+raw).Type).To(Equal(httpauth.TokenType1))
		t := decode("Authorization", "Negotiate YIIB")
		Expect(t.Type).To(Equal(httpauth.TokenOther))
		Expect(t.Text).To(Equal("Negotiate token of 3 bytes"))
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
		Entry("syntax", "Basic sesame ?", "Basic", "at byte 13"),
		Entry("no scheme", "sesame;", "", "at byte 6"),
	)

	It("shows no part of Digest credentials", func() {
		t := decode("Authorization", `Digest username="alice", response="sesame"`)
		Expect(t.Type).To(Equal(httpauth.TokenOther))
		Expect(fmt.Sprint(t)).NotTo(ContainSubstring("sesame"))
	})

	It("keeps control characters out of the text", func() {
		Expect(decode("Authorization", basic("a\u0085b:pw")).Text).To(Equal(`Basic credentials of a\u0085b`))
	})

	It("leaves other fields alone", func() {
		Expect(httpauth.DecodeForTranscript("Authentication-Info", `nextnonce="x"`)).To(BeEmpty())
		Expect(httpauth.DecodeForTranscript("Proxy-Authenticate", "")).To(BeEmpty())
	})
})
