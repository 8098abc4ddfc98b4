package fakeproxy_test

import (
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakeproxy"
)

var _ = Describe("header fields, at a proxy", func() {
	echo := func() string {
		return serve(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Seen", r.Header.Get("X-Sent")+r.Header.Get("X-Set"))
			w.Header().Set("X-Secret", "s")
		}).Addr()
	}
	ask := func(name string, params ...any) answer {
		p, _ := proxy(fakeproxy.Config{Behaviours: use(name, params...)})
		return browse(p.Addr()).ask(get(echo(), "/", "X-Sent: sent")...)
	}

	It("of answers are set and left out", func() {
		Expect(ask("set-header", "name", "X-Seen", "value", "other").Header["X-Seen"]).To(Equal([]string{"other"}))
		Expect(ask("strip-header", "name", "x-secret").Header).NotTo(HaveKey("X-Secret"))
	})
	It("of requests are set and left out", func() {
		Expect(ask("set-request-header", "name", "X-Set", "value", "+set").Header.Get("X-Seen")).To(Equal("sent+set"))
		Expect(ask("strip-request-header", "name", "x-sent").Header.Get("X-Seen")).To(BeEmpty())
	})
	It("that frame messages have behaviours of their own", func() {
		_, err := fakeproxy.New(fakeproxy.Config{Name: "p", Behaviours: use("set-header", "name", "content-length", "value", "1")})
		Expect(err).To(MatchError(ContainSubstring(`use the behaviour "drop-content-length"`)))
	})
	It("come with an answer of the proxy's own", func() {
		a := ask("answer", "status", 403, "reason", "Forbidden ( 12202 )", "headers", map[string]any{"Via": "1.1 {{header.x-sent}}"}, "body", "{{host}}{{path}}")
		Expect(a.Status).To(Equal("403 Forbidden ( 12202 )"))
		Expect(a.Header.Get("Via")).To(Equal("1.1 sent"))
		Expect(a.body).To(Equal("127.0.0.1/"))
	})
})
