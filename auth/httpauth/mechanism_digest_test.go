package httpauth_test

import (
	"fmt"
	"net/http"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/httpauth"
)

var _ = Describe("the Digest mechanism", func() {
	challenge := func(params string) httpauth.Challenge {
		GinkgoHelper()
		list, err := httpauth.ParseChallenges([]string{"Digest " + params})
		Expect(err).NotTo(HaveOccurred())
		return list[0]
	}
	next := func(m httpauth.Mechanism, params string) (string, error) { return m.Next(challenge(params)) }
	xp := func() httpauth.Mechanism {
		return httpauth.NewDigest(`LAB\"a"`, "pw", httpauth.DigestOptions{Method: "GET", Target: "/a", Rand: repeat(0xab)})
	}

	It("writes what RFC 7616 3.4 asks for, quoted where it says so", func() {
		got, err := next(xp(), `realm="r\"", nonce="n", qop="auth-int, auth", algorithm=md5, opaque="", charset=UTF-8`)
		Expect(err).NotTo(HaveOccurred())
		Expect(got).To(MatchRegexp(`^Digest username="LAB\\\\\\"a\\"", realm="r\\"", nonce="n", uri="/a", algorithm=MD5, response="[0-9a-f]{32}", opaque="", qop=auth, nc=00000001, cnonce="(ab){16}"$`))
	})

	It("leaves out what was not asked for", func() {
		got, err := next(xp(), `realm="r", nonce="n"`)
		Expect(err).NotTo(HaveOccurred())
		Expect(got).To(MatchRegexp(`^Digest username="[^,]*", realm="r", nonce="n", uri="/a", response="[0-9a-f]{32}"$`))
	})

	It("sends nothing before it is asked", func() {
		m := xp().(httpauth.PerRequest)
		Expect(m.For("GET", "/")).To(BeEmpty())
		Expect(m.(httpauth.Concluder).Conclude(httpauth.Server, http.Header{"Authentication-Info": {`nextnonce="x"`}})).To(Succeed())
		Expect(m.Scheme()).To(Equal(httpauth.Digest))
		Expect(m.ConnectionBound()).To(BeFalse())
	})

	It("is refused by a second challenge, answers a stale one twice in a row", func() {
		m := xp()
		_, err := next(m, `realm="r", nonce="1"`)
		Expect(err).NotTo(HaveOccurred())
		for n := range 2 {
			got, err := next(m, fmt.Sprintf(`realm="r", nonce="%d", stale=true`, n+2))
			Expect(err).NotTo(HaveOccurred())
			Expect(got).To(ContainSubstring(fmt.Sprintf(`nonce="%d"`, n+2)))
		}
		_, err = next(m, `realm="r", nonce="4", stale=true`)
		Expect(err).To(MatchError(httpauth.ErrRejected))
		Expect(m.(httpauth.Concluder).Conclude(httpauth.Server, http.Header{})).To(Succeed())
		_, err = next(m, `realm="r", nonce="5", stale=true`)
		Expect(err).NotTo(HaveOccurred(), "a success ends the row")
		_, err = next(m, `realm="r", nonce="6"`)
		Expect(err).To(MatchError(httpauth.ErrRejected))
	})

	It("goes on with the next nonce, whose count begins anew", func() {
		m := xp()
		_, err := next(m, `realm="r", nonce="1", qop="auth"`)
		Expect(err).NotTo(HaveOccurred())
		Expect(m.(httpauth.Concluder).Conclude(httpauth.Proxy, http.Header{"Proxy-Authentication-Info": {`nextnonce="2"`}})).To(Succeed())
		got, err := m.(httpauth.PerRequest).For("GET", "/b")
		Expect(err).NotTo(HaveOccurred())
		Expect(got).To(And(ContainSubstring(`nonce="2", uri="/b"`), ContainSubstring("nc=00000001")))
	})

	It("keeps the session of -sess that the first nonce began (RFC 7616 3.4.2)", func() {
		m := xp()
		_, err := next(m, `realm="r", nonce="1", qop="auth", algorithm=MD5-sess`)
		Expect(err).NotTo(HaveOccurred())
		Expect(m.(httpauth.Concluder).Conclude(httpauth.Server, http.Header{"Authentication-Info": {`nextnonce="2"`}})).To(Succeed())
		value, err := m.(httpauth.PerRequest).For("GET", "/b")
		Expect(err).NotTo(HaveOccurred())
		credentials, err := httpauth.ParseCredentials(value)
		Expect(err).NotTo(HaveOccurred())
		given, err := httpauth.ParseDigest(credentials)
		Expect(err).NotTo(HaveOccurred())
		Expect(given.Nonce).To(Equal("2"))
		Expect(httpauth.DigestSessionResponse(given, "GET", "pw", "1")).To(Equal(given.Response))
	})

	DescribeTable("does not believe a server that can't prove itself",
		func(info, problem string) {
			m := xp()
			_, err := next(m, `realm="r", nonce="1", qop="auth"`)
			Expect(err).NotTo(HaveOccurred())
			Expect(m.(httpauth.Concluder).Conclude(httpauth.Server, http.Header{"Authentication-Info": {info}})).To(MatchError(ContainSubstring(problem)))
		},
		Entry("by a wrong rspauth", `rspauth="00", qop=auth`, "(rspauth) is wrong"),
		Entry("by what is no list", `rspauth="`, "Authentication-Info can't be read"),
	)

	DescribeTable("fails on a challenge that it can't answer",
		func(params, problem string) {
			m := xp()
			_, err := next(m, params)
			Expect(err).To(MatchError("httpauth: Digest: " + problem))
			Expect(err).NotTo(MatchError(httpauth.ErrRejected))
		},
		Entry("auth-int alone", `realm="r", nonce="1", qop="auth-int"`, "only qop auth-int is offered, which protects bodies too and is not supported"),
		Entry("an unknown qop", `realm="r", nonce="1", qop="auth-conf"`, "no qop that is known is offered"),
		Entry("SHA-256 on XP", `realm="r", nonce="1", algorithm=SHA-256`, "the client does not know the algorithm SHA-256"),
		Entry("an unknown algorithm", `realm="r", nonce="1", algorithm=token`, `the Digest algorithm "token" is not known here`),
		Entry("no nonce", `realm="r"`, "the challenge can't be read: parameter nonce is missing"),
	)

	It("leaves it to For where it was not told of the request", func() {
		m := httpauth.NewDigest("a", "b", httpauth.DigestOptions{Rand: repeat(1)})
		Expect(next(m, `realm="r", nonce="1", qop="auth"`)).To(BeEmpty())
		Expect(m.(httpauth.PerRequest).For("GET", "/")).To(And(ContainSubstring("nc=00000001"), ContainSubstring(`uri="/"`)))
	})

	It("sends no control characters", func() {
		_, err := next(httpauth.NewDigest("a\r\nb", "b", httpauth.DigestOptions{Rand: repeat(1)}), `realm="r", nonce="1"`)
		Expect(err).To(MatchError("httpauth: Digest: a user name with a control character can't be sent"))
	})

	It("needs chance", func() {
		_, err := next(httpauth.NewDigest("a", "b", httpauth.DigestOptions{}), `realm="r", nonce="1"`)
		Expect(err).To(MatchError("httpauth: Digest: there is no random source for the client nonce"))
		_, err = next(httpauth.NewDigest("a", "b", httpauth.DigestOptions{Rand: strings.NewReader("")}), `realm="r", nonce="1"`)
		Expect(err).To(MatchError("httpauth: Digest: reading 16 random bytes: EOF"))
	})

	It("answers no other scheme", func() {
		_, err := xp().Next(httpauth.Challenge{Scheme: "NTLM"})
		Expect(err).To(MatchError(`httpauth: Digest can't answer a challenge of scheme "NTLM"`))
	})

	It("picks the challenge that it can answer", func() {
		offered, err := httpauth.ParseChallenges([]string{`NTLM, Digest realm="r", nonce="1", algorithm=SHA-256, Digest realm="r", nonce="2", algorithm=MD5`})
		Expect(err).NotTo(HaveOccurred())
		nonce := func(m httpauth.Mechanism, offered []httpauth.Challenge) string {
			ch, ok := httpauth.Pick(m, offered)
			Expect(ok).To(BeTrue())
			value, _ := ch.Param("nonce")
			return value
		}
		Expect(nonce(xp(), offered)).To(Equal("2"))
		Expect(nonce(digestLogin("a", "b", "GET", "/"), offered)).To(Equal("1"))
		Expect(nonce(xp(), offered[:2])).To(Equal("1"), "what can't be answered is better than nothing: its error says why")
		_, ok := httpauth.Pick(xp(), offered[:1])
		Expect(ok).To(BeFalse())
		ch, ok := httpauth.Pick(login(0, "a", "b"), offered)
		Expect(ok).To(BeTrue())
		Expect(ch.Scheme).To(Equal("NTLM"))
	})
})
