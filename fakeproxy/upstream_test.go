package fakeproxy_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gleak"

	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/fakeproxy"
)

var _ = Describe("connections to the next hop", func() {
	connections := func(o *scripted) int {
		o.mu.Lock()
		defer o.mu.Unlock()
		return o.conns
	}

	It("are used again as long as the origin keeps them", func() {
		origin := script(plainOK)
		p, _ := proxy(fakeproxy.Config{})
		b := browse(p.Addr())
		for range 5 {
			Expect(b.ask(get(origin.addr(), "/")...).body).To(Equal("ok"))
		}
		Expect(connections(origin)).To(Equal(1))
	})

	It("that the origin has closed meanwhile are not used", func() {
		origin := script("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok<close>")
		p, rec := proxy(fakeproxy.Config{})
		b := browse(p.Addr())
		for _, method := range []string{"GET", "POST", "BITS_POST", "GET"} {
			request := get(origin.addr(), "/", "Content-Length: 0")
			request[0] = strings.Replace(request[0], "GET", method, 1)
			Expect(b.ask(request...).body).To(Equal("ok"))
			time.Sleep(10 * time.Millisecond) // for the end to arrive, as it would by the next request of a person
		}
		Expect(connections(origin)).To(Equal(4))
		for _, x := range rec.Exchanges(0) {
			Expect(x.Notes).To(BeEmpty())
		}
	})

	It("that the origin resets at the next request are replaced when the request may be sent again", func() {
		for method, status := range map[string]int{"GET": 200, "HEAD": 200, "BITS_POST": 502} {
			origin := script(plainOK, "<reset>", plainOK)
			p, _ := proxy(fakeproxy.Config{})
			b := browse(p.Addr())
			Expect(b.ask(get(origin.addr(), "/")...).StatusCode).To(Equal(200))
			request := get(origin.addr(), "/")
			request[0] = strings.Replace(request[0], "GET", method, 1)
			Expect(b.ask(request...).StatusCode).To(Equal(status), method)
		}
	})

	It("are not used again after bytes that nobody asked for", func() {
		origin := script(plainOK + plainOK)
		p, _ := proxy(fakeproxy.Config{})
		b := browse(p.Addr())
		for range 3 {
			Expect(b.ask(get(origin.addr(), "/")...).body).To(Equal("ok"))
		}
		Expect(connections(origin)).To(Equal(3))
	})

	It("are closed when they have rested for ten minutes, and not before", func() {
		v := clock.NewVirtual(time.Date(2004, 8, 6, 12, 0, 0, 0, time.UTC))
		for wait, conns := range map[time.Duration]int{9 * time.Minute: 1, 10 * time.Minute: 2} {
			origin := script(plainOK)
			p, _ := proxy(fakeproxy.Config{Clock: v})
			b := browse(p.Addr())
			Expect(b.ask(get(origin.addr(), "/")...).body).To(Equal("ok"))
			h := v.Hold("pause")
			Expect(h.Sleep(GinkgoT().Context(), wait)).To(Succeed())
			h.Release()
			Expect(b.ask(get(origin.addr(), "/")...).body).To(Equal("ok"))
			Expect(connections(origin)).To(Equal(conns), wait.String())
		}
	})

	It("are closed without another request, too, when they have rested long enough", func() {
		v := clock.NewVirtual(time.Date(2004, 8, 6, 12, 0, 0, 0, time.UTC))
		ended := make(chan error, 1)
		l, err := net.Listen("tcp", "127.0.0.1:0")
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(l.Close)
		go func() {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			in := bufio.NewReader(conn)
			_, _ = readHead(in)
			_, _ = io.WriteString(conn, plainOK)
			_, err = in.ReadByte()
			ended <- err
			_ = conn.Close()
		}()
		p, _ := proxy(fakeproxy.Config{Clock: v})
		Expect(browse(p.Addr()).ask(get(l.Addr().String(), "/")...).body).To(Equal("ok"))
		h := v.Hold("pause")
		Consistently(ended, "50ms").ShouldNot(Receive())
		Expect(h.Sleep(GinkgoT().Context(), time.Hour)).To(Succeed())
		h.Release()
		Eventually(ended).Should(Receive(MatchError(io.EOF)))
	})

	It("are kept for so many hosts and no more", func() {
		p, _ := proxy(fakeproxy.Config{})
		b := browse(p.Addr())
		var origins []*scripted
		for range 40 {
			origins = append(origins, script(plainOK))
		}
		for range 2 {
			for i := range origins {
				o := origins[len(origins)-1-i] // the last kept comes first
				Expect(b.ask(get(o.addr(), "/")...).body).To(Equal("ok"))
			}
			origins = append(origins[:0:0], origins...)
			for i, j := 0, len(origins)-1; i < j; i, j = i+1, j-1 {
				origins[i], origins[j] = origins[j], origins[i]
			}
		}
		total := 0
		for _, o := range origins {
			total += connections(o)
		}
		Expect(total).To(Equal(40 + 8))
	})
})

