package winhttp_test

import (
	"context"
	"io"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/hresult"
)

var _ = Describe("connections", func() {
	var w *world
	BeforeEach(func() { w = newWorld() })

	// twice says on which connections two requests arrive when the first one is
	// answered like this.
	twice := func(first string, proxy string) []string {
		GinkgoHelper()
		name, settings := "origin:80", winhttp.ProxySettings{}
		if proxy != "" {
			name, settings = "corp:80", winhttp.ProxySettings{Usage: winhttp.ProxyOverride, List: proxy}
		}
		w.serve(name, func(n int, l *link) {
			if l.head() == nil {
				return
			}
			l.say(first)
			if strings.HasPrefix(first, "HTTP/1.0 200 OK\r\n\r\n") {
				return // the body ends with the connection
			}
			for l.head() != nil {
				l.say(first)
			}
		})
		for _, path := range []string{"/a", "/b"} {
			r := w.url("http://origin" + path)
			r.Proxy = settings
			_, body := w.get(r)
			Expect(body).To(Equal("ok"))
		}
		var where []string
		for _, s := range w.seen() {
			c, _, _ := strings.Cut(s, " ")
			where = append(where, c[strings.Index(c, "#"):])
		}
		return where
	}

	DescribeTable("are used again when the answer allows it",
		func(answer, proxy string, same bool) {
			want := []string{"#1", "#2"}
			if same {
				want = []string{"#1", "#1"}
			}
			Expect(twice(answer, proxy)).To(Equal(want))
		},
		Entry("HTTP/1.1", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "", true),
		Entry("HTTP/1.1 chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", "", true),
		Entry("HTTP/1.1 close", "HTTP/1.1 200 OK\r\nConnection: foo, Close\r\nContent-Length: 2\r\n\r\nok", "", false),
		Entry("HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", "", false),
		Entry("HTTP/1.0 keep-alive", "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nok", "", true),
		Entry("HTTP/1.0 to the end", "HTTP/1.0 200 OK\r\n\r\nok", "", false),
		Entry("HTTP/1.0 Proxy-Connection, direct", "HTTP/1.0 200 OK\r\nProxy-Connection: keep-alive\r\nContent-Length: 2\r\n\r\nok", "", false),
		Entry("HTTP/1.0 Proxy-Connection, proxy", "HTTP/1.0 200 OK\r\nProxy-Connection: keep-alive\r\nContent-Length: 2\r\n\r\nok", "corp", true),
		Entry("HTTP/1.1 Proxy-Connection close", "HTTP/1.1 200 OK\r\nProxy-Connection: close\r\nContent-Length: 2\r\n\r\nok", "corp", false),
		Entry("more bytes than announced", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokay", "", false),
	)

	It("are not shared between sessions", func() {
		w.serve("origin:80", always(200, "ok"))
		for _, session := range []string{"alice", "bob", "alice"} {
			r := w.url("http://origin/")
			r.Session = session
			w.get(r)
		}
		Expect(w.seen()).To(Equal([]string{"origin:80#1 GET /", "origin:80#2 GET /", "origin:80#1 GET /"}))
	})

	It("are closed when unused for IdleTime, without a hold of their own", func() {
		gone := make(chan time.Time, 1)
		w.serve("origin:80", func(n int, l *link) {
			for l.head() != nil {
				l.answer(200, "ok")
			}
			if n == 1 {
				gone <- w.clk.Now()
			}
		})
		start := w.clk.Now()
		w.get(w.url("http://origin/a"))
		Expect(w.hold.Sleep(context.Background(), 59*time.Second)).To(Succeed())
		w.get(w.url("http://origin/b"))
		Expect(w.hold.Sleep(context.Background(), 61*time.Second)).To(Succeed())
		w.get(w.url("http://origin/c"))
		Expect(w.seen()).To(Equal([]string{"origin:80#1 GET /a", "origin:80#1 GET /b", "origin:80#2 GET /c"}))
		Expect((<-gone).Sub(start)).To(BeNumerically(">=", 119*time.Second))
		Expect(w.clk.Holders()).To(Equal([]string{"spec"}))
	})

	It("that died while unused are replaced once", func() {
		w.serve("origin:80", func(n int, l *link) {
			l.head()
			l.answer(200, "ok")
			if n == 1 {
				l.head() // reads the next request and hangs up
				return
			}
			for l.head() != nil {
				l.answer(200, "ok")
			}
		})
		w.get(w.url("http://origin/a"))
		_, body := w.get(w.url("http://origin/b"))
		Expect(body).To(Equal("ok"))
		Expect(w.seen()).To(Equal([]string{"origin:80#1 GET /a", "origin:80#1 GET /b", "origin:80#2 GET /b"}))
	})

	It("that die a second time are an error", func() {
		w.serve("origin:80", func(n int, l *link) {
			l.head()
			if n == 1 {
				l.answer(200, "ok")
				l.head()
			}
		})
		w.get(w.url("http://origin/a"))
		_, err := w.do(w.url("http://origin/b"))
		Expect(failure(err).Code).To(Equal(hresult.ERROR_WINHTTP_CONNECTION_ERROR))
		Expect(w.seen()).To(HaveLen(3))
	})

	It("that die within an answer are not tried again", func() {
		w.serve("origin:80", func(n int, l *link) {
			l.head()
			if n == 1 {
				l.answer(200, "ok")
				l.head()
			}
			l.say("HTTP/1.1 200")
		})
		w.get(w.url("http://origin/a"))
		_, err := w.do(w.url("http://origin/b"))
		Expect(failure(err).Code).To(Equal(hresult.ERROR_WINHTTP_CONNECTION_ERROR))
		Expect(w.seen()).To(HaveLen(2))
	})

	It("are kept when little of a body is left at Close, and dropped when much is", func() {
		w.limits.DrainBytes = 100
		w.serve("origin:80", func(n int, l *link) {
			for {
				r := l.head()
				if r == nil {
					return
				}
				l.answer(200, strings.Repeat("x", map[string]int{"/little": 50, "/much": 5000}[r.URL.Path]))
			}
		})
		for _, path := range []string{"/little", "/much", "/little"} {
			resp, err := w.do(w.url("http://origin" + path))
			Expect(err).NotTo(HaveOccurred())
			Expect(resp.Body.Close()).To(Succeed())
			_, err = resp.Body.Read(make([]byte, 1))
			Expect(err).To(MatchError("read of a closed body"))
		}
		Expect(w.seen()).To(Equal([]string{"origin:80#1 GET /little", "origin:80#1 GET /much", "origin:80#2 GET /little"}))
	})

	It("end with the client, also those in use", func() {
		w.serve("origin:80", func(n int, l *link) {
			l.head()
			l.say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf.")
			l.head()
		})
		resp, err := w.do(w.url("http://origin/a"))
		Expect(err).NotTo(HaveOccurred())
		w.client.Close()
		_, err = io.ReadAll(resp.Body)
		Expect(failure(err).Op).To(Equal("read body"))
		_, err = w.do(w.url("http://origin/a"))
		Expect(failure(err).Code).To(Equal(hresult.ERROR_WINHTTP_SHUTDOWN))
	})
})
