// Package fakehttp is the listening half that fakeserver and fakeproxy share:
// net/http's server on real loopback TCP, with every connection watched by the
// world's clock and recorded in the transcript, state that belongs to a
// connection, and the faults that a handler can't express otherwise (reset, raw
// bytes, an answer in HTTP/1.0). It models no document of its own; message syntax
// is that of RFC 9112 as net/http writes it.
//
//	s, err := fakehttp.Start(fakehttp.Config{Name: "origin", Role: transcript.Server,
//		Clock: clk, Recorder: rec, Handler: h})
//	defer s.Close()
//	...                        // in h:
//	c := fakehttp.ConnOf(r)    // the client connection that r came on
package fakehttp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"sync"
	"time"

	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/transcript"
)

// Config describes a listener. Only Handler must be set.
type Config struct {
	Name     string               // node name in the transcript; "" is "fake"
	Role     transcript.Role      // "" is transcript.Server
	Addr     string               // "" is "127.0.0.1:0", any free port of loopback
	Listener net.Listener         // where to listen instead of at Addr, such as a Door's; Close closes it
	Clock    clock.Clock          // nil is clock.Wall
	Recorder *transcript.Recorder // nil records nothing
	TLS      *tls.Config          // nil serves plain HTTP; HTTP/2 is never offered
	Handler  http.Handler
	ErrorLog *log.Logger // what net/http has to complain of; nil drops it

	HeaderTimeout  time.Duration // real time for a client to send a request's head; 0 is 30 s
	IdleTimeout    time.Duration // real time that a connection may idle between requests; 0 is without end
	MaxHeaderBytes int           // 0 is 64 KiB
	Limits         Limits        // on what clients may cost; none by default
}

const (
	defaultHeaderTimeout  = 30 * time.Second
	defaultMaxHeaderBytes = 64 << 10
)

// Server is a running listener. It is safe for concurrent use.
type Server struct {
	cfg      Config
	listener net.Listener
	http     *http.Server
	base     context.Context    // of all requests
	cancel   context.CancelFunc // ends it
	running  sync.WaitGroup     // the accept loop and every connection

	mu      sync.Mutex
	closed  bool
	conns   map[*Conn]struct{}
	clients map[netip.Addr]int // connections so far
}

// Start listens and serves until Close.
func Start(cfg Config) (*Server, error) {
	if cfg.Handler == nil {
		return nil, errors.New("starting a fake: no handler")
	}
	cfg.fill()
	listener := cfg.Listener
	if listener == nil {
		var err error
		if listener, err = net.Listen("tcp", cfg.Addr); err != nil {
			return nil, fmt.Errorf("starting fake %q: %w", cfg.Name, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{cfg: cfg, listener: listener, base: ctx, cancel: cancel,
		conns: map[*Conn]struct{}{}, clients: map[netip.Addr]int{}}
	s.http = s.newHTTP(ctx)
	s.running.Add(1)
	go func() {
		defer s.running.Done()
		_ = s.http.Serve(acceptor{s})
	}()
	return s, nil
}

func (cfg *Config) fill() {
	if cfg.Name == "" {
		cfg.Name = "fake"
	}
	if cfg.Role == "" {
		cfg.Role = transcript.Server
	}
	if cfg.Addr == "" {
		cfg.Addr = "127.0.0.1:0"
	}
	if cfg.Clock == nil {
		cfg.Clock = clock.Wall{}
	}
	if cfg.ErrorLog == nil {
		cfg.ErrorLog = log.New(io.Discard, "", 0)
	}
	if cfg.HeaderTimeout == 0 {
		cfg.HeaderTimeout = defaultHeaderTimeout
	}
	if stall := cfg.Limits.Stall; stall > 0 {
		cfg.HeaderTimeout = min(cfg.HeaderTimeout, stall)
	}
	if cfg.Limits.Idle > 0 {
		cfg.IdleTimeout = cfg.Limits.Idle
	}
	if cfg.MaxHeaderBytes == 0 {
		cfg.MaxHeaderBytes = defaultMaxHeaderBytes
	}
}

func (s *Server) newHTTP(ctx context.Context) *http.Server {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Server{
		Handler:                      http.HandlerFunc(s.serve),
		Protocols:                    protocols,
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     s.cfg.ErrorLog,
		ReadHeaderTimeout:            s.cfg.HeaderTimeout,
		IdleTimeout:                  s.cfg.IdleTimeout,
		MaxHeaderBytes:               s.cfg.MaxHeaderBytes,
		BaseContext:                  func(net.Listener) context.Context { return ctx },
		ConnContext:                  connContext,
		ConnState:                    connState,
	}
}

// serve runs the handler with the world's time in the Date header.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	c := ConnOf(r)
	c.begin()
	defer c.end()
	defer noteFailure(c)
	c.requests.Add(1)
	w.Header().Set("Date", s.cfg.Clock.Now().UTC().Format(http.TimeFormat))
	switch {
	case c.over:
		overLimit(w, r, s.cfg.Limits.Conns)
	case s.cfg.Limits.bound(w, r):
		body := r.Body
		s.cfg.Handler.ServeHTTP(w, r)
		c.hurryRest(body)
	}
}

// Failed begins the note of an exchange whose handler panicked, which is a fault of
// this program. The stack follows.
const Failed = "the fake failed: "

// noteFailure lets a handler's panic be seen in the record; net/http then breaks the
// connection.
func noteFailure(c *Conn) {
	p := recover()
	if p == nil {
		return
	}
	if p != http.ErrAbortHandler { // that is how handlers break a connection off
		c.Note(Failed+"%v\n%s", p, debug.Stack())
	}
	panic(p)
}

// Addr returns the address that the fake listens on, "127.0.0.1:49152".
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Close stops listening, closes all connections, those that handlers hijacked
// too, and waits until every handler has returned. Closing twice does nothing.
func (s *Server) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		s.running.Wait()
		return nil
	}
	s.closed = true
	s.mu.Unlock()
	s.cancel()
	err := s.listener.Close()
	s.Disconnect()
	s.running.Wait()
	if err != nil {
		return fmt.Errorf("closing fake %q: %w", s.cfg.Name, err)
	}
	return nil
}

// Disconnect closes the connections that there are, those that handlers hijacked
// too. The fake goes on listening.
func (s *Server) Disconnect() {
	for _, c := range s.open() {
		_ = c.wire.Close()
	}
}

func (s *Server) open() []*Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]*Conn, 0, len(s.conns))
	for c := range s.conns {
		list = append(list, c)
	}
	return list
}

func (s *Server) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

// add takes a new connection in, unless the server was closed meanwhile.
func (s *Server) add(c *Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	c.over = s.cfg.Limits.Conns > 0 && len(s.conns) >= s.cfg.Limits.Conns
	s.conns[c] = struct{}{}
	c.number = s.number(c)
	s.running.Add(1)
	return true
}

func (s *Server) drop(c *Conn) {
	s.mu.Lock()
	delete(s.conns, c)
	s.mu.Unlock()
	s.running.Done()
}
