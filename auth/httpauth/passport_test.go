package httpauth_test

import (
	"errors"
	"net/http"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/exposure"
	"github.com/wualab/wualab/auth/httpauth"
)

// knownTicket knows one ticket.
type knownTicket struct{}

func (knownTicket) Verify(fromPP string) (string, error) {
	if fromPP == "'t=1&p='" {
		return "alice@example.com", nil
	}
	return "", errors.New("no such ticket")
}

func partner(c *httpauth.GateConfig) {
	c.Target, c.Schemes = httpauth.Server, []httpauth.Scheme{httpauth.Passport, httpauth.Basic}
	c.Passport = httpauth.PassportConfig{Tickets: knownTicket{}, Challenge: "id=7,lc=1033"}
}

var _ = Describe("a gate with Passport", func() {
	header := func(pairs ...string) http.Header {
		h := http.Header{}
		for i := 0; i < len(pairs); i += 2 {
			h.Add(pairs[i], pairs[i+1])
		}
		return h
	}

	It("asks, takes a ticket, and knows its cookie", func() {
		gate := newGate(partner)
		conn := gate.NewConn()
		Expect(conn.Check(header()).Challenges).To(Equal([]string{"Passport1.4 id=7,lc=1033", `Basic realm="corp"`}))
		out := conn.Check(header("Authorization", "Passport1.4 from-PP='t=1&p='"))
		Expect(out.Account).To(Equal("alice@example.com"))
		Expect(out.Exposure).To(Equal(exposure.Ticket))
		Expect(out.AuthInfo).To(Equal("Passport1.4 tname=MSPAuth"))
		h := http.Header{}
		gate.Apply(out, h)
		Expect(h).To(Equal(http.Header{"Authentication-Info": {"Passport1.4 tname=MSPAuth"}, "Set-Cookie": {"MSPAuth=%27t%3D1%26p%3D%27; Path=/"}}))

		By("beside the cookies that the answer has already")
		h = http.Header{"Set-Cookie": {"a=b"}}
		gate.Apply(out, h)
		Expect(h["Set-Cookie"]).To(HaveLen(2))

		By("on every connection, for one request each")
		out = gate.NewConn().Check(header("Cookie", "a=b; MSPAuth=%27t%3D1%26p%3D%27"))
		Expect(out.Account).To(Equal("alice@example.com"))
		Expect(conn.Check(header()).Allowed).To(BeFalse())
		for _, cookie := range []string{"MSPAuth=x", "MSPAuth=%2", "other=%27t%3D1%26p%3D%27"} {
			Expect(gate.NewConn().Check(header("Cookie", cookie)).Allowed).To(BeFalse(), cookie)
		}
	})

	It("sends browsers to the login server when it is told to", func() {
		gate := newGate(partner, func(c *httpauth.GateConfig) { c.Passport.LoginURL = "https://login/login.srf?id=7" })
		out := gate.NewConn().Check(header())
		h := http.Header{}
		gate.Apply(out, h)
		Expect(h.Get("Location")).To(Equal("https://login/login.srf?id=7"))
		Expect(h[http.CanonicalHeaderKey("WWW-Authenticate")]).To(BeEmpty())
		Expect(h).To(HaveKeyWithValue("WWW-Authenticate", HaveLen(2)))
		Expect(gate.NewConn().Check(header("Authorization", "Passport1.4 from-PP='t=1&p='")).Location).To(BeEmpty())
	})

	DescribeTable("refuses",
		func(value, reason string) {
			out := newGate(partner).NewConn().Check(header("Authorization", value))
			Expect(out.Refused).To(Equal(reason))
			Expect(out.Challenges).To(HaveLen(2))
		},
		Entry("another ticket", "Passport1.4 from-PP='t=2&p='", "the Passport ticket is not accepted: no such ticket"),
		Entry("no ticket", "Passport1.4 sign-in=a,pwd=b", "the Passport credentials have no ticket (from-PP)"),
	)

	DescribeTable("is not made",
		func(edit func(*httpauth.GateConfig), reason string) {
			_, err := httpauth.NewGate(config(partner, edit))
			Expect(err).To(MatchError("httpauth: gate: " + reason))
		},
		Entry("for a proxy", func(c *httpauth.GateConfig) { c.Target = httpauth.Proxy }, "scheme Passport1.4 is for servers only"),
		Entry("without tickets", func(c *httpauth.GateConfig) { c.Passport.Tickets = nil }, "scheme Passport1.4 needs someone who knows its tickets"),
		Entry("with a header in the challenge", func(c *httpauth.GateConfig) { c.Passport.Challenge = "a\nb" }, "the Passport challenge or login URL has a control character"),
	)

	It("has a challenge by default", func() {
		gate := newGate(partner, func(c *httpauth.GateConfig) { c.Passport.Challenge = "" })
		Expect(gate.NewConn().Check(header()).Challenges[0]).To(Equal("Passport1.4 id=1"))
	})
})

