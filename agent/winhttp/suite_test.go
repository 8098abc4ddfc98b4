package winhttp_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/transcript"
)

func TestWinHTTP(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "winhttp")
}

// world is a client with its clock and record, and raw servers by name.
type world struct {
	clk    *clock.Virtual
	rec    *transcript.Recorder
	hold   clock.Hold
	names  map[string]string
	limits winhttp.Limits
	cfg    winhttp.Config
	client *winhttp.Client

	mu    sync.Mutex
	conns []net.Conn
	heads []string // requests in the order of arrival, as "name#connection head"
}

func newWorld() *world {
	w := &world{clk: clock.NewVirtual(time.Date(2004, 8, 6, 12, 0, 0, 0, time.UTC)), names: map[string]string{}}
	w.rec = transcript.New(transcript.Options{Now: w.clk.Now, Decode: httpauth.DecodeForTranscript})
	w.hold = w.clk.Hold("spec")
	w.cfg = winhttp.Config{Clock: w.clk, Recorder: w.rec, Resolver: w}
	DeferCleanup(func() {
		if w.client != nil {
			w.client.Close()
		}
		w.hold.Release()
	})
	return w
}

func (w *world) Resolve(name string, port int) (string, bool) {
	addr, ok := w.names[fmt.Sprintf("%s:%d", strings.ToLower(name), port)]
	return addr, ok
}

func (w *world) do(r *winhttp.Request) (*winhttp.Response, error) {
	if w.client == nil {
		w.cfg.Limits = w.limits
		w.client = winhttp.New(w.cfg)
	}
	return w.client.Do(context.Background(), w.hold, r)
}

// get does a request and reads the whole answer.
func (w *world) get(r *winhttp.Request) (*winhttp.Response, string) {
	GinkgoHelper()
	resp, err := w.do(r)
	Expect(err).NotTo(HaveOccurred())
	body, err := io.ReadAll(resp.Body)
	Expect(err).NotTo(HaveOccurred())
	Expect(resp.Body.Close()).To(Succeed())
	return resp, string(body)
}

func (w *world) url(url string) *winhttp.Request {
	return &winhttp.Request{URL: url, UserAgent: "Microsoft BITS/6.6"}
}

// link is one connection that a raw server has accepted.
type link struct {
	net.Conn
	w    *world
	name string
	br   *bufio.Reader
}

// serve starts a raw server; f runs for each connection, numbered from 1.
func (w *world) serve(name string, f func(n int, l *link)) {
	GinkgoHelper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	Expect(err).NotTo(HaveOccurred())
	w.names[name] = listener.Addr().String()
	var running sync.WaitGroup
	running.Go(func() {
		for n := 1; ; n++ {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			conn = w.clk.Track(conn)
			w.mu.Lock()
			w.conns = append(w.conns, conn)
			w.mu.Unlock()
			running.Go(func() {
				defer GinkgoRecover()
				defer conn.Close()
				f(n, &link{Conn: conn, w: w, name: fmt.Sprintf("%s#%d", name, n), br: bufio.NewReader(conn)})
			})
		}
	})
	DeferCleanup(func() {
		_ = listener.Close()
		w.mu.Lock()
		for _, c := range w.conns {
			_ = c.Close()
		}
		w.mu.Unlock()
		running.Wait()
	})
}

// head reads one request and skips its body; nil at the end.
func (l *link) head() *http.Request {
	raw := &strings.Builder{}
	for !strings.HasSuffix(raw.String(), "\r\n\r\n") {
		line, err := l.br.ReadString('\n')
		if err != nil {
			return nil
		}
		raw.WriteString(line)
	}
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw.String())))
	if err != nil {
		return nil
	}
	_, _ = io.CopyN(io.Discard, l.br, max(r.ContentLength, 0))
	l.w.mu.Lock()
	defer l.w.mu.Unlock()
	l.w.heads = append(l.w.heads, l.name+" "+raw.String())
	return r
}

func (l *link) say(text string) { _, _ = io.WriteString(l, text) }

// answer says a whole HTTP/1.1 response.
func (l *link) answer(status int, body string, fields ...string) {
	l.say(fmt.Sprintf("HTTP/1.1 %d %s\r\n", status, http.StatusText(status)))
	for _, f := range fields {
		l.say(f + "\r\n")
	}
	l.say(fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body))
}

