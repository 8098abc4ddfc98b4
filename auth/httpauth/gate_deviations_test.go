package httpauth_test

import (
	"encoding/base64"
	"net/http"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
)

// deviating is a gate with the schemes NTLM, Negotiate and Basic that fails in one way.
func deviating(d httpauth.Deviations) *httpauth.Gate {
	GinkgoHelper()
	return newGate(func(c *httpauth.GateConfig) {
		c.Schemes = []httpauth.Scheme{httpauth.NTLM, httpauth.Negotiate, httpauth.Basic}
		c.Deviations, c.Rand = d, &counting{}
	})
}

// type2Of reads the message in an NTLM challenge.
func type2Of(out httpauth.Outcome) *ntlm.ChallengeMessage {
	GinkgoHelper()
	Expect(out.Challenges).To(HaveLen(1))
	_, token, _ := strings.Cut(out.Challenges[0], " ")
	b, err := base64.StdEncoding.DecodeString(token)
	Expect(err).NotTo(HaveOccurred())
	m, err := ntlm.ParseChallenge(b)
	Expect(err).NotTo(HaveOccurred())
	return m
}

var _ = Describe("a gate that deviates", func() {
	type deviations = httpauth.Deviations

	// clients are logins by NTLM and by Negotiate, bare and wrapped.
	clients := func(level ntlm.Level) map[string]httpauth.Mechanism {
		return map[string]httpauth.Mechanism{"NTLM": login(level, "alice", "pw"),
			"Negotiate": negotiator(level, "pw"), "bare Negotiate": negotiator(level, "pw", raw)}
	}
	first := func(conn *httpauth.GateConn, m httpauth.Mechanism) httpauth.Outcome {
		GinkgoHelper()
		return conn.Check(asking(answer(m, conn.Check(asking()).Challenges...)))
	}

	It("closes after Type 2", func() {
		gate := deviating(deviations{CloseAfterType2: true})
		for name, m := range clients(2) {
			conn := gate.NewConn()
			Expect(conn.Check(asking()).Close).To(BeFalse(), name)
			second := first(conn, m)
			Expect(second.Close).To(BeTrue(), name)
			Expect(gate.NewConn().Check(asking(answer(m, second.Challenges...))).Refused).NotTo(BeEmpty(), "a new connection knows no Type 2")
		}
		Expect(first(deviating(deviations{}).NewConn(), login(2, "alice", "pw")).Close).To(BeFalse())
	})

	It("judges Type 3 by another challenge", func() {
		for level := range ntlm.MaxLevel + 1 {
			for name, m := range clients(level) {
				conn := deviating(deviations{NewChallengeEachLeg: true}).NewConn()
				out := conn.Check(asking(answer(m, first(conn, m).Challenges...)))
				Expect(out.NTStatus).To(Equal("STATUS_WRONG_PASSWORD (0xC000006A)"), name)
			}
		}
	})

	It("sends one stale Type 2 to all", func() {
		gate := deviating(deviations{StaleType2: true})
		one, other := login(2, "alice", "pw"), login(2, "alice", "pw")
		conn := gate.NewConn()
		second := first(conn, one)
		Expect(first(gate.NewConn(), other).Challenges).To(Equal(second.Challenges))
		Expect(conn.Check(asking(answer(one, second.Challenges...))).NTStatus).To(Equal("STATUS_WRONG_PASSWORD (0xC000006A)"))
	})

	It("answers Type 3 with Type 2 for ever, which the client ends", func() {
		for name, m := range clients(3) {
			conn := deviating(deviations{Type3LoopsType2: true}).NewConn()
			third := answer(m, first(conn, m).Challenges...)
			for range 3 {
				out := conn.Check(asking(third))
				Expect(out.Allowed).To(BeFalse())
				Expect(out.Refused).To(BeEmpty(), name)
				Expect(out.Challenges).To(HaveLen(1))
				offered, err := httpauth.ParseChallenges(out.Challenges)
				Expect(err).NotTo(HaveOccurred())
				Expect(offered[0].Token).NotTo(BeEmpty())
				_, err = m.Next(offered[0])
				Expect(err).To(MatchError(httpauth.ErrRejected), name)
			}
		}
	})

	DescribeTable("spoils TargetInfo",
		func(form httpauth.TargetInfoForm, present bool, newest ntlm.Level) {
			for level := range ntlm.MaxLevel + 1 {
				conn := deviating(deviations{TargetInfo: form}).NewConn()
				m := login(level, "alice", "pw")
				second := first(conn, m)
				type2 := type2Of(second)
				Expect(type2.TargetInfo != nil).To(Equal(present))
				offered, err := httpauth.ParseChallenges(second.Challenges)
				Expect(err).NotTo(HaveOccurred())
				third, err := m.Next(offered[0])
				if level > newest {
					Expect(err).To(MatchError(ContainSubstring("AV_PAIR")))
					continue
				}
				Expect(err).NotTo(HaveOccurred())
				Expect(conn.Check(asking(third)).Allowed).To(BeTrue())
			}
		},
		Entry("not at all", httpauth.TargetInfoFull, true, ntlm.Level(5)),
		Entry("by leaving it out, which no client minds", httpauth.TargetInfoMissing, false, ntlm.Level(5)),
		Entry("by cutting it, which matters to NTLMv2", httpauth.TargetInfoTruncated, true, ntlm.Level(2)),
	)

	DescribeTable("agrees to less",
		func(d deviations, lacks ntlm.Flags) {
			for level := range ntlm.MaxLevel + 1 {
				conn := deviating(d).NewConn()
				m := login(level, "alice", "pw")
				second := first(conn, m)
				Expect(type2Of(second).Flags.HasAny(lacks)).To(BeFalse())
				Expect(conn.Check(asking(answer(m, second.Challenges...))).Allowed).To(BeTrue())
			}
		},
		Entry("no Unicode", deviations{OEMOnly: true}, ntlm.NegotiateUnicode),
		Entry("no extended session security", deviations{NoESS: true}, ntlm.NegotiateExtendedSessionSecurity),
		Entry("no 128-bit", deviations{No128: true}, ntlm.Negotiate128),
	)

	DescribeTable("lists its schemes",
		func(d deviations, want ...string) {
			conn := deviating(d).NewConn()
			Expect(conn.Check(asking()).Challenges).To(Equal(want))
			Expect(conn.Check(asking(basic("alice:no"))).Challenges).To(Equal(want))
			offered, err := httpauth.ParseChallenges(want)
			Expect(err).NotTo(HaveOccurred())
			_, ok := httpauth.Preferred(offered, func(s httpauth.Scheme) bool { return s == httpauth.NTLM })
			Expect(ok).To(BeTrue())
			Expect(signOnWith(conn, login(2, "alice", "pw")).Allowed).To(BeTrue())
		},
		Entry("as it should", deviations{}, "NTLM", "Negotiate", `Basic realm="corp"`),
		Entry("in one line", deviations{MergedSchemes: true}, `NTLM, Negotiate, Basic realm="corp"`),
		Entry("in lower case", deviations{LowerCaseSchemes: true}, "ntlm", "negotiate", `basic realm="corp"`),
		Entry("in one line in lower case", deviations{MergedSchemes: true, LowerCaseSchemes: true}, `ntlm, negotiate, basic realm="corp"`),
		Entry("behind unknown ones", deviations{ExtraSchemes: []string{"Cloud token68==", `Bearer realm="x"`}},
			"Cloud token68==", `Bearer realm="x"`, "NTLM", "Negotiate", `Basic realm="corp"`),
		Entry("behind an unknown one in lower case", deviations{ExtraSchemes: []string{"Cloud X=Y"}, LowerCaseSchemes: true}, "cloud X=Y", "ntlm", "negotiate", `basic realm="corp"`),
		Entry("behind unknown ones in one line", deviations{ExtraSchemes: []string{"Cloud"}, MergedSchemes: true}, `Cloud, NTLM, Negotiate, Basic realm="corp"`),
	)

	It("writes Type 2 in lower case too", func() {
		second := first(deviating(deviations{LowerCaseSchemes: true}).NewConn(), login(2, "alice", "pw"))
		Expect(second.Challenges).To(ConsistOf(HavePrefix("ntlm TlRMTVNTUAAC")))
	})

	DescribeTable("is not made with",
		func(d deviations, reason string) {
			_, err := httpauth.NewGate(config(func(c *httpauth.GateConfig) { c.Deviations = d }))
			Expect(err).To(MatchError("httpauth: gate: " + reason))
		},
		Entry("an unknown form of TargetInfo", deviations{TargetInfo: "half"}, `unknown form "half" of TargetInfo`),
		Entry("a header in a scheme", deviations{ExtraSchemes: []string{"a\r\nb"}}, `extra scheme "a\r\nb" can't stand in a field`),
		Entry("an empty scheme", deviations{ExtraSchemes: []string{""}}, `extra scheme "" can't stand in a field`),
	)
})

