package fakeproxy_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakeproxy"
)

var _ = Describe("a login at the origin", func() {
	It("works through the proxy, and with the proxy's own on the same connection", func() {
		origin := guarded()
		p, _ := proxy(fakeproxy.Config{Auth: byNTLM()})
		b := browse(p.Addr())
		through := b.login("Proxy-Authorization", user("alice", "pw", 0), get(origin.Addr(), "/")...)
		Expect(statuses(through)).To(Equal([]int{407, 407, 401}))
		all := b.login("Authorization", user("bob", "pw2", 0), get(origin.Addr(), "/")...)
		Expect(statuses(all)).To(Equal([]int{401, 401, 200}))
		Expect(all[2].body).To(Equal(`LAB\bob`))
		Expect(b.ask(get(origin.Addr(), "/")...).body).To(Equal(`LAB\bob`), "the connection stays logged in")
	})

	It("is not another client's", func() {
		origin := guarded()
		p, _ := proxy(fakeproxy.Config{})
		first, second := browse(p.Addr()), browse(p.Addr())
		Expect(first.login("Authorization", user("alice", "pw", 0), get(origin.Addr(), "/")...)[2].body).To(Equal(`LAB\alice`))
		Expect(second.ask(get(origin.Addr(), "/")...).StatusCode).To(Equal(401))
		Expect(second.login("Authorization", user("bob", "pw2", 0), get(origin.Addr(), "/")...)[2].body).To(Equal(`LAB\bob`))
		Expect(first.ask(get(origin.Addr(), "/")...).body).To(Equal(`LAB\alice`))
	})

	It("leaks to the next client with the behaviour unpinned", func() {
		origin := guarded()
		p, _ := proxy(fakeproxy.Config{Behaviours: use("unpinned")})
		Expect(browse(p.Addr()).login("Authorization", user("alice", "pw", 0), get(origin.Addr(), "/")...)[2].body).To(Equal(`LAB\alice`))
		other := browse(p.Addr()).ask(get(origin.Addr(), "/")...)
		Expect(other.StatusCode).To(Equal(200))
		Expect(other.body).To(Equal(`LAB\alice`), "whoever asks is taken for alice")
	})

	It("ends with the client's connection, and so does the connection upstream", func() {
		origin := script(plainOK)
		p, _ := proxy(fakeproxy.Config{})
		for range 3 {
			b := browse(p.Addr())
			b.ask(get(origin.addr(), "/")...)
			b.ask(get(origin.addr(), "/")...)
			_ = b.Close()
		}
		origin.mu.Lock()
		defer origin.mu.Unlock()
		Expect(origin.conns).To(Equal(3), "one for each client connection")
	})
})