var _ = Describe("an origin that answers", func() {
	It("before it has the whole body is heard, and gets the rest", func() {
		rest := make(chan int, 1)
		origin := serve(func(w http.ResponseWriter, r *http.Request) {
			control := http.NewResponseController(w)
			_ = control.EnableFullDuplex()
			w.Header().Set("Content-Length", "5")
			_, _ = io.WriteString(w, "early")
			_ = control.Flush()
			n, _ := io.Copy(io.Discard, r.Body)
			rest <- int(n)
		})
		p, _ := proxy(fakeproxy.Config{})
		b := browse(p.Addr())
		for range 2 {
			b.send(fmt.Sprintf("POST http://%s/ HTTP/1.1", origin.Addr()), "Host: x", "Content-Length: 300000")
			_, err := b.Write(noise(100000))
			Expect(err).NotTo(HaveOccurred())
			Expect(b.read("POST").body).To(Equal("early"))
			_, err = b.Write(noise(200000))
			Expect(err).NotTo(HaveOccurred())
			Eventually(rest).Should(Receive(Equal(300000)))
		}
	})

	It("and closes in the middle of the body is heard", func() {
		origin := script("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nno\n<close>")
		p, _ := proxy(fakeproxy.Config{})
		b := browse(p.Addr())
		b.send(fmt.Sprintf("POST http://%s/ HTTP/1.1", origin.addr()), "Host: x", "Content-Length: 1000000")
		a := b.read("POST")
		Expect(a.StatusCode).To(Equal(413))
		Expect(a.body).To(Equal("no\n"))
	})

	It("with 100 and 102 first is waited for", func() {
		origin := script("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + plainOK)
		p, _ := proxy(fakeproxy.Config{})
		Expect(browse(p.Addr()).ask(get(origin.addr(), "/")...).body).To(Equal("ok"))
	})

	DescribeTable("with what can't be passed on becomes 502", func(text, words string) {
		origin := script(text)
		p, _ := proxy(fakeproxy.Config{})
		b := browse(p.Addr())
		a := b.ask(get(origin.addr(), "/")...)
		Expect(a.StatusCode).To(Equal(502))
		Expect(a.body).To(ContainSubstring(words))
		Expect(b.ask(get(origin.addr(), "/")...).StatusCode).To(Equal(502), "the client's connection stays")
	},
		Entry("a protocol that nobody asked for", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "101 Switching Protocols"),
		Entry("no HTTP", "SSH-2.0-x\r\n", "malformed"),
		Entry("a head without end", "HTTP/1.1 200 OK\r\nX: "+strings.Repeat("y", 2<<20), "too long"),
		Entry("interim answers without end", strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 100000), "too long"),
		Entry("nothing", "<close>", "closed the connection without an answer"),
		Entry("a reset", "<reset>", "reset"))
})

var _ = Describe("a request that fails on its way", func() {
	It("ends upstream too when its body does not come", func() {
		before := gleak.Goroutines()
		heads := make(chan error, 1)
		origin, err := fakehttp.Start(fakehttp.Config{Name: "origin", Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, err := io.Copy(io.Discard, r.Body)
			heads <- err
		})})
		Expect(err).NotTo(HaveOccurred())
		p, _ := proxy(fakeproxy.Config{})
		b := browse(p.Addr())
		b.send(fmt.Sprintf("POST http://%s/ HTTP/1.1", origin.Addr()), "Host: x", "Content-Length: 1000")
		_, err = b.Write(noise(10))
		Expect(err).NotTo(HaveOccurred())
		Expect(b.Close()).To(Succeed())
		Eventually(heads).Should(Receive(HaveOccurred()))
		Expect(p.Close()).To(Succeed())
		Expect(origin.Close()).To(Succeed())
		Eventually(gleak.Goroutines).ShouldNot(gleak.HaveLeaked(before))
	})

	It("is refused with 413 when its body is longer than the proxy takes", func() {
		origin := serve(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) })
		p, _ := proxy(fakeproxy.Config{Limits: fakehttp.Limits{Body: 10}})
		b := browse(p.Addr())
		b.send(fmt.Sprintf("POST http://%s/ HTTP/1.1", origin.Addr()), "Host: x", "Transfer-Encoding: chunked")
		_, err := io.WriteString(b, "14\r\n01234567890123456789\r\n0\r\n\r\n")
		Expect(err).NotTo(HaveOccurred())
		a := b.read("POST")
		Expect(a.StatusCode).To(Equal(413), a.body)
	})
})
