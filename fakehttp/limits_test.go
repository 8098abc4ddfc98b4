package fakehttp_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakehttp"
)

// short is a limit that a spec waits for.
const short = 100 * time.Millisecond

var _ = Describe("what clients may cost", func() {
	serve := func(limits fakehttp.Limits, h http.HandlerFunc) *fakehttp.Server {
		s, err := fakehttp.Start(fakehttp.Config{Limits: limits, Handler: h})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(s.Close)
		return s
	}
	hello := func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }

	It("is bounded in connections, and a place that gets free is given away again", func() {
		s := serve(fakehttp.Limits{Conns: 2}, hello)
		first, second := dial(s, plain), dial(s, plain)
		Expect(first.get("/").StatusCode).To(Equal(200))
		Expect(second.get("/").StatusCode).To(Equal(200))
		refused := dial(s, plain).get("/")
		Expect(refused.StatusCode).To(Equal(503))
		Expect(refused.Close).To(BeTrue())
		Expect(first.Conn.Close()).To(Succeed())
		Eventually(func() int { return dial(s, plain).get("/").StatusCode }).Should(Equal(200))
	})

	It("closes connections far beyond the limit without an answer", func() {
		s := serve(fakehttp.Limits{Conns: 1}, hello)
		var open []net.Conn
		DeferCleanup(func() {
			for _, c := range open {
				_ = c.Close()
			}
		})
		closed := func() bool {
			c, err := net.Dial("tcp", s.Addr())
			Expect(err).NotTo(HaveOccurred())
			open = append(open, c)
			Expect(c.SetReadDeadline(time.Now().Add(20 * time.Millisecond))).To(Succeed())
			_, err = c.Read(make([]byte, 1))
			late, ok := err.(net.Error)
			return !ok || !late.Timeout()
		}
		n := 0
		for ; n < 200 && !closed(); n++ {
		}
		Expect(n).To(And(BeNumerically(">", 1), BeNumerically("<", 100)))
	})

	It("is bounded in request bodies, told or chunked", func() {
		failed := make(chan error, 1)
		s := serve(fakehttp.Limits{Body: 10}, func(w http.ResponseWriter, r *http.Request) {
			_, err := io.Copy(io.Discard, r.Body)
			failed <- err
		})
		c := dial(s, plain)
		_, _ = fmt.Fprintf(c.Conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n")
		resp, err := http.ReadResponse(c.Reader, nil)
		Expect(err).NotTo(HaveOccurred())
		Expect(resp.StatusCode).To(Equal(413))
		c = dial(s, plain)
		_, _ = fmt.Fprintf(c.Conn, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nhello there\r\n0\r\n\r\n")
		Eventually(failed).Should(Receive(MatchError(ContainSubstring("too large"))))
		c = dial(s, plain)
		_, _ = fmt.Fprintf(c.Conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n0123456789")
		Eventually(failed).Should(Receive(BeNil()))
	})

	It("is bounded in silence between requests", func() {
		c := dial(serve(fakehttp.Limits{Idle: short}, hello), plain)
		Expect(text(c.get("/"))).To(Equal("hello"))
		_, err := c.Read(make([]byte, 1))
		Expect(err).To(MatchError(io.EOF))
	})

	It("is bounded in how long a body makes the server wait, and not in how long all of it takes", func() {
		failed := make(chan error, 1)
		s := serve(fakehttp.Limits{Stall: 3 * short}, func(w http.ResponseWriter, r *http.Request) {
			_, err := io.Copy(io.Discard, r.Body)
			failed <- err
		})
		c := dial(s, plain)
		_, _ = fmt.Fprintf(c.Conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20480\r\n\r\n")
		for range 5 {
			time.Sleep(short)
			_, _ = c.Conn.Write(make([]byte, 4096))
		}
		Eventually(failed).Should(Receive(BeNil()))
		_, err := http.ReadResponse(c.Reader, nil)
		Expect(err).NotTo(HaveOccurred())
		_, _ = fmt.Fprintf(c.Conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nx")
		Eventually(failed).Should(Receive(MatchError(ContainSubstring("timeout"))))
	})

	DescribeTable("cuts a client off that sends a byte now and then", func(head string) {
		c := dial(serve(fakehttp.Limits{Stall: 3 * short}, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				_, _ = io.Copy(io.Discard, r.Body)
			}
		}), plain)
		_, _ = io.WriteString(c.Conn, head)
		stop := make(chan struct{})
		defer close(stop)
		go func() {
			for {
				select {
				case <-stop:
					return
				case <-time.After(short / 2):
					_, _ = io.WriteString(c.Conn, "x")
				}
			}
		}()
		_, err := io.Copy(io.Discard, c)
		Expect(err).To(Or(BeNil(), MatchError(ContainSubstring("reset"))), "and not that our own patience is over")
	},
		Entry("of the head", "GET / HTTP/1.1\r\nX: "),
		Entry("of a body that nobody reads", "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"),
		Entry("of the body", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"))

	DescribeTable("is bounded in how long an answer waits to be read, and not in how long all of it takes", func(open func() io.Reader) {
		const stall = 3 * short
		ended := make(chan error, 1)
		s := serve(fakehttp.Limits{Stall: stall}, func(w http.ResponseWriter, _ *http.Request) {
			_, err := io.Copy(w, open())
			ended <- err
		})
		ask := func() client {
			c := dial(s, plain)
			_, _ = io.WriteString(c.Conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
			return c
		}
		slow := ask()
		for range 8 {
			_, err := io.CopyN(io.Discard, slow, 2<<20)
			Expect(err).NotTo(HaveOccurred())
			time.Sleep(short)
		}
		_, _ = io.CopyN(io.Discard, slow, 48<<20)
		Eventually(ended).Should(Receive(BeNil()))
		ask()
		Eventually(ended, "20s").Should(Receive(HaveOccurred()))
	},
		Entry("from memory", func() io.Reader { return strings.NewReader(strings.Repeat("x", 64<<20)) }),
		Entry("from disk", func() io.Reader {
			f, err := os.Create(filepath.Join(GinkgoT().TempDir(), "long.bin"))
			Expect(err).NotTo(HaveOccurred())
			DeferCleanup(f.Close)
			Expect(f.Truncate(64 << 20)).To(Succeed())
			return io.LimitReader(f, 64<<20)
		}))

	It("lets a tunnel live while bytes go one way, and ends one that is silent", func() {
		var sent atomic.Int32
		s := serve(fakehttp.Limits{Idle: 3 * short}, func(w http.ResponseWriter, r *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			Expect(err).NotTo(HaveOccurred())
			over := make(chan struct{})
			go func() { // the client says nothing all the time
				defer close(over)
				_, _ = io.Copy(io.Discard, conn)
				_ = conn.Close()
			}()
			for range 8 {
				time.Sleep(short)
				if _, err := io.WriteString(conn, "x"); err == nil {
					sent.Add(1)
				}
			}
			<-over
		})
		c := dial(s, plain)
		_, _ = io.WriteString(c.Conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		all, err := io.ReadAll(c)
		Expect(err).NotTo(HaveOccurred())
		Expect(string(all)).To(Equal("xxxxxxxx"))
		Expect(sent.Load()).To(Equal(int32(8)))
	})
})
