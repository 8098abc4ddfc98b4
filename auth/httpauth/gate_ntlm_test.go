package httpauth_test

import (
	"encoding/base64"
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/exposure"
	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
)

var bare = []string{"NTLM", `Basic realm="corp"`}

// type2Only matches the challenge of the leg that answers Type 1.
func type2Only() OmegaMatcher {
	return ConsistOf(HavePrefix("NTLM TlRMTVNTUAACAAAA"))
}

var _ = Describe("a gate with NTLM", func() {
	var conn *httpauth.GateConn

	BeforeEach(func() { conn = newGate().NewConn() })

	// signOn runs the three legs on conn and gives the last outcome.
	signOn := func(m httpauth.Mechanism) httpauth.Outcome {
		GinkgoHelper()
		second := conn.Check(asking(answer(m, "NTLM")))
		Expect(second.Challenges).To(type2Only())
		return conn.Check(asking(answer(m, second.Challenges...)))
	}

	It("takes three legs and then lets the connection pass", func() {
		Expect(conn.Check(asking())).To(Equal(httpauth.Outcome{Challenges: bare}))
		m := login(2, "alice", "pw")
		second := conn.Check(asking(answer(m, bare...)))
		Expect(second.Challenges).To(type2Only())
		second.Challenges = nil
		Expect(second).To(Equal(httpauth.Outcome{Scheme: httpauth.NTLM}))

		_ = conn.Check(asking(answer(login(2, "alice", "pw"), bare...))) // Type 1 again starts over
		m = login(2, "alice", "pw")
		last := signOn(m)
		want := httpauth.Outcome{Allowed: true, Fresh: true, Account: `LAB\alice`, Scheme: httpauth.NTLM, Response: "NTLM2 session",
			NTStatus: "STATUS_SUCCESS (0x00000000)", Exposure: exposure.NTLM2Session}
		Expect(last).To(Equal(want))
		want.Fresh, want.NTStatus, want.Exposure = false, "", exposure.Nothing
		Expect(conn.Check(asking())).To(Equal(want))
		Expect(conn.Check(asking())).To(Equal(want))
	})

	It("answers a Type 1 that it never asked for", func() {
		Expect(signOn(login(0, "alice", "pw")).Account).To(Equal(`LAB\alice`))
	})

	It("takes the scheme in lower case", func() {
		type1 := answer(login(0, "alice", "pw"), "NTLM")
		Expect(conn.Check(asking("ntlm " + strings.TrimPrefix(type1, "NTLM "))).Challenges).To(type2Only())
	})

	It("starts over for a Type 1 on a connection that is logged in", func() {
		Expect(signOn(login(0, "alice", "pw")).Allowed).To(BeTrue())
		second := conn.Check(asking(answer(login(0, "alice", "no"), "NTLM")))
		Expect(second.Allowed).To(BeFalse())
		Expect(second.Challenges).To(type2Only())
		Expect(conn.Check(asking()).Challenges).To(Equal(bare), "the old login is gone")
	})

	It("keeps logins of two connections apart", func() {
		Expect(signOn(login(0, "alice", "pw")).Allowed).To(BeTrue())
		Expect(newGate().NewConn().Check(asking()).Allowed).To(BeFalse())
	})

	It("forgets a handshake when a request without credentials comes between", func() {
		m := login(0, "alice", "pw")
		second := conn.Check(asking(answer(m, "NTLM")))
		Expect(conn.Check(asking()).Challenges).To(Equal(bare))
		third := conn.Check(asking(answer(m, second.Challenges...)))
		Expect(third.Refused).To(ContainSubstring("no CHALLENGE_MESSAGE (Type 2) open"))
	})

	It("forgets a handshake for a token that can't be read", func() {
		m := login(0, "alice", "pw")
		second := conn.Check(asking(answer(m, "NTLM")))
		Expect(conn.Check(asking("NTLM ???")).Allowed).To(BeFalse())
		Expect(conn.Check(asking("NTLM TlRM")).Allowed).To(BeFalse())
		third := conn.Check(asking(answer(m, second.Challenges...)))
		Expect(third.Refused).To(ContainSubstring("no CHALLENGE_MESSAGE (Type 2) open"))
	})

	It("forgets a handshake for a token of another kind", func() {
		m := login(0, "alice", "pw")
		second := conn.Check(asking(answer(m, "NTLM")))
		Expect(conn.Check(asking("NTLM TlRM")).Allowed).To(BeFalse())
		third := conn.Check(asking(answer(m, second.Challenges...)))
		Expect(third.Refused).To(ContainSubstring("no CHALLENGE_MESSAGE (Type 2) open"))
	})

	It("refuses a Type 3 that answers another connection's challenge", func() {
		m := login(0, "alice", "pw")
		second := conn.Check(asking(answer(m, "NTLM")))
		type3 := answer(m, second.Challenges...)
		out := newGate().NewConn().Check(asking(type3))
		Expect(out).To(Equal(httpauth.Outcome{Scheme: httpauth.NTLM, Challenges: bare, Exposure: exposure.LM,
			Refused: "AUTHENTICATE_MESSAGE (Type 3) came on a connection that has no CHALLENGE_MESSAGE (Type 2) open"}))
	})

	It("refuses the same Type 3 a second time", func() {
		m := login(0, "alice", "pw")
		second := conn.Check(asking(answer(m, "NTLM")))
		type3 := answer(m, second.Challenges...)
		Expect(conn.Check(asking(type3)).Allowed).To(BeTrue())
		Expect(conn.Check(asking(type3)).Allowed).To(BeFalse())
	})

	It("goes back to the bare challenges after a wrong password", func() {
		out := signOn(login(2, "alice", "no"))
		Expect(out).To(Equal(httpauth.Outcome{Scheme: httpauth.NTLM, Challenges: bare, Response: "NTLM2 session",
			NTStatus: "STATUS_WRONG_PASSWORD (0xC000006A)", Exposure: exposure.NTLM2Session,
			Refused: `NTLM2 session response of LAB\alice does not match its password`}))
		Expect(signOn(login(2, "alice", "pw")).Allowed).To(BeTrue(), "and another try is free")
	})

	It("drops the login for Basic credentials, which count once", func() {
		Expect(signOn(login(0, "alice", "pw")).Allowed).To(BeTrue())
		Expect(conn.Check(asking(basic("local:secret"))).Account).To(Equal("local"))
		Expect(conn.Check(asking()).Allowed).To(BeFalse())
	})

	It("drops the login for bad credentials", func() {
		Expect(signOn(login(0, "alice", "pw")).Allowed).To(BeTrue())
		Expect(conn.Check(asking("NTLM ???")).Allowed).To(BeFalse())
		Expect(conn.Check(asking()).Allowed).To(BeFalse())
	})

	DescribeTable("says what is wrong with",
		func(reason string, values ...string) {
			out := conn.Check(asking(values...))
			Expect(out.Refused).To(Equal(reason))
			Expect(out.Challenges).To(Equal(bare))
			Expect(out.Allowed).To(BeFalse())
		},
		Entry("no token", "the NTLM token can't be read: there is none", "NTLM"),
		Entry("bad base64", "the NTLM token can't be read: base64: illegal base64 data at input byte 4", "NTLM TlRM="),
		Entry("another protocol", `the NTLM token can't be read: ntlm: NTLM message: Signature at offset 0: is "KERBEROS", not "NTLMSSP\x00"`,
			"NTLM "+base64.StdEncoding.EncodeToString([]byte("KERBEROS\x01\x00\x00\x00"))),
		Entry("a Type 2", "the client sent a CHALLENGE_MESSAGE (Type 2), which only servers send",
			"NTLM "+base64.StdEncoding.EncodeToString([]byte("NTLMSSP\x00\x02\x00\x00\x00"))),
		Entry("a cut Type 1", "NEGOTIATE_MESSAGE (Type 1) was not accepted: reading the client's offer: ntlm: NEGOTIATE_MESSAGE: NegotiateFlags at offset 12: needs 4 bytes, message ends at 12",
			"NTLM "+base64.StdEncoding.EncodeToString([]byte("NTLMSSP\x00\x01\x00\x00\x00"))),
		Entry("two header lines", "the request has 2 Proxy-Authorization fields, one is allowed", "NTLM", basic("alice:pw")),
		Entry("two sets in one line", "Proxy-Authorization can't be read: httpauth: credentials: 2 sets in one value, one is allowed", "NTLM, "+basic("alice:pw")),
		Entry("an empty header", "Proxy-Authorization can't be read: httpauth: credentials: the value is empty", ""),
		Entry("a scheme that is not offered", `scheme "negotiate" is not offered here`, "negotiate TlRM"),
	)

	It("says what is wrong with a cut Type 3", func() {
		m := login(0, "alice", "pw")
		second := conn.Check(asking(answer(m, "NTLM")))
		type3, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(answer(m, second.Challenges...), "NTLM "))
		Expect(err).NotTo(HaveOccurred())
		out := conn.Check(asking("NTLM " + base64.StdEncoding.EncodeToString(type3[:len(type3)-10])))
		Expect(out.Refused).To(HavePrefix("message refused as SEC_E_INVALID_TOKEN: ntlm: AUTHENTICATE_MESSAGE"))
		Expect(out.Challenges).To(Equal(bare))
	})

	for client := ntlm.Level(0); client <= ntlm.MaxLevel; client++ {
		for verifier := ntlm.Level(0); verifier <= ntlm.MaxLevel; verifier++ {
			refused := client < 3 && verifier == 5
			It(fmt.Sprintf("client level %d, server level %d, refused %v", client, verifier, refused), func() {
				conn = newGate(func(c *httpauth.GateConfig) { c.Level = verifier }).NewConn()
				out := signOn(login(client, "alice", "pw"))
				Expect(out.Allowed).To(Equal(!refused), out.Refused)
				if refused {
					Expect(out.Refused).To(HavePrefix("server at LmCompatibilityLevel 5"))
				}
			})
		}
	}
})

