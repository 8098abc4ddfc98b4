package fakeproxy_test

import (
	"io"
	"net"
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gleak"

	"github.com/wualab/wualab/fakeproxy"
)

var _ = Describe("closing", func() {
	It("ends all that goes on, and leaves no goroutine", func() {
		before := gleak.Goroutines()
		stalled, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and says nothing
		Expect(err).NotTo(HaveOccurred())
		defer stalled.Close()
		origin := script(plainOK)
		for _, uses := range [][]fakeproxy.Use{nil, use("unpinned")} {
			p, _ := proxy(fakeproxy.Config{Auth: byBasic(), Behaviours: uses})
			credentials := "Proxy-Authorization: " + basic(`LAB\alice:pw`)
			idle, waiting, tunnel := browse(p.Addr()), browse(p.Addr()), browse(p.Addr())
			Expect(idle.ask(get(origin.addr(), "/", credentials)...).body).To(Equal("ok"))
			Expect(tunnel.ask(append(connect(stalled.Addr().String()), credentials)...).StatusCode).To(Equal(200))
			_, err := stalled.Accept()
			Expect(err).NotTo(HaveOccurred())
			waiting.send(get(stalled.Addr().String(), "/", credentials)...)
			up, err := stalled.Accept()
			Expect(err).NotTo(HaveOccurred())
			_, err = up.Read(make([]byte, 1))
			Expect(err).NotTo(HaveOccurred())

			Expect(p.Close()).To(Succeed())
			Expect(p.Close()).To(Succeed())
			for _, b := range []*browser{idle, waiting, tunnel} {
				Expect(b.closed()).To(BeTrue())
			}
			_, err = io.ReadAll(up)
			Expect(err).NotTo(HaveOccurred())
			_, err = net.Dial("tcp", p.Addr())
			Expect(err).To(HaveOccurred())
		}
		Expect(origin.Close()).To(Succeed())
		Eventually(gleak.Goroutines).ShouldNot(gleak.HaveLeaked(before))
	})

	It("leaves nothing behind of clients that have gone", func() {
		origin := serve(func(w http.ResponseWriter, r *http.Request) {})
		p, _ := proxy(fakeproxy.Config{})
		before := gleak.Goroutines()
		for range 20 {
			b := browse(p.Addr())
			Expect(b.ask(get(origin.Addr(), "/")...).StatusCode).To(Equal(200))
			Expect(b.Close()).To(Succeed())
		}
		Eventually(gleak.Goroutines).ShouldNot(gleak.HaveLeaked(before))
	})
})
