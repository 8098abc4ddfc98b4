package transport_test

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/behaviour/transport"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/transcript"
)

var start = time.Date(2004, 8, 6, 12, 0, 0, 0, time.UTC)

type params = map[string]any

// whole is what the fake serves.
var whole = bytes.Repeat([]byte("0123456789"), 1000)

// fake is a listener with one behaviour around a handler that serves whole.
type fake struct {
	addr string
	clk  *clock.Virtual
	rec  *transcript.Recorder
	read int64 // bytes of bodies that the handler got
}

func page(w http.ResponseWriter, _ *http.Request, status int) {
	w.Header().Set("Content-Length", "4")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, "page")
}

func with(name string, p params) *fake {
	GinkgoHelper()
	f := &fake{clk: clock.NewVirtual(start)}
	f.rec = transcript.New(transcript.Options{Now: f.clk.Now})
	m, err := transport.Table(page).Build(name, p, behaviour.Env{Clock: f.clk})
	Expect(err).NotTo(HaveOccurred())
	handler := m(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.read, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Length", strconv.Itoa(len(whole)))
		w.Header().Set("Content-Type", "text/plain")
		_, _ = w.Write(whole)
	}))
	s, err := fakehttp.Start(fakehttp.Config{Clock: f.clk, Recorder: f.rec, Handler: handler})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(s.Close)
	f.addr = s.Addr()
	return f
}

func refusal(name string, p params) error {
	_, err := transport.Table(page).Build(name, p, behaviour.Env{})
	return err
}

func (f *fake) dial() net.Conn {
	GinkgoHelper()
	conn, err := net.Dial("tcp", f.addr)
	Expect(err).NotTo(HaveOccurred())
	Expect(conn.SetDeadline(time.Now().Add(20 * time.Second))).To(Succeed())
	DeferCleanup(func() { _ = conn.Close() })
	return f.clk.Track(conn)
}

// ask sends a request after which the connection ends, and gives all that comes back and
// how it ended.
func (f *fake) ask(method string, lines ...string) (head, body string, err error) {
	GinkgoHelper()
	conn := f.dial()
	h := f.clk.Hold("client")
	defer h.Release()
	h.Bind(conn)
	_, err = io.WriteString(conn, method+" / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"+strings.Join(append(lines, "", ""), "\r\n"))
	Expect(err).NotTo(HaveOccurred())
	all, err := io.ReadAll(conn)
	head, body, _ = strings.Cut(string(all), "\r\n\r\n")
	return head, body, err
}

func (f *fake) get() (head, body string) {
	GinkgoHelper()
	head, body, err := f.ask("GET")
	Expect(err).NotTo(HaveOccurred())
	return head, body
}

// passed is the world's time since the start.
func (f *fake) passed() time.Duration { return f.clk.Now().Sub(start) }

func (f *fake) notes() (list []string) {
	for _, x := range f.rec.Exchanges(0) {
		list = append(list, x.Notes...)
	}
	return list
}
