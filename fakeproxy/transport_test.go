package fakeproxy_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakeproxy"
)

var _ = Describe("the behaviours of package transport at a proxy", func() {
	It("act on what is forwarded", func() {
		p, rec := proxy(fakeproxy.Config{Behaviours: use("large-head", "bytes", "100B")})
		a := browse(p.Addr()).ask(get(file().Addr(), "/f.cab")...)
		Expect(a.Header.Get("X-Padding")).NotTo(BeEmpty())
		Expect(a.body).To(Equal("0123456789"))
		Expect(rec.Exchanges(0)[0].Notes).To(ContainElement("large-head: added 100 bytes"))
	})

	It("cut bodies on their way", func() {
		p, rec := proxy(fakeproxy.Config{Behaviours: use("cut-after", "bytes", "4B")})
		a := browse(p.Addr()).ask(get(file().Addr(), "/f.cab")...)
		Expect(a.body).To(Equal("0123"))
		Expect(rec.Exchanges(0)[0].Notes).To(ContainElement("cut-after: cut the connection (close)"))
	})

	It("act on the answer to CONNECT", func() {
		p, _ := proxy(fakeproxy.Config{Behaviours: use("large-head", "bytes", "100B")})
		a := browse(p.Addr()).ask("CONNECT "+file().Addr()+" HTTP/1.1", "Host: x")
		Expect(a.StatusCode).To(Equal(200))
		Expect(a.Header.Get("X-Padding")).NotTo(BeEmpty())
	})
})
