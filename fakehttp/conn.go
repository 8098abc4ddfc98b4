package fakehttp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/wualab/wualab/transcript"
)

// Conn is the client connection of a request. It lasts until the client or the
// server closes it; one that a handler hijacked, until the handler has returned
// and it was closed. It is safe for concurrent use, and a nil *Conn, which ConnOf
// returns for requests of other servers, records and keeps nothing.
type Conn struct {
	server *Server
	wire   *wire
	tcp    net.Conn         // beneath clock, TLS and transcript
	tap    *transcript.Conn // nil without a recorder
	tls    *tls.Conn        // nil without TLS
	over   bool             // one more than may be served
	number int              // of the client's connections

	requests atomic.Int64 // that came on it

	mu       sync.Mutex
	values   map[any]any
	closers  []io.Closer
	serving  bool // a handler runs
	hijacked bool
	closed   bool // the socket
	finished bool // net/http is done with it
	ended    bool
}

type connKey struct{}

// ConnOf returns the client connection that r came on.
func ConnOf(r *http.Request) *Conn {
	c, _ := r.Context().Value(connKey{}).(*Conn)
	return c
}

// Value returns what is stored under key on this connection, which make makes at
// the first call. Values are dropped with the connection, and those that are
// io.Closers closed. make must not call Value.
func (c *Conn) Value(key any, make func() any) any {
	if c == nil {
		return make()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	v, ok := c.values[key]
	if !ok {
		v = make()
		if c.values == nil {
			c.values = map[any]any{}
		}
		c.values[key] = v
		if closer, ok := v.(io.Closer); ok {
			c.closers = append(c.closers, closer)
		}
	}
	return v
}

// Annotate changes the transcript's exchange under way on this connection.
func (c *Conn) Annotate(f func(*transcript.Exchange)) {
	if c != nil {
		c.tap.Annotate(f)
	}
}

// Note adds a line to the transcript's exchange under way, as fmt.Sprintf makes it.
func (c *Conn) Note(format string, args ...any) {
	if c != nil && c.tap != nil {
		c.tap.Note(format, args...)
	}
}

// PeerCertificates gives the certificates that the client showed, its own first; nil
// without TLS, and before the handshake is done.
func (c *Conn) PeerCertificates() []*x509.Certificate {
	if c == nil || c.tls == nil {
		return nil
	}
	return c.tls.ConnectionState().PeerCertificates
}

// ID returns the connection's name in the transcript, such as "origin#1", or "".
func (c *Conn) ID() string {
	if c == nil || c.tap == nil {
		return ""
	}
	return c.tap.ID()
}

// NetConn returns the connection as the server reads and writes it, which
// clock.SleepFor and clock.Forward want. Writing to it without hijacking would
// break net/http's answers.
func (c *Conn) NetConn() net.Conn {
	if c == nil {
		return nil
	}
	return c.wire
}

// Cork holds the next piece of the answer that net/http writes, most often its head,
// until another follows or the handler returns, so that both go out together. It is
// for a handler that has called WriteHeader, flushes the head and then writes the body
// without waiting.
func (c *Conn) Cork() {
	if c != nil && !c.wire.tunnel.Load() {
		c.wire.corked = true
	}
}

// AnswerHTTP10 makes the status line of the next answer say HTTP/1.0. The rest of
// the answer, such as chunked coding, is the handler's to choose.
func (c *Conn) AnswerHTTP10() {
	if c != nil {
		c.wire.answer10.Store(true)
	}
}

// AnswerReason makes the status line of the next answer end in another reason phrase.
// The answer to a request that comes after it has its own again.
func (c *Conn) AnswerReason(reason string) {
	if c != nil {
		c.wire.reason.Store(&reason)
	}
}

func (c *Conn) begin() { c.change(func() { c.serving = true }) }

func (c *Conn) end() {
	if !c.wire.tunnel.Load() {
		_ = c.wire.uncork() // who does not get it has gone
	}
	c.change(func() { c.serving = false })
}

// change notes a step in the connection's life and, when it was the last, drops
// the values and lets the server go.
func (c *Conn) change(f func()) {
	c.mu.Lock()
	f()
	over := c.finished || c.hijacked && c.closed && !c.serving
	if c.ended || !over {
		c.mu.Unlock()
		return
	}
	c.ended = true
	closers := c.closers
	c.values, c.closers = nil, nil
	c.mu.Unlock()
	for _, closer := range closers {
		_ = closer.Close()
	}
	c.server.drop(c)
}

func connContext(ctx context.Context, conn net.Conn) context.Context {
	c := conn.(*wire).conn
	ctx = context.WithValue(ctx, connKey{}, c)
	if c.tap != nil {
		ctx = transcript.NewContext(ctx, c.tap)
	}
	return ctx
}

func connState(conn net.Conn, state http.ConnState) {
	c := conn.(*wire).conn
	switch state {
	case http.StateActive: // a request begins
		c.wire.stages.begin()
	case http.StateIdle:
		c.wire.stages.end()
	case http.StateHijacked:
		c.wire.touch()
		c.wire.tunnel.Store(true)
		c.change(func() { c.hijacked = true })
	case http.StateClosed:
		c.change(func() { c.finished = true })
	}
}

// acceptor is the server's listener: TCP, then the clock, then TLS, then the
// transcript.
type acceptor struct{ *Server }

func (a acceptor) Accept() (net.Conn, error) {
	tcp, err := a.accept()
	if err != nil {
		return nil, err
	}
	c := &Conn{server: a.Server, tcp: tcp}
	conn := a.cfg.Clock.Track(tcp)
	if a.cfg.TLS != nil {
		c.tls = tls.Server(conn, a.cfg.TLS)
		conn = c.tls
	}
	if a.cfg.Recorder != nil {
		c.tap = a.cfg.Recorder.Tap(a.cfg.Name, a.cfg.Role, conn)
		conn = c.tap
	}
	c.wire = &wire{Conn: conn, conn: c}
	if plain, ok := conn.(*net.TCPConn); ok {
		c.wire.direct = plain
	}
	if !a.add(c) {
		_ = c.wire.Close()
		return nil, net.ErrClosed
	}
	return c.wire, nil
}

// accept takes the next connection that is not far beyond the limit.
func (a acceptor) accept() (net.Conn, error) {
	for {
		tcp, err := a.listener.Accept()
		if limit := a.cfg.Limits.Conns; err != nil || limit == 0 || a.count() < limit+hardConns {
			return tcp, err
		}
		_ = tcp.Close()
	}
}

func (a acceptor) Close() error   { return nil } // the Server closes it
func (a acceptor) Addr() net.Addr { return a.listener.Addr() }
