package httpauth_test

import (
	"encoding/base64"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/httpauth"
)

var _ = Describe("the Basic mechanism", func() {
	DescribeTable("writes",
		func(user, domain, password string, charset []httpauth.Param, want string) {
			m := httpauth.NewBasic(user, domain, password)
			got, err := m.Next(httpauth.Challenge{Scheme: "Basic", Params: charset})
			Expect(err).NotTo(HaveOccurred())
			Expect(got).To(Equal("Basic " + base64.StdEncoding.EncodeToString([]byte(want))))
		},
		Entry("user and password", "alice", "", "pw", nil, "alice:pw"),
		Entry("the domain before the user", "alice", "LAB", "pw", nil, `LAB\alice:pw`),
		Entry("colons in the password", "alice", "", "a:b:", nil, "alice:a:b:"),
		Entry("Latin-1 when nothing is said", "zoë", "", "ü", nil, "zo\xeb:\xfc"),
		Entry("UTF-8 when the challenge says so", "zoë", "", "ü", params("realm", "x", "Charset", "utf-8"), "zoë:ü"),
		Entry("UTF-8 when Latin-1 lacks a character", "zoë", "", "€", nil, "zoë:€"),
		Entry("empty parts", "", "", "", nil, ":"),
	)

	It("knows when it was refused", func() {
		m := httpauth.NewBasic("alice", "", "pw")
		Expect(m.Scheme()).To(Equal(httpauth.Basic))
		Expect(m.ConnectionBound()).To(BeFalse())
		_, err := m.Next(httpauth.Challenge{Scheme: "basic"})
		Expect(err).NotTo(HaveOccurred())
		_, err = m.Next(httpauth.Challenge{Scheme: "Basic"})
		Expect(err).To(MatchError(httpauth.ErrRejected))
	})

	It("can't send a colon in the user", func() {
		_, err := httpauth.NewBasic("a:b", "", "pw").Next(httpauth.Challenge{Scheme: "Basic"})
		Expect(err).To(MatchError("httpauth: Basic: a user name with a colon can't be sent"))
		Expect(err).NotTo(MatchError(httpauth.ErrRejected))
	})

	It("answers no other scheme", func() {
		_, err := httpauth.NewBasic("a", "", "pw").Next(httpauth.Challenge{Scheme: "NTLM"})
		Expect(err).To(MatchError(`httpauth: Basic can't answer a challenge of scheme "NTLM"`))
	})
})

var _ = Describe("the NTLM mechanism", func() {
	var m httpauth.Mechanism
	next := func(token string) (string, error) {
		return m.Next(httpauth.Challenge{Scheme: "ntlm", Token: token})
	}

	BeforeEach(func() { m = login(2, "alice", "pw") })

	It("belongs to a connection", func() {
		Expect(m.Scheme()).To(Equal(httpauth.NTLM))
		Expect(m.ConnectionBound()).To(BeTrue())
	})

	It("answers bare, then Type 2, then gives up", func() {
		type1, err := next("")
		Expect(err).NotTo(HaveOccurred())
		Expect(type1).To(HavePrefix("NTLM TlRMTVNTUAABAAAA"))
		second := newGate().NewConn().Check(asking(type1))
		type3 := answer(m, second.Challenges...)
		Expect(type3).To(HavePrefix("NTLM TlRMTVNTUAADAAAA"))
		_, err = next("")
		Expect(err).To(MatchError(httpauth.ErrRejected))
		_, err = next("TlRM")
		Expect(err).To(MatchError(httpauth.ErrRejected))
	})

	It("is rejected when Type 1 gets a bare challenge", func() {
		_, err := next("")
		Expect(err).NotTo(HaveOccurred())
		_, err = next("")
		Expect(err).To(MatchError(httpauth.ErrRejected))
	})

	DescribeTable("fails on a Type 2 that is no good",
		func(token, reason string) {
			_, err := next("")
			Expect(err).NotTo(HaveOccurred())
			_, err = next(token)
			Expect(err).To(MatchError(ContainSubstring(reason)))
			Expect(err).NotTo(MatchError(httpauth.ErrRejected))
		},
		Entry("base64", "TlRM=", "httpauth: NTLM: Type 2 can't be read: base64"),
		Entry("message", "TlRM", "httpauth: NTLM: reading the server's challenge: ntlm: CHALLENGE_MESSAGE"),
	)

	It("wants to speak first", func() {
		_, err := next("TlRM")
		Expect(err).To(MatchError("httpauth: NTLM: a Type 2 challenge came before any Type 1 was sent"))
	})

	It("answers no other scheme", func() {
		_, err := m.Next(httpauth.Challenge{Scheme: "Negotiate"})
		Expect(err).To(MatchError(`httpauth: NTLM can't answer a challenge of scheme "Negotiate"`))
	})
})
