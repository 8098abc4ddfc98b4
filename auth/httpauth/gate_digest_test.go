package httpauth_test

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/exposure"
	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
)

// counting is a random source that never gives the same block twice.
type counting struct{ n uint32 }

func (c *counting) Read(b []byte) (int, error) {
	for i := range b {
		c.n = c.n*1664525 + 1013904223
		b[i] = byte(c.n >> 24)
	}
	return len(b), nil
}

// digestOnly is a server that asks for Digest in one way.
func digestOnly(d httpauth.DigestConfig) func(*httpauth.GateConfig) {
	return func(c *httpauth.GateConfig) {
		c.Target, c.Schemes, c.Digest, c.Rand = httpauth.Server, []httpauth.Scheme{httpauth.Digest}, d, &counting{}
	}
}

// request is one request to a server, as net/http hands it to a handler.
func request(method, target string, credentials ...string) *http.Request {
	GinkgoHelper()
	r, err := http.NewRequest(method, "http://origin/", nil)
	Expect(err).NotTo(HaveOccurred())
	r.RequestURI = target
	for _, c := range credentials {
		r.Header.Add("Authorization", c)
	}
	return r
}

// digestLogin is a client that knows all algorithms.
func digestLogin(user, password, method, target string) httpauth.Mechanism {
	return httpauth.NewDigest(user, password, httpauth.DigestOptions{Method: method, Target: target, Rand: &counting{n: 99}, SHA256: true})
}

