package fakeproxy_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakeproxy"
)

var _ = Describe("when, of a proxy", func() {
	type params = map[string]any
	refusing := func(p params) *fakeproxy.Server {
		p["status"] = 503
		server, _ := proxy(fakeproxy.Config{Auth: byBasic(), Behaviours: []fakeproxy.Use{{Name: "status", Params: p}}})
		return server
	}
	ask := func(p *fakeproxy.Server, lines []string, more ...string) int {
		return browse(p.Addr()).ask(append(append(lines, "Proxy-Authorization: "+basic(`LAB\alice:pw`)), more...)...).StatusCode
	}

	It("chooses by the host of plain requests and of CONNECT", func() {
		p, origin, echo := refusing(params{"when": params{"host": "127.0.*"}}), file().Addr(), echoServer()
		Expect(ask(p, get(origin, "/f.cab"))).To(Equal(503))
		Expect(ask(p, connect(echo))).To(Equal(503))
		p = refusing(params{"when": params{"host": "*.windowsupdate.com"}})
		Expect(ask(p, get(origin, "/f.cab"))).To(Equal(200))
		Expect(ask(p, connect(echo))).To(Equal(200))
	})

	It("has the short forms that servers have", func() {
		p, origin := refusing(params{"path": "/f.cab", "method": "HEAD"}), file().Addr()
		Expect(ask(p, get(origin, "/f.cab"))).To(Equal(200))
		head := get(origin, "/f.cab")
		head[0] = "HEAD" + head[0][len("GET"):]
		Expect(ask(p, head)).To(Equal(503))
	})

	It("knows who has logged in, the proxy's state and its count", func() {
		p, origin := refusing(params{"when": params{"account": "alice", "state": params{"strict": true}, "nth": 2}}), file().Addr()
		Expect(ask(p, get(origin, "/f.cab"))).To(Equal(200))
		Expect(p.SetState("strict", "true")).To(Succeed())
		Expect(p.State()).To(HaveKeyWithValue("strict", "true"))
		Expect(ask(p, get(origin, "/f.cab"))).To(Equal(200))
		Expect(ask(p, get(origin, "/f.cab"))).To(Equal(503))
		Expect(p.SetState("a b", "x")).To(MatchError(ContainSubstring("without blanks")))
	})
})
