package winhttp_test

import (
	"crypto/tls"
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/hresult"
)

var _ = Describe("redirects", func() {
	var w *world
	BeforeEach(func() { w = newWorld() })
	// hop answers /n with a redirect to /n+1 until last.
	hop := func(status, last int) {
		w.serve("origin:80", func(_ int, l *link) {
			for r := l.head(); r != nil; r = l.head() {
				var n int
				_, _ = fmt.Sscanf(r.URL.Path, "/%d", &n)
				if n == last {
					l.answer(200, "arrived")
				} else {
					l.answer(status, "moved", fmt.Sprintf("Location: %d", n+1))
				}
			}
		})
	}

	for _, status := range []int{301, 302, 303, 307} {
		It(fmt.Sprintf("by %d are followed with the same method and fields", status), func() {
			hop(status, 1)
			r := w.url("http://origin/0")
			r.Header = []winhttp.Field{{Name: "Range", Value: "bytes=0-9"}}
			resp, body := w.get(r)
			Expect(body).To(Equal("arrived"))
			Expect([]any{resp.URL, resp.Redirected}).To(Equal([]any{"http://origin/1", 1}))
			Expect(w.seen()).To(Equal([]string{"origin:80#1 GET /0", "origin:80#1 GET /1"}))
			Expect(w.heads[1]).To(ContainSubstring("Range: bytes=0-9"))
		})
	}

	It("are followed 10 times and no more", func() {
		hop(302, 10)
		_, body := w.get(w.url("http://origin/0"))
		Expect(body).To(Equal("arrived"))
		_, err := w.do(w.url("http://origin/-1"))
		e := failure(err)
		Expect([]any{e.Code, e.Op}).To(Equal([]any{hresult.ERROR_WINHTTP_REDIRECT_FAILED, "redirect"}))
	})

	DescribeTable("are returned",
		func(change func(*winhttp.Request), status int, fields ...string) {
			w.serve("origin:80", always(status, "there", fields...))
			r := w.url("http://origin/")
			change(r)
			resp, body := w.get(r)
			Expect([]any{resp.Status, body}).To(Equal([]any{status, "there"}))
			Expect(w.seen()).To(HaveLen(1))
		},
		Entry("when the policy is never", func(r *winhttp.Request) { r.Redirects = winhttp.RedirectNever }, 302, "Location: /x"),
		Entry("for an upload", func(r *winhttp.Request) { r.Method = "BITS_POST" }, 302, "Location: /x"),
		Entry("without Location", func(*winhttp.Request) {}, 302),
		Entry("300", func(*winhttp.Request) {}, 300, "Location: /x"),
		Entry("308", func(*winhttp.Request) {}, 308, "Location: /x"),
	)

	DescribeTable("that lead nowhere are an error",
		func(location string) {
			w.serve("origin:80", always(302, "", "Location: "+location))
			_, err := w.do(w.url("http://origin/"))
			Expect(failure(err).Code).To(Equal(hresult.ERROR_WINHTTP_REDIRECT_FAILED))
		},
		Entry("unreadable", "http://%zz/"), Entry("another protocol", "ftp://origin/"), Entry("no host", "http:///x"),
	)

	It("from https to http are followed only by the policy always", func() {
		cert, pool := certificate("origin")
		w.cfg.TLS = &tls.Config{RootCAs: pool}
		w.serve("origin:443", func(n int, l *link) { always(302, "", "Location: http://origin/")(n, l.secure(cert, l.name)) })
		w.serve("origin:80", always(200, "plain"))
		r := w.url("https://origin/")
		_, err := w.do(r)
		Expect(failure(err).Code).To(Equal(hresult.ERROR_WINHTTP_REDIRECT_FAILED))
		r.Redirects = winhttp.RedirectAlways
		_, body := w.get(r)
		Expect(body).To(Equal("plain"))
	})

	It("to another host carry no credentials, and a decision of its own", func() {
		// One password for both, so that only the client keeps them apart.
		w.serve("origin:80", func(_ int, l *link) {
			state := w.gate(httpauth.Server, httpauth.Basic).NewConn()
			for r := l.head(); r != nil; r = l.head() {
				if out := state.Check(r.Header); out.Allowed {
					l.answer(302, "", "Location: http://bob:pw@elsewhere/g")
				} else {
					l.challenge(httpauth.Server, out, "")
				}
			}
		})
		w.serve("elsewhere:80", w.guarded(w.gate(httpauth.Server, httpauth.Basic)))
		a := w.alice()
		r := w.url("http://origin/f")
		r.Auth = a
		resp, _ := w.get(r)
		Expect(w.heads[2]).To(HavePrefix("elsewhere:80#1 GET /g"))
		Expect(w.heads[2]).NotTo(ContainSubstring("uthorization"))
		Expect(a.questions).To(HaveLen(2))
		Expect([]any{a.questions[1].Host, a.questions[1].Redirected, a.questions[1].Restart}).To(Equal([]any{"elsewhere", true, false}))
		Expect(a.questions[1].URL).To(Equal("http://elsewhere/g"))
		Expect(resp.URL).To(Equal("http://elsewhere/g"))
		Expect(resp.Decisions).To(HaveLen(2))
	})

	It("choose the proxy anew", func() {
		w.serve("corp:80", always(302, "", "Location: http://intranet/"))
		w.serve("intranet:80", always(200, "direct"))
		r := w.url("http://far.example/")
		r.Proxy = winhttp.ProxySettings{Usage: winhttp.ProxyOverride, List: "corp", Bypass: "<local>"}
		resp, _ := w.get(r)
		Expect([]any{resp.ViaProxy, strings.Join(w.seen(), ", ")}).To(Equal([]any{"", "corp:80#1 GET http://far.example/, intranet:80#1 GET /"}))
	})

	It("with a body too large to skip are an error", func() {
		w.limits.DrainBytes = 10
		w.serve("origin:80", always(302, "more than ten", "Location: /x"))
		_, err := w.do(w.url("http://origin/"))
		Expect(failure(err).Code).To(Equal(hresult.ERROR_WINHTTP_RESPONSE_DRAIN_OVERFLOW))
	})
})