// always answers all requests on all connections alike.
func always(status int, body string, fields ...string) func(int, *link) {
	return func(_ int, l *link) {
		for l.head() != nil {
			l.answer(status, body, fields...)
		}
	}
}

// seen lists the requests as "name#connection METHOD target".
func (w *world) seen() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var list []string
	for _, h := range w.heads {
		line, _, _ := strings.Cut(h, "\r\n")
		list = append(list, strings.TrimSuffix(strings.TrimSuffix(line, " HTTP/1.1"), " HTTP/1.0"))
	}
	return list
}

// tokens lists what authentication crossed the wire: "407", "type1", ...
func (w *world) wire() []string {
	var list []string
	for _, x := range w.rec.Exchanges(0) {
		text := x.Conn
		for _, h := range []string{"Proxy-Authorization", "Authorization"} {
			if v := x.Request.Get(h); v != "" {
				text += " " + kind(v)
			}
		}
		text += fmt.Sprintf(" %d", x.Status())
		list = append(list, text)
	}
	return list
}

// kind names the message in a credentials field.
func kind(value string) string {
	c, err := httpauth.ParseCredentials(value)
	if err != nil {
		return "unreadable"
	}
	for prefix, name := range map[string]string{"TlRMTVNTUAAB": "type1", "TlRMTVNTUAAD": "type3"} {
		if strings.HasPrefix(c.Token, prefix) {
			return name
		}
	}
	return strings.ToLower(c.Scheme)
}

// gate demands credentials of LAB\alice, password pw.
func (w *world) gate(target httpauth.Target, schemes ...httpauth.Scheme) *httpauth.Gate {
	GinkgoHelper()
	g, err := httpauth.NewGate(httpauth.GateConfig{
		Target: target, Schemes: schemes, Level: 0,
		Accounts:        ntlm.NewAccounts(ntlm.Account{Domain: "LAB", User: "alice", Password: "pw"}),
		NetBIOSComputer: "CORP", NetBIOSDomain: "LAB", OS: ntlm.WindowsServer2003(), Rand: rand.Reader, Now: w.clk.Now,
	})
	Expect(err).NotTo(HaveOccurred())
	return g
}

// challenge answers with a gate's challenges.
func (l *link) challenge(target httpauth.Target, out httpauth.Outcome, body string, fields ...string) {
	for _, c := range out.Challenges {
		fields = append(fields, target.ChallengeHeader()+": "+c)
	}
	l.answer(target.Status(), body, fields...)
}

// alice answers with a password by the best scheme of NTLM and Basic.
type alice struct {
	w         *world
	password  string
	mu        sync.Mutex
	questions []winhttp.Question
}

func (a *alice) Answer(q winhttp.Question) winhttp.Answer {
	a.mu.Lock()
	defer a.mu.Unlock()
	q.Visit = nil // which has no equals
	a.questions = append(a.questions, q)
	ch, ok := httpauth.Preferred(q.Challenges, func(s httpauth.Scheme) bool { return s == httpauth.NTLM || s == httpauth.Basic })
	if !ok {
		return winhttp.Answer{Decision: credrule.Decision{Rule: "not-usable", Words: "no scheme fits"}}
	}
	d := credrule.Decision{Send: true, Kind: credrule.LogonCredentials, Scheme: credrule.NTLM, Rule: "test-rule", Words: "alice may log in", Source: "none"}
	if httpauth.SchemeOf(ch.Scheme) == httpauth.Basic {
		d.Scheme = credrule.Basic
		return winhttp.Answer{Decision: d, Mechanism: httpauth.NewBasic("alice", "LAB", a.password)}
	}
	c, err := ntlm.NewClient(ntlm.ClientConfig{Level: 3, Domain: "LAB", User: "alice", Password: a.password,
		Workstation: "PC", OS: ntlm.WindowsXPSP2(), Rand: rand.Reader, Now: a.w.clk.Now})
	if err != nil {
		return winhttp.Answer{}
	}
	return winhttp.Answer{Decision: d, Mechanism: httpauth.NewNTLM(c)}
}

func (w *world) alice() *alice { return &alice{w: w, password: "pw"} }

// failure is the *Error in err.
func failure(err error) *winhttp.Error {
	GinkgoHelper()
	var e *winhttp.Error
	Expect(errors.As(err, &e)).To(BeTrue(), "%v", err)
	return e
}
