package winhttp_test

import (
	"crypto/rand"
	"regexp"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/negotiate"
	"github.com/wualab/wualab/auth/ntlm"
)

var lengthField = regexp.MustCompile(`Content-Length: (\d+)`)

// lengths lists the Content-Length of each request.
func (w *world) lengths() []string {
	var list []string
	for _, h := range w.heads {
		list = append(list, lengthField.FindStringSubmatch(h)[1])
	}
	return list
}

var _ = Describe("a request body", func() {
	var w *world
	BeforeEach(func() { w = newWorld() })
	upload := func() *winhttp.Request {
		r := w.url("http://origin/f")
		r.Method, r.Body, r.Auth = "BITS_POST", []byte("fragment"), w.alice()
		return r
	}

	DescribeTable("is not sent with a message that only asks for a challenge",
		func(y way, lengths ...string) {
			l := newLab(y)
			l.serve("origin:80", l.demand(l.labGate(httpauth.Server), in))
			r := upload()
			r.Auth = l
			resp, _ := l.get(r)
			Expect(resp.Status).To(Equal(200))
			Expect(l.lengths()).To(Equal(lengths))
		},
		Entry("NTLM", byNTLM, "8", "0", "8"),
		Entry("NTLM under Negotiate", byRaw, "8", "0", "8"),
		Entry("NTLM in SPNEGO", byWrapped, "8", "0", "8"),
		Entry("Kerberos has no such message", byKerberos, "8", "8"),
		Entry("Digest", byDigest, "8", "8"),
		Entry("Basic", byBasic, "8", "8"),
	)

	It("waits too while the server changes from Kerberos to NTLM", func() {
		l := newLab(byKerberos)
		g := l.labGate(httpauth.Server, func(c *httpauth.GateConfig) { c.Negotiate.Kerberos = nil })
		l.serve("origin:80", l.demand(g, in))
		r := upload()
		r.Auth = winhttp.AuthenticatorFunc(func(winhttp.Question) winhttp.Answer {
			c, err := ntlm.NewClient(ntlm.ClientConfig{Level: 3, Domain: "LAB", User: "alice", Password: "pw",
				Workstation: "PC", OS: ntlm.WindowsXPSP2(), Rand: rand.Reader, Now: l.clk.Now})
			Expect(err).NotTo(HaveOccurred())
			n, err := negotiate.NewClient(negotiate.ClientConfig{SPN: "HTTP/origin", NTLM: c,
				Kerberos: l.realm.Login("alice", "pw", l.faults), Rand: rand.Reader, Now: l.clk.Now})
			Expect(err).NotTo(HaveOccurred())
			return winhttp.Answer{Mechanism: httpauth.NewNegotiate(n)}
		})
		resp, _ := l.get(r)
		Expect(resp.Status).To(Equal(200), "%v", resp.LoginFailure)
		Expect(l.lengths()).To(Equal([]string{"8", "8", "0", "8"}))
	})

	It("goes to the server once the proxy and the server are both satisfied", func() {
		origin, g := w.gate(httpauth.Server, httpauth.NTLM), w.gate(httpauth.Proxy, httpauth.NTLM)
		w.serve("corp:3128", func(n int, l *link) {
			server := origin.NewConn()
			w.proxy(g, func(l *link, authorization string) { w.originBehind(server, l, authorization) })(n, l)
		})
		r := upload()
		r.Proxy = winhttp.ProxySettings{Usage: winhttp.ProxyOverride, List: "corp:3128"}
		resp, body := w.get(r)
		Expect([]any{resp.Status, body}).To(Equal([]any{200, "both"}))
		Expect(w.lengths()).To(Equal([]string{"8", "0", "8", "0", "8"}))
	})

	It("that was held back for a challenge that did not come: the record says so", func() {
		w.serve("origin:80", func(_ int, l *link) {
			l.head()
			l.answer(401, "", "WWW-Authenticate: NTLM")
			l.head()
			l.answer(200, "open after all")
			l.head()
			l.answer(401, "", "WWW-Authenticate: NTLM")
		})
		resp, _ := w.get(upload())
		Expect(resp.Status).To(Equal(200))
		Expect(w.lengths()).To(Equal([]string{"8", "0"}))
		Expect(resp.Exchange.Notes).To(ContainElement(ContainSubstring("nobody is logged in")))
	})
})
