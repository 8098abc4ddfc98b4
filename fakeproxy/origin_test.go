package fakeproxy_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"crypto/rand"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/fakehttp"
)

// scripted is an origin that answers each request with the bytes of script and keeps
// the heads that it got.
type scripted struct {
	net.Listener
	mu    sync.Mutex
	heads []string
	conns int
}

// script answers the nth request of all with the nth text, the last one over and
// over; a text that ends in "<close>" closes after it, "<reset>" resets.
func script(texts ...string) *scripted {
	GinkgoHelper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	Expect(err).NotTo(HaveOccurred())
	o := &scripted{Listener: l}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { o.serve(conn, texts) })
		}
	})
	DeferCleanup(func() { _ = l.Close() })
	return o
}

func (o *scripted) serve(conn net.Conn, texts []string) {
	defer conn.Close()
	o.mu.Lock()
	o.conns++
	o.mu.Unlock()
	in := bufio.NewReader(conn)
	for {
		head, err := readHead(in)
		if err != nil {
			return
		}
		o.mu.Lock()
		o.heads = append(o.heads, head)
		text := texts[min(len(o.heads), len(texts))-1]
		o.mu.Unlock()
		text, reset := strings.CutSuffix(text, "<reset>")
		text, closes := strings.CutSuffix(text, "<close>")
		_, _ = io.WriteString(conn, text)
		if reset {
			_ = conn.(*net.TCPConn).SetLinger(0)
		}
		if closes || reset {
			return
		}
	}
}

func readHead(in *bufio.Reader) (string, error) {
	var head strings.Builder
	for {
		line, err := in.ReadString('\n')
		head.WriteString(line)
		if err != nil || line == "\r\n" {
			return head.String(), err
		}
	}
}

func (o *scripted) addr() string { return o.Addr().String() }

func (o *scripted) seen() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]string(nil), o.heads...)
}

// guarded is an origin with NTLM that tells each caller who it takes him for.
func guarded() *fakehttp.Server {
	GinkgoHelper()
	gate, err := httpauth.NewGate(httpauth.GateConfig{
		Target: httpauth.Server, Schemes: []httpauth.Scheme{httpauth.NTLM}, Accounts: accounts(),
		NetBIOSDomain: "LAB", NetBIOSComputer: "ORIGIN", OS: ntlm.WindowsServer2003(), Rand: rand.Reader, Now: time.Now,
	})
	Expect(err).NotTo(HaveOccurred())
	return serve(func(w http.ResponseWriter, r *http.Request) {
		login := fakehttp.ConnOf(r).Value("login", func() any { return gate.NewConn() }).(*httpauth.GateConn)
		outcome := login.Check(r.Header)
		if !outcome.Allowed {
			w.Header()["WWW-Authenticate"] = outcome.Challenges
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, outcome.Account)
	})
}

func serve(f http.HandlerFunc) *fakehttp.Server {
	GinkgoHelper()
	o, err := fakehttp.Start(fakehttp.Config{Name: "origin", Handler: f})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(o.Close)
	return o
}
