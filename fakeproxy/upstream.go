package fakeproxy

import (
	"context"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wualab/wualab/transcript"
)

// upstream is a set of connections to the next hop: those of one client connection,
// or with a nil client those that all clients share.
type upstream struct {
	server    *Server
	transport *http.Transport
	ctx       context.Context // ends when the set is closed
	cancel    context.CancelFunc
	dials     sync.WaitGroup

	mu     sync.Mutex
	conns  map[*upstreamConn]struct{}
	closed bool
}

// Limits of one set. The idle time, on both sides, is real time: it only keeps a proxy
// that serves for days from collecting sockets.
const (
	maxIdleConns    = 32
	idleTimeout     = 5 * time.Minute
	maxResponseHead = 1 << 20
)

func (s *Server) newUpstream(owner *client) *upstream {
	u := &upstream{server: s, conns: map[*upstreamConn]struct{}{}}
	u.ctx, u.cancel = context.WithCancel(context.Background())
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	u.transport = &http.Transport{
		DialContext: u.dial, Protocols: protocols, DisableCompression: true,
		MaxIdleConns: maxIdleConns, IdleConnTimeout: idleTimeout, MaxResponseHeaderBytes: maxResponseHead,
	}
	if owner != nil {
		u.transport.MaxConnsPerHost = 1
	}
	if via := s.cfg.Via; via != "" {
		u.transport.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: via})
	}
	return u
}

// roundTrip sends a request; whichever connection it goes on works for down from
// then on, as the clock must know.
//
// http.Transport gives up a connection whose answer is there 50 ms before the
// goroutine that wrote the request has said so, which happens on a busy machine
// and would break a login. So the answer to a request without a body is held back
// until then; one with a body may be answered while it is still being sent.
func (u *upstream) roundTrip(r *http.Request, down net.Conn) (*http.Response, error) {
	var taken atomic.Pointer[upstreamConn]
	trace := &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			u.server.workFor(info.Conn, down)
			conn, ok := info.Conn.(*upstreamConn)
			if ok && (r.Body == nil || r.Body == http.NoBody) {
				taken.Store(conn)
				conn.hold()
			}
		},
		WroteRequest: func(httptrace.WroteRequestInfo) { taken.Load().release() },
	}
	return u.transport.RoundTrip(r.WithContext(httptrace.WithClientTrace(r.Context(), trace)))
}

func (s *Server) workFor(up, down net.Conn) {
	if down != nil {
		s.cfg.Clock.Forward(up, down)
	}
}

// dial opens a connection that is closed with the set.
func (u *upstream) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	if !u.enter() {
		return nil, net.ErrClosed
	}
	defer u.dials.Done()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(u.ctx, cancel)()
	raw, err := u.server.cfg.Dial(ctx, network, addr)
	if err != nil {
		return nil, &dialError{addr: addr, err: transcript.WithoutAddresses(err)}
	}
	return u.add(raw)
}

func (u *upstream) enter() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !u.closed {
		u.dials.Add(1)
	}
	return !u.closed
}

func (u *upstream) add(raw net.Conn) (net.Conn, error) {
	c := &upstreamConn{Conn: u.server.cfg.Clock.Track(raw), set: u}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.closed {
		_ = c.Conn.Close()
		return nil, net.ErrClosed
	}
	u.conns[c] = struct{}{}
	return c, nil
}

// Close breaks every connection of the set, also those in use.
func (u *upstream) Close() error {
	u.mu.Lock()
	u.closed = true
	conns := u.conns
	u.conns = map[*upstreamConn]struct{}{}
	u.mu.Unlock()
	u.cancel()
	u.dials.Wait()
	u.transport.CloseIdleConnections()
	for c := range conns {
		_ = c.Close()
	}
	return nil
}

// upstreamConn is one connection of a set.
type upstreamConn struct {
	net.Conn
	set  *upstream
	once sync.Once
	err  error

	mu      sync.Mutex
	written chan struct{} // closed when the request under way was written; nil: nobody waits
}

// hold keeps what is read back until release.
func (c *upstreamConn) hold() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.written == nil {
		c.written = make(chan struct{})
	}
}

func (c *upstreamConn) release() {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.written != nil {
		close(c.written)
		c.written = nil
	}
}

func (c *upstreamConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.mu.Lock()
	written := c.written
	c.mu.Unlock()
	if written != nil {
		<-written
	}
	return n, err
}

// Close closes the socket once and leaves the set.
func (c *upstreamConn) Close() error {
	c.once.Do(func() {
		c.set.mu.Lock()
		delete(c.set.conns, c)
		c.set.mu.Unlock()
		c.err = c.Conn.Close()
		c.release()
	})
	return c.err
}

// CloseWrite shuts the writing direction where the connection can.
func (c *upstreamConn) CloseWrite() error { return closeWrite(c.Conn) }