var _ = Describe("a gate with Digest", func() {
	type config = httpauth.DigestConfig
	sess := []httpauth.DigestAlgorithm{httpauth.DigestMD5Sess}

	// begin asks without credentials and gives the client's first answer.
	begin := func(conn *httpauth.GateConn, m httpauth.Mechanism, method, target string) *http.Request {
		GinkgoHelper()
		return request(method, target, answer(m, conn.CheckRequest(request(method, target)).Challenges...))
	}

	DescribeTable("lets in",
		func(cfg config, user, password, account string) {
			gate := newGate(digestOnly(cfg))
			conn := gate.NewConn()
			m := digestLogin(user, password, "GET", "/a?b=c")
			out := conn.CheckRequest(begin(conn, m, "GET", "/a?b=c"))
			Expect(out.Refused).To(BeEmpty())
			Expect(out.Allowed).To(BeTrue())
			Expect(out.Fresh).To(BeTrue())
			Expect(out.Account).To(Equal(account))
			Expect(out.Scheme).To(Equal(httpauth.Digest))
			Expect(out.Response).To(Equal("Digest"))
			Expect(out.NTStatus).To(Equal("STATUS_SUCCESS (0x00000000)"))
			Expect(out.Exposure).To(Equal(exposure.Digest))
			h := http.Header{}
			gate.Apply(out, h)
			Expect(m.(httpauth.Concluder).Conclude(httpauth.Server, h)).To(Succeed())

			By("wanting credentials for each request")
			Expect(conn.CheckRequest(request("GET", "/a")).Allowed).To(BeFalse())

			By("taking the same nonce on another connection, with the next count")
			next, err := m.(httpauth.PerRequest).For("HEAD", "/other")
			Expect(err).NotTo(HaveOccurred())
			if !cfg.NoQOP {
				Expect(next).To(ContainSubstring("nc=0000000"))
			}
			Expect(gate.NewConn().CheckRequest(request("HEAD", "/other", next)).Refused).To(BeEmpty())
		},
		Entry("MD5", config{}, `LAB\alice`, "pw", `LAB\alice`),
		Entry("MD5-sess", config{Algorithms: sess}, "alice", "pw", `LAB\alice`),
		Entry("SHA-256", config{Algorithms: []httpauth.DigestAlgorithm{httpauth.DigestSHA256}}, "alice@LAB", "pw", `LAB\alice`),
		Entry("SHA-256-sess", config{Algorithms: []httpauth.DigestAlgorithm{httpauth.DigestSHA256Sess}}, "alice", "pw", `LAB\alice`),
		Entry("without qop", config{NoQOP: true}, "alice", "pw", `LAB\alice`),
		Entry("MD5-sess without qop", config{NoQOP: true, Algorithms: sess}, "alice", "pw", `LAB\alice`),
		Entry("with an opaque value to quote", config{Opaque: `a"b\c,`}, "local", "secret", "local"),
		Entry("with new nonces each time", config{NextNonce: true}, "alice", "pw", `LAB\alice`),
		Entry("MD5-sess with new nonces each time", config{NextNonce: true, Algorithms: sess}, "alice", "pw", `LAB\alice`),
		Entry("Latin-1", config{}, `LAB\zoë`, "café:ü", `LAB\zoë`),
		Entry("UTF-8 when the challenge says so", config{UTF8: true}, `LAB\zoë`, "café:ü", `LAB\zoë`),
	)

	It("asks in full", func() {
		gate := newGate(digestOnly(config{Opaque: "o", UTF8: true,
			Algorithms: []httpauth.DigestAlgorithm{httpauth.DigestSHA256, httpauth.DigestMD5}}))
		list := gate.NewConn().CheckRequest(request("GET", "/")).Challenges
		Expect(list).To(HaveLen(2))
		Expect(list[0]).To(MatchRegexp(`^Digest realm="corp", qop="auth", algorithm=SHA-256, nonce="[0-9a-f]{32}", opaque="o", charset=UTF-8$`))
		Expect(list[1]).To(Equal(strings.Replace(list[0], "SHA-256", "MD5", 1)))
	})

	It("quotes oddly when it is told to, and is understood", func() {
		gate := newGate(digestOnly(config{}), func(c *httpauth.GateConfig) { c.Deviations.OddQuoting = true })
		conn := gate.NewConn()
		Expect(conn.CheckRequest(request("GET", "/")).Challenges[0]).To(ContainSubstring(`qop=auth, algorithm="MD5"`))
		Expect(conn.CheckRequest(begin(conn, digestLogin("alice", "pw", "GET", "/"), "GET", "/")).Allowed).To(BeTrue())
	})

	DescribeTable("takes a backslash in the user name",
		func(written string) {
			conn := newGate(digestOnly(config{})).NewConn()
			r := begin(conn, digestLogin(`LAB\alice`, "pw", "GET", "/"), "GET", "/")
			Expect(r.Header.Get("Authorization")).To(ContainSubstring(`username="LAB\\alice"`))
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), `LAB\\alice`, written, 1))
			Expect(conn.CheckRequest(r).Account).To(Equal(`LAB\alice`))
		},
		Entry("escaped, as RFC 9110 has it", `LAB\\alice`),
		Entry("bare, as clients send it", `LAB\alice`),
	)

	DescribeTable("refuses with a reason",
		func(spoil func(credentials string) string, reason, status string) {
			conn := newGate(digestOnly(config{Opaque: "o"})).NewConn()
			r := begin(conn, digestLogin("alice", "pw", "GET", "/a"), "GET", "/a")
			r.Header.Set("Authorization", spoil(r.Header.Get("Authorization")))
			out := conn.CheckRequest(r)
			Expect(out.Allowed).To(BeFalse())
			Expect(out.Refused).To(Equal(reason))
			Expect(out.NTStatus).To(Equal(status))
			Expect(out.Exposure).To(Equal(exposure.Digest))
			Expect(out.Challenges).To(HaveLen(1))
			Expect(out.Challenges[0]).NotTo(ContainSubstring("stale"))
		},
		Entry("a wrong password", replace(`response="`, `response="0000`), `the password given for LAB\alice is wrong`, "STATUS_WRONG_PASSWORD (0xC000006A)"),
		Entry("an unknown user", replace(`username="alice"`, `username="bob"`), `there is no account bob`, "STATUS_NO_SUCH_USER (0xC0000064)"),
		Entry("another realm", replace(`realm="corp"`, `realm="x"`), `the Digest credentials are for another realm`, ""),
		Entry("an algorithm not offered", replace(`algorithm=MD5`, `algorithm=SHA-256`), `the Digest algorithm SHA-256 is not offered here`, ""),
		Entry("an algorithm not known", replace(`algorithm=MD5`, `algorithm=CRC`), `the Digest algorithm "CRC" is not known here`, ""),
		Entry("auth-int", replace(`qop=auth`, `qop=auth-int`), `qop auth-int is not offered here: it would cover the body`, ""),
		Entry("no qop", replace(`qop=auth`, `x=y`), `the Digest credentials have qop "", offered is "auth"`, ""),
		Entry("another opaque value", replace(`opaque="o"`, `opaque="p"`), `the Digest credentials don't bring the opaque value back`, ""),
		Entry("another URI", replace(`uri="/a"`, `uri="/b"`), `the Digest credentials are for another URI than the request (RFC 7616 3.4.6)`, ""),
		Entry("a parameter missing", replace(`cnonce="`, `x="`), `the Digest credentials can't be read: cnonce is missing`, ""),
	)

	It("refuses another method than the one that was proved", func() {
		conn := newGate(digestOnly(config{})).NewConn()
		r := begin(conn, digestLogin("alice", "pw", "GET", "/"), "GET", "/")
		r.Method = "POST"
		Expect(conn.CheckRequest(r).Refused).To(Equal(`the password given for LAB\alice is wrong`))
	})

	It("wants a cnonce for a session, also without qop", func() {
		conn := newGate(digestOnly(config{NoQOP: true, Algorithms: sess})).NewConn()
		r := begin(conn, digestLogin("alice", "pw", "GET", "/"), "GET", "/")
		r.Header.Set("Authorization", replace(`cnonce="`, `x="`)(r.Header.Get("Authorization")))
		Expect(conn.CheckRequest(r).Refused).To(Equal("the Digest algorithm MD5-sess needs a cnonce"))
	})

	It("can't judge a header alone", func() {
		conn := newGate(digestOnly(config{})).NewConn()
		r := begin(conn, digestLogin("alice", "pw", "GET", "/"), "GET", "/")
		Expect(conn.Check(r.Header).Refused).To(Equal("Digest covers the request line, which this gate was not shown"))
	})

	It("refuses a replay, and takes counts out of order", func() {
		conn := newGate(digestOnly(config{})).NewConn()
		m := digestLogin("alice", "pw", "GET", "/").(httpauth.PerRequest)
		one := begin(conn, m, "GET", "/")
		two, _ := m.For("GET", "/")
		three, _ := m.For("GET", "/")
		Expect(conn.CheckRequest(one).Allowed).To(BeTrue())
		Expect(conn.CheckRequest(request("GET", "/", three)).Allowed).To(BeTrue())
		Expect(conn.CheckRequest(request("GET", "/", two)).Allowed).To(BeTrue())
		for i, r := range []*http.Request{one, request("GET", "/", two), request("GET", "/", three)} {
			out := conn.CheckRequest(r)
			Expect(out.Refused).To(Equal(fmt.Sprintf("nc 0000000%d came already with this Digest nonce: a replay", i+1)))
			Expect(out.Challenges[0]).NotTo(ContainSubstring("stale"))
		}
		var last string
		for range 70 {
			last, _ = m.For("GET", "/")
		}
		Expect(conn.CheckRequest(request("GET", "/", last)).Allowed).To(BeTrue())
		Expect(conn.CheckRequest(one).Refused).To(ContainSubstring("a replay"))
	})

	It("refuses a count of zero", func() {
		const nonce = "0000"
		d := httpauth.DigestCredentials{Username: "alice", Realm: "corp", URI: "/", QOP: "auth", NC: "00000000", CNonce: "c"}
		conn := newGate(digestOnly(config{})).NewConn()
		list, err := httpauth.ParseChallenges(conn.CheckRequest(request("GET", "/")).Challenges)
		Expect(err).NotTo(HaveOccurred())
		d.Nonce, _ = list[0].Param("nonce")
		d.Response, err = httpauth.DigestResponse(d, "GET", "pw")
		Expect(err).NotTo(HaveOccurred())
		credentials := fmt.Sprintf(`Digest username="alice", realm="corp", nonce="%s", uri="/", response="%s", qop=auth, nc=00000000, cnonce="c"`, d.Nonce, d.Response)
		Expect(conn.CheckRequest(request("GET", "/", credentials)).Refused).To(ContainSubstring("a replay"))
		Expect(nonce).NotTo(Equal(d.Nonce))
	})

	Describe("stale nonces", func() {
		stale := func(gate *httpauth.Gate, r *http.Request) {
			GinkgoHelper()
			out := gate.NewConn().CheckRequest(r)
			Expect(out.Refused).To(HavePrefix("the Digest nonce is stale"))
			Expect(out.Challenges[0]).To(HaveSuffix("stale=true"))
			Expect(out.NTStatus).To(BeEmpty())
		}

		It("are those that lived too long", func() {
			now := epoch()
			gate := newGate(digestOnly(config{NonceLifetime: time.Minute}), func(c *httpauth.GateConfig) { c.Now = func() time.Time { return now } })
			m := digestLogin("alice", "pw", "GET", "/")
			r := begin(gate.NewConn(), m, "GET", "/")
			now = now.Add(time.Minute + time.Second)
			stale(gate, r)

			By("which the client answers with the new nonce")
			out := gate.NewConn().CheckRequest(r)
			Expect(gate.NewConn().CheckRequest(request("GET", "/", answer(m, out.Challenges...))).Allowed).To(BeTrue())
		})

		It("are those that were used up", func() {
			gate := newGate(digestOnly(config{NonceUses: 1}))
			m := digestLogin("alice", "pw", "GET", "/").(httpauth.PerRequest)
			r := begin(gate.NewConn(), m, "GET", "/")
			Expect(gate.NewConn().CheckRequest(r).Allowed).To(BeTrue())
			next, _ := m.For("GET", "/")
			stale(gate, request("GET", "/", next))
		})

		It("are those that nobody gave", func() {
			m := digestLogin("alice", "pw", "GET", "/")
			r := begin(newGate(digestOnly(config{})).NewConn(), m, "GET", "/")
			stale(newGate(digestOnly(config{}), func(c *httpauth.GateConfig) { c.Rand = repeat(5) }), r)
		})

		It("are those that were given before 4096 others", func() {
			gate := newGate(digestOnly(config{}))
			conn := gate.NewConn()
			r := begin(conn, digestLogin("alice", "pw", "GET", "/"), "GET", "/")
			for range 4096 {
				conn.CheckRequest(request("GET", "/"))
			}
			stale(gate, r)
		})

		It("are not named to who has a wrong password", func() {
			now := epoch()
			gate := newGate(digestOnly(config{}), func(c *httpauth.GateConfig) { c.Now = func() time.Time { return now } })
			r := begin(gate.NewConn(), digestLogin("alice", "no", "GET", "/"), "GET", "/")
			now = now.Add(31 * time.Minute)
			out := gate.NewConn().CheckRequest(r)
			Expect(out.Refused).To(Equal(`the password given for LAB\alice is wrong`))
			Expect(out.Challenges[0]).NotTo(ContainSubstring("stale"))
		})
	})

	It("gives a next nonce and proves itself", func() {
		gate := newGate(digestOnly(config{NextNonce: true}))
		out := gate.NewConn().CheckRequest(begin(gate.NewConn(), digestLogin("alice", "pw", "GET", "/"), "GET", "/"))
		Expect(out.AuthInfo).To(MatchRegexp(`^nextnonce="[0-9a-f]{32}", qop=auth, rspauth="[0-9a-f]{32}", cnonce="[0-9a-f]{32}", nc=00000001$`))
		h := http.Header{}
		gate.Apply(out, h)
		Expect(h).To(HaveKeyWithValue("Authentication-Info", []string{out.AuthInfo}))
	})

	It("counts wrong passwords towards the lock-out", func() {
		accounts := people()
		accounts.LockAfter(1)
		conn := newGate(digestOnly(config{}), func(c *httpauth.GateConfig) { c.Accounts = accounts }).NewConn()
		conn.CheckRequest(begin(conn, digestLogin("alice", "no", "GET", "/"), "GET", "/"))
		out := conn.CheckRequest(begin(conn, digestLogin("alice", "pw", "GET", "/"), "GET", "/"))
		Expect(out.NTStatus).To(Equal("STATUS_ACCOUNT_LOCKED_OUT (0xC0000234)"))
	})

	It("works for a proxy, with CONNECT and absolute targets", func() {
		gate := newGate(digestOnly(config{}), func(c *httpauth.GateConfig) { c.Target = httpauth.Proxy })
		for _, r := range []struct{ method, target, uri string }{
			{"CONNECT", "origin:443", "origin:443"}, {"GET", "http://origin/a", "http://origin/a"}, {"GET", "http://origin/a", "/a"},
		} {
			conn := gate.NewConn()
			challenges := conn.CheckRequest(request(r.method, r.target)).Challenges
			last := request(r.method, r.target)
			last.Header.Set("Proxy-Authorization", answer(digestLogin("alice", "pw", r.method, r.uri), challenges...))
			out := conn.CheckRequest(last)
			Expect(out.Refused).To(BeEmpty())
			h := http.Header{}
			gate.Apply(out, h)
			Expect(h).To(HaveKey("Proxy-Authentication-Info"))
		}
	})

	It("offers nothing when chance has run out", func() {
		gate := newGate(digestOnly(config{}), func(c *httpauth.GateConfig) { c.Rand = strings.NewReader("") })
		Expect(gate.NewConn().CheckRequest(request("GET", "/")).Challenges).To(BeEmpty())
	})

	DescribeTable("is not made with",
		func(cfg config, reason string) {
			edited := httpauth.GateConfig{Schemes: []httpauth.Scheme{httpauth.Digest}, Digest: cfg, Accounts: people(),
				NetBIOSComputer: "X", OS: ntlm.WindowsServer2003(), Rand: repeat(1), Now: epoch}
			_, err := httpauth.NewGate(edited)
			Expect(err).To(MatchError("httpauth: gate: " + reason))
		},
		Entry("an unknown algorithm", config{Algorithms: []httpauth.DigestAlgorithm{"SHA-512"}}, `the Digest algorithm "SHA-512" is not known here`),
		Entry("a negative lifetime", config{NonceLifetime: -1}, "lifetime or number of uses of a Digest nonce is negative"),
		Entry("a header in the opaque value", config{Opaque: "a\nb"}, "the opaque value of Digest has a control character"),
	)
})

func replace(old, new string) func(string) string {
	return func(s string) string {
		GinkgoHelper()
		Expect(s).To(ContainSubstring(old))
		return strings.Replace(s, old, new, 1)
	}
}
