package answers_test

import (
	"bufio"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/behaviour/answers"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/transcript"
)

// page is what the fake under test answers with a status.
func page(w http.ResponseWriter, _ *http.Request, status int) {
	w.WriteHeader(status)
	_, _ = io.WriteString(w, "page")
}

// fake is a server with one behaviour around a handler, and a client of it.
type fake struct {
	conn net.Conn
	in   *bufio.Reader
	clk  *clock.Virtual
	rec  *transcript.Recorder
	addr string
}

var start = time.Date(2004, 8, 6, 12, 0, 0, 0, time.UTC)

func with(name string, params map[string]any, handler http.HandlerFunc) *fake {
	GinkgoHelper()
	m, err := answers.Table(page).Build(name, params, behaviour.Env{})
	Expect(err).NotTo(HaveOccurred())
	return serving(m(handler))
}

func serving(handler http.Handler) *fake {
	GinkgoHelper()
	f := &fake{clk: clock.NewVirtual(start)}
	f.rec = transcript.New(transcript.Options{Now: f.clk.Now})
	s, err := fakehttp.Start(fakehttp.Config{Clock: f.clk, Recorder: f.rec, Handler: handler})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(s.Close)
	f.addr = s.Addr()
	f.dial()
	return f
}

func (f *fake) dial() {
	GinkgoHelper()
	conn, err := net.Dial("tcp", f.addr)
	Expect(err).NotTo(HaveOccurred())
	Expect(conn.SetDeadline(time.Now().Add(20 * time.Second))).To(Succeed())
	DeferCleanup(func() { _ = conn.Close() })
	f.conn, f.in = f.clk.Track(conn), bufio.NewReader(conn)
	f.in.Reset(f.conn)
}

// ask sends a request and returns the answer, its body and the error in its place.
func (f *fake) ask(line string) (*http.Response, string, error) {
	h := f.clk.Hold("client")
	defer h.Release()
	h.Bind(f.conn)
	if _, err := io.WriteString(f.conn, line+" HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		return nil, "", err
	}
	resp, err := http.ReadResponse(f.in, nil)
	if err != nil {
		return nil, "", err
	}
	body, err := io.ReadAll(resp.Body)
	return resp, string(body), err
}

func (f *fake) statuses(n int) []int {
	GinkgoHelper()
	var list []int
	for range n {
		resp, _, err := f.ask("GET /")
		Expect(err).NotTo(HaveOccurred())
		list = append(list, resp.StatusCode)
	}
	return list
}

func (f *fake) closed() bool {
	_, err := f.in.ReadByte()
	return errors.Is(err, io.EOF)
}

func (f *fake) notes() []string {
	var list []string
	for _, x := range f.rec.Exchanges(0) {
		list = append(list, x.Notes...)
	}
	return list
}

func hello(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "5")
	_, _ = io.WriteString(w, "hello")
}

// flushed answers without a length.
func flushed(w http.ResponseWriter, _ *http.Request) {
	_ = http.NewResponseController(w).Flush()
	_, _ = io.WriteString(w, "hello")
}