var _ = Describe("NewGate", func() {
	DescribeTable("refuses",
		func(edit func(*httpauth.GateConfig), reason string) {
			_, err := httpauth.NewGate(config(edit))
			Expect(err).To(MatchError("httpauth: gate: " + reason))
		},
		Entry("what nobody knows", func(c *httpauth.GateConfig) { c.Schemes = []httpauth.Scheme{"Bearer"} }, `unknown scheme "Bearer"`),
		Entry("no scheme", func(c *httpauth.GateConfig) { c.Schemes = nil }, "no scheme to offer"),
		Entry("a scheme twice", func(c *httpauth.GateConfig) { c.Schemes = []httpauth.Scheme{httpauth.NTLM, httpauth.NTLM} }, "scheme NTLM is given twice"),
		Entry("a header in the realm", func(c *httpauth.GateConfig) { c.Realm = "a\r\nX: y" }, "realm has a control character at byte 1"),
		Entry("an unknown target", func(c *httpauth.GateConfig) { c.Target = 2 }, "unknown target Target(2)"),
		Entry("a level out of range", func(c *httpauth.GateConfig) { c.Level = 6 }, "ntlm: LmCompatibilityLevel is 6, not 0 to 5"),
		Entry("no accounts", func(c *httpauth.GateConfig) { c.Accounts = nil }, "ntlm: acceptor has no account database"),
	)

	It("is not changed by its caller's slice", func() {
		schemes := []httpauth.Scheme{httpauth.NTLM}
		gate := newGate(func(c *httpauth.GateConfig) { c.Schemes = schemes })
		schemes[0] = httpauth.Basic
		Expect(gate.NewConn().Check(asking()).Challenges).To(Equal([]string{"NTLM"}))
		Expect(gate.Target()).To(Equal(httpauth.Proxy))
	})

	It("names status and headers of its target", func() {
		Expect(httpauth.Server.Status()).To(Equal(401))
		Expect(httpauth.Server.ChallengeHeader()).To(Equal("WWW-Authenticate"))
		Expect(httpauth.Proxy.Status()).To(Equal(407))
		Expect(httpauth.Proxy.ChallengeHeader()).To(Equal("Proxy-Authenticate"))
		Expect([]string{httpauth.Server.String(), httpauth.Proxy.String()}).To(Equal([]string{"server", "proxy"}))
	})
})
