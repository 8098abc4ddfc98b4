package fakeproxy

import (
	"bufio"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/elazarl/goproxy"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/behaviour/handshake"
	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/transcript"
)

// Server is a running proxy. It is safe for concurrent use.
type Server struct {
	cfg     Config
	gate    *handshake.Gates // nil lets everyone through
	rand    *source
	http    *fakehttp.Server
	plain   *goproxy.ProxyHttpServer
	shared  *upstream // for the behaviour "unpinned"
	names   map[string]string
	buffers sync.Pool // of *[bufferSize]byte
	writers sync.Pool // of *bufio.Writer
	handler atomic.Pointer[http.Handler]
	began   time.Time
	state   behaviour.State
	conns   atomic.Int64
	closing sync.Once
	err     error
}

// idleTime is the real time that a client's connection may idle; it only keeps a proxy
// that serves for days from collecting sockets.
const idleTime = 5 * time.Minute

// New starts a proxy that serves until Close.
func New(cfg Config) (*Server, error) {
	s, err := newServer(cfg)
	if err != nil {
		return nil, fmt.Errorf("fakeproxy: %w", err)
	}
	return s, nil
}

func newServer(cfg Config) (*Server, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, rand: newSource(cfg.Seed), names: spellings(), began: cfg.Clock.Now()}
	if cfg.Auth != nil {
		gate, err := cfg.Auth.gate(cfg.Name, s.rand, cfg.Clock.Now)
		if err != nil {
			return nil, err
		}
		s.gate = gate
	}
	if err := s.state.SetAll(cfg.State); err != nil {
		return nil, err
	}
	if err := s.SetBehaviours(cfg.Behaviours); err != nil {
		return nil, err
	}
	s.buffers.New = newBuffer
	s.plain = s.newPlain()
	s.writers.New = func() any { return bufio.NewWriter(nil) }
	s.shared = s.newUpstream()
	var err error
	s.http, err = fakehttp.Start(fakehttp.Config{
		Name: cfg.Name, Role: transcript.Proxy, Addr: cfg.Addr, Listener: cfg.Listener, Clock: cfg.Clock, Recorder: cfg.Recorder,
		Handler: http.HandlerFunc(s.serve), IdleTimeout: idleTime, Limits: cfg.Limits,
	})
	return s, err
}

// Addr is the host:port that clients connect to.
func (s *Server) Addr() string { return s.http.Addr() }

// URL is the address as proxy settings want it, such as "http://127.0.0.1:3128".
func (s *Server) URL() *url.URL { return &url.URL{Scheme: "http", Host: s.Addr()} }

// Disconnect closes the connections of all clients, tunnels too. They may come
// again.
func (s *Server) Disconnect() { s.http.Disconnect() }

// Close stops listening, breaks every connection on both sides, tunnels too, and
// waits until the work on them has ended. Closing twice does nothing.
func (s *Server) Close() error {
	s.closing.Do(func() {
		s.err = s.http.Close()
		_ = s.shared.Close()
	})
	return s.err
}

// SetBehaviours replaces what the proxy does besides forwarding, for requests that
// begin from now on. Counters such as those of "status-nth" start anew. On error
// nothing changes.
func (s *Server) SetBehaviours(uses []Use) error {
	handler, err := s.assemble(uses)
	if err != nil {
		return err
	}
	s.handler.Store(&handler)
	return nil
}

// State returns a copy of the named values that behaviours share, by name.
func (s *Server) State() map[string]string { return s.state.All() }

// SetState gives a name a value that behaviours can ask for with when; the empty value
// takes it away. The limits are those of behaviour.State.
func (s *Server) SetState(name, value string) error {
	if err := s.state.Set(name, value); err != nil {
		return fmt.Errorf("fakeproxy %q: %w", s.cfg.Name, err)
	}
	return nil
}

// serve is the first of the proxy to see a request.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	c := s.clientOf(r)
	if c.refused {
		w.Header().Set("Connection", "close")
		refuse(w, http.StatusServiceUnavailable, fmt.Sprintf("proxy %s: already serves %d connections\n", s.cfg.Name, s.cfg.MaxConns))
		return
	}
	handshake.Disclose(r)
	h := &hop{client: c, target: r.RequestURI, credentials: r.Header.Get("Proxy-Authorization")}
	(*s.handler.Load()).ServeHTTP(w, withHop(r, h))
}

// route is where a request goes that passed the gate and the behaviours.
func (s *Server) route(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodConnect:
		s.connect(w, r)
	case !r.URL.IsAbs() || r.URL.Host == "":
		refuse(w, http.StatusBadRequest, fmt.Sprintf(
			"proxy %s: the request target %q has no host; a proxy wants the whole URL, as in GET http://host/path (RFC 9112 3.2.2)\n",
			s.cfg.Name, r.RequestURI))
	case r.URL.Scheme != "http":
		refuse(w, http.StatusNotImplemented, fmt.Sprintf(
			"proxy %s: forwards http only, not %s; https goes through CONNECT\n", s.cfg.Name, r.URL.Scheme))
	default:
		s.forward(w, r)
	}
}