// visited is one step of a scripted login server.
type visited struct {
	status int
	header string // "Name: value" lines
}

// script plays login servers; it records what it was asked.
func script(asked *[]string, steps map[string][]visited) httpauth.PassportVisit {
	return func(url, authorization string) (int, http.Header, error) {
		*asked = append(*asked, url+" "+authorization)
		list := steps[url]
		if len(list) == 0 {
			return 0, nil, errors.New("no such host")
		}
		step := list[0]
		if len(list) > 1 {
			steps[url] = list[1:]
		}
		h := http.Header{}
		for _, line := range strings.Split(step.header, "\n") {
			if name, value, ok := strings.Cut(line, ": "); ok {
				h[name] = append(h[name], value)
				h.Set(name, value)
			}
		}
		return step.status, h, nil
	}
}

var _ = Describe("the Passport mechanism", func() {
	const (
		server  = "https://login/login2.srf"
		failed  = "WWW-Authenticate: Passport1.4 da-status=failed,srealm=Passport.Net,ts=-3,prompt,cburl=http://x,cbtxt=y"
		success = "Authentication-Info: Passport1.4 da-status=success,tname=PPAuth,from-PP='t=1&p=',ru=http://origin/a"
		token   = "Passport1.4 tname=,OrgVerb=GET,OrgUrl=http://origin/a%2Cb,id=7,lc=1033"
		signIn  = "Passport1.4 sign-in=alice%40example.com,pwd=p%2C%20w%C3%A4,elapsed-time=0,OrgVerb=GET,OrgUrl=http://origin/a%2Cb,ts=-3,id=7,lc=1033"
	)
	var asked []string
	var opt httpauth.PassportOptions

	BeforeEach(func() {
		asked = nil
		opt = httpauth.PassportOptions{Method: "GET", URL: "http://origin/a,b", LoginURL: server}
	})
	next := func(steps map[string][]visited) (string, error) {
		GinkgoHelper()
		opt.Visit = script(&asked, steps)
		offered, err := httpauth.ParseChallenges([]string{"Passport1.4 id=7,lc=1033"})
		Expect(err).NotTo(HaveOccurred())
		return httpauth.NewPassport("alice@example.com", "p, wä", opt).Next(offered[0])
	}

	It("asks for a ticket, signs in, and shows the ticket", func() {
		Expect(next(map[string][]visited{server: {{401, failed}, {200, success}}})).To(Equal("Passport1.4 from-PP='t=1&p='"))
		Expect(asked).To(Equal([]string{server + " " + token, server + " " + signIn}))
	})

	It("needs no sign-in where the login server knows it", func() {
		Expect(next(map[string][]visited{server: {{200, success}}})).To(Equal("Passport1.4 from-PP='t=1&p='"))
		Expect(asked).To(HaveLen(1))
	})

	It("asks the configuration server where to go", func() {
		opt.LoginURL = ""
		Expect(next(map[string][]visited{
			httpauth.PassportConfigURL: {{200, "PassportURLs: DARealm=Passport.Net,DALogin=login/login2.srf,ConfigVersion=15"}},
			server:                     {{401, failed}, {200, success}},
		})).To(HavePrefix("Passport1.4 from-PP="))
		Expect(asked[0]).To(Equal(httpauth.PassportConfigURL + " "))
	})

	It("goes with the very same message where a login server sends it", func() {
		const other = "https://other/login"
		Expect(next(map[string][]visited{
			server: {{401, failed}, {302, "Authentication-Info: Passport1.4 da-status=redir\nLocation: " + other}},
			other:  {{200, success}},
		})).To(HavePrefix("Passport1.4 from-PP="))
		Expect(asked[2]).To(Equal(other + " " + signIn))
	})

	DescribeTable("fails",
		func(edit func(), steps map[string][]visited, reason string, rejected bool) {
			edit()
			_, err := next(steps)
			Expect(err).To(MatchError(ContainSubstring(reason)))
			Expect(errors.Is(err, httpauth.ErrRejected)).To(Equal(rejected))
			Expect(err.Error()).NotTo(ContainSubstring("p, w"))
		},
		Entry("when the sign-in is refused", func() {}, map[string][]visited{server: {{401, failed}, {401, failed}}},
			"the login server refused alice@example.com: credentials rejected", true),
		Entry("when no sign-in is wanted", func() {}, map[string][]visited{server: {{401, strings.Replace(failed, "failed", "failed-noretry", 1)}}}, "failed-noretry", true),
		Entry("when the realm is another", func() { opt.LoginURL = "" }, map[string][]visited{
			httpauth.PassportConfigURL: {{200, "PassportURLs: DARealm=Other,DALogin=" + server}}, server: {{401, failed}},
		}, `the login server is of realm "Passport.Net", the configuration names "Other"`, false),
		Entry("when the answer is no challenge", func() {}, map[string][]visited{server: {{401, "WWW-Authenticate: Basic realm=x"}}}, `da-status ""`, false),
		Entry("when the answer is something else", func() {}, map[string][]visited{server: {{500, ""}}}, "the login server answered 500 without a ticket", false),
		Entry("when the ticket is missing", func() {}, map[string][]visited{server: {{200, "Authentication-Info: Passport1.4 da-status=success"}}}, "without a ticket (from-PP)", false),
		Entry("when the login server is not there", func() {}, nil, "asking the login server: no such host", false),
		Entry("when the configuration server is not there", func() { opt.LoginURL = "" }, nil, "asking the configuration server: no such host", false),
		Entry("when the configuration names no login server", func() { opt.LoginURL = "" }, map[string][]visited{httpauth.PassportConfigURL: {{200, "PassportURLs: DARealm=x"}}}, "names no login server (DALogin)", false),
		Entry("when the login server has no TLS", func() { opt.LoginURL = "http://login/" }, nil, "the login server http://login/ has no TLS: it gets no password", false),
		Entry("when it is sent to one without TLS", func() {}, map[string][]visited{server: {{401, failed}, {302, "Authentication-Info: Passport1.4 da-status=redir\nLocation: http://other/"}}},
			"sends the client on to http://other/, which has no TLS", false),
		Entry("when it is sent nowhere", func() {}, map[string][]visited{server: {{302, "Authentication-Info: Passport1.4 da-status=redir"}}}, "sends the client on to no URL", false),
		Entry("when it is sent in a circle", func() {}, map[string][]visited{server: {{302, "Authentication-Info: Passport1.4 da-status=redir\nLocation: " + server}}}, "sent the client on 5 times", false),
	)

	It("goes to a login server without TLS when it is told to", func() {
		opt.LoginURL, opt.AllowHTTP = "http://login/", true
		Expect(next(map[string][]visited{"http://login/": {{401, failed}, {200, success}}})).To(HavePrefix("Passport1.4 from-PP="))
	})

	It("is refused by a second challenge, and answers no other scheme", func() {
		opt.Visit = script(&asked, map[string][]visited{server: {{200, success}}})
		m := httpauth.NewPassport("a", "b", opt)
		Expect(m.ConnectionBound()).To(BeFalse())
		_, err := m.Next(httpauth.Challenge{Scheme: "Passport1.4"})
		Expect(err).NotTo(HaveOccurred())
		_, err = m.Next(httpauth.Challenge{Scheme: "Passport1.4"})
		Expect(err).To(MatchError(httpauth.ErrRejected))
		_, err = m.Next(httpauth.Challenge{Scheme: "Basic"})
		Expect(err).To(MatchError(`httpauth: Passport can't answer a challenge of scheme "Basic"`))
		_, err = httpauth.NewPassport("a", "b", httpauth.PassportOptions{}).Next(httpauth.Challenge{Scheme: "Passport1.4"})
		Expect(err).To(MatchError("httpauth: Passport: there is no way to the login server"))
	})
})