var _ = Describe("a gate that wants each request to log in", func() {
	perRequest := func(c *httpauth.GateConfig) {
		c.PerRequest, c.PersistentAuth = true, httpauth.PersistFalse
		c.Schemes = []httpauth.Scheme{httpauth.NTLM, httpauth.Negotiate}
	}

	It("keeps no login and says so", func() {
		gate := newGate(perRequest)
		for _, m := range []httpauth.Mechanism{login(2, "alice", "pw"), negotiator(2, "pw")} {
			conn := gate.NewConn()
			out := signOnWith(conn, m)
			Expect(out.Allowed).To(BeTrue())
			h := http.Header{}
			gate.Apply(out, h)
			Expect(h.Get("Persistent-Auth")).To(Equal("false"))
			Expect(conn.Check(asking()).Allowed).To(BeFalse())
		}
	})

	It("says nothing of it in an answer that ends no login", func() {
		gate := newGate(perRequest)
		Expect(gate.NewConn().Check(asking()).Header).To(BeNil())
	})

	It("may promise the opposite", func() {
		gate := newGate(perRequest, func(c *httpauth.GateConfig) { c.PersistentAuth = httpauth.PersistTrue })
		Expect(signOnWith(gate.NewConn(), login(2, "alice", "pw")).Header).To(Equal(http.Header{"Persistent-Auth": {"true"}}))
	})
})

var _ = Describe("a gate that promises sessions through proxies", func() {
	promise := http.Header{"Proxy-Support": {"Session-Based-Authentication"}}
	promising := func(schemes ...httpauth.Scheme) *httpauth.Gate {
		return newGate(func(c *httpauth.GateConfig) { c.ProxySupport, c.Schemes = true, schemes })
	}

	It("does with each challenge, not with the answer that lets in", func() {
		conn := promising(httpauth.NTLM).NewConn()
		Expect(conn.Check(asking()).Header).To(Equal(promise))
		m := login(2, "alice", "pw")
		second := conn.Check(asking(answer(m, "NTLM")))
		Expect(second.Header).To(Equal(promise))
		Expect(conn.Check(asking(answer(m, second.Challenges...))).Header).To(BeNil())
	})

	It("does not where no scheme needs it", func() {
		Expect(promising(httpauth.Basic).NewConn().Check(asking()).Header).To(BeNil())
		Expect(promising(httpauth.Basic, httpauth.Negotiate).NewConn().Check(asking()).Header).To(Equal(promise))
	})
})