var _ = Describe("the shared behaviours", func() {
	It("status answers everything with the fake's page", func() {
		f := with("status", map[string]any{"status": 404, "retry-after": "1500ms"}, hello)
		resp, body, err := f.ask("GET /")
		Expect(err).NotTo(HaveOccurred())
		Expect(resp.StatusCode).To(Equal(404))
		Expect(body).To(Equal("page"))
		Expect(resp.Header.Get("Retry-After")).To(Equal("2"), "rounded up")
		Expect(f.notes()).To(ConsistOf("status: answered 404"))
	})

	DescribeTable("status-nth picks requests", func(params map[string]any, want ...int) {
		f := with("status-nth", params, hello)
		Expect(f.statuses(len(want))).To(Equal(want))
	},
		Entry("the nth", map[string]any{"nth": 2}, 200, 503, 200, 200),
		Entry("from", map[string]any{"from": 3, "status": 500}, 200, 200, 500, 500),
		Entry("to", map[string]any{"to": 2}, 503, 503, 200),
		Entry("from and to", map[string]any{"from": 2, "to": 3}, 200, 503, 503, 200),
		Entry("every", map[string]any{"every": 2}, 200, 503, 200, 503))

	It("status-nth counts over all connections", func() {
		f := with("status-nth", map[string]any{"nth": 2}, hello)
		Expect(f.statuses(1)).To(Equal([]int{200}))
		f.dial()
		Expect(f.statuses(2)).To(Equal([]int{503, 200}))
	})

	DescribeTable("status-nth refuses parameters that say nothing", func(params map[string]any, words string) {
		_, err := answers.Table(page).Build("status-nth", params, behaviour.Env{})
		Expect(err).To(MatchError(ContainSubstring(words)))
	},
		Entry("none", nil, "exactly one"),
		Entry("two", map[string]any{"nth": 1, "every": 2}, "exactly one"),
		Entry("zero", map[string]any{"nth": 0}, "from 1"),
		Entry("never", map[string]any{"every": 0}, "from 1"),
		Entry("backwards", map[string]any{"from": 3, "to": 2}, "less than"))

	It("delay lets the world's time pass first", func() {
		f := with("delay", map[string]any{"duration": "6m"}, hello)
		Expect(f.statuses(2)).To(Equal([]int{200, 200}))
		Expect(f.clk.Now()).To(Equal(start.Add(12 * time.Minute)))
	})

	It("delay may wait longer by chance, the same in each run", func() {
		wait := func(seed uint64) (waits []time.Duration) {
			m, err := answers.Table(page).Build("delay", map[string]any{"duration": "1s", "jitter": "10s"},
				behaviour.Env{Rand: rand.New(rand.NewPCG(seed, 0))})
			Expect(err).NotTo(HaveOccurred())
			f := serving(m(http.HandlerFunc(hello)))
			for range 5 {
				before := f.clk.Now()
				f.statuses(1)
				waits = append(waits, f.clk.Now().Sub(before))
			}
			return waits
		}
		first := wait(1)
		Expect(first).To(HaveEach(And(BeNumerically(">=", time.Second), BeNumerically("<=", 11*time.Second))))
		Expect(first[1:]).NotTo(HaveEach(first[0]))
		Expect(wait(1)).To(Equal(first))
		Expect(wait(2)).NotTo(Equal(first))
	})

	It("delay ends the connection of a client that gives up", func() {
		f := with("delay", map[string]any{"duration": "6m"}, func(http.ResponseWriter, *http.Request) { Fail("the handler was reached") })
		h := f.clk.Hold("client")
		h.Bind(f.conn)
		_, err := io.WriteString(f.conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		Expect(err).NotTo(HaveOccurred())
		timer := f.clk.Hold("time-out")
		go func() {
			defer GinkgoRecover()
			defer timer.Release()
			Expect(timer.Sleep(GinkgoT().Context(), time.Minute)).To(Succeed())
			h.Reclaim()
		}()
		Expect(f.closed()).To(BeTrue())
		Expect(f.clk.Now()).To(Equal(start.Add(time.Minute)))
		h.Release()
	})

	It("no-answer ends the connection, in order or not, as often as told", func() {
		f := with("no-answer", map[string]any{"times": 1}, hello)
		_, _, err := f.ask("GET /")
		Expect(err).To(MatchError(io.ErrUnexpectedEOF))
		f.dial()
		Expect(f.statuses(1)).To(Equal([]int{200}))

		f = with("no-answer", map[string]any{"how": "reset"}, hello)
		_, _, err = f.ask("GET /")
		Expect(err).To(MatchError(syscall.ECONNRESET))
	})

	It("close ends the connection after the answer, and withdraws other promises", func() {
		f := with("close", nil, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Connection", "keep-alive")
			w.Header().Set("Proxy-Connection", "keep-alive")
			hello(w, r)
		})
		resp, body, err := f.ask("GET /")
		Expect(err).NotTo(HaveOccurred())
		Expect(resp.Close).To(BeTrue())
		Expect(resp.Header).NotTo(HaveKey("Proxy-Connection"))
		Expect(body).To(Equal("hello"))
		Expect(f.closed()).To(BeTrue())
	})

	It("close sees answers to which nothing was written", func() {
		f := with("close", nil, func(http.ResponseWriter, *http.Request) {})
		Expect(f.statuses(1)).To(Equal([]int{200}))
		Expect(f.closed()).To(BeTrue())
		Expect(f.notes()).To(HaveLen(1))
	})

	It("http10 closes after each answer", func() {
		f := with("http10", nil, hello)
		resp, body, err := f.ask("GET /")
		Expect(err).NotTo(HaveOccurred())
		Expect(resp.Proto).To(Equal("HTTP/1.0"))
		Expect(body).To(Equal("hello"))
		Expect(f.closed()).To(BeTrue())
	})

	It("http10 with keep-alive keeps the connection when the length is known, and never chunks", func() {
		f := with("http10", map[string]any{"keep-alive": true}, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/flushed" {
				flushed(w, r)
				return
			}
			hello(w, r)
		})
		for range 2 {
			resp, _, err := f.ask("GET /")
			Expect(err).NotTo(HaveOccurred())
			Expect(resp.Proto).To(Equal("HTTP/1.0"))
			Expect(resp.Header.Get("Connection")).To(Equal("keep-alive"))
		}
		resp, body, err := f.ask("GET /flushed")
		Expect(err).NotTo(HaveOccurred())
		Expect(resp.TransferEncoding).To(BeEmpty())
		Expect(body).To(Equal("hello"))
		Expect(f.closed()).To(BeTrue())
	})

	It("are described", func() {
		for _, d := range answers.Table(page) {
			Expect(d.Help).To(HaveSuffix("."), d.Name)
			Expect(d.Source).NotTo(BeEmpty(), d.Name)
			Expect(d.Example).To(HavePrefix("{"+d.Name+": "), d.Name)
		}
	})
})
