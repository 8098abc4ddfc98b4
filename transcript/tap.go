package transcript

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
)

// Conn is a connection whose exchanges are recorded as they pass. It is a
// net.Conn; its annotation methods are safe for concurrent use.
type Conn struct {
	net.Conn
	rec  *Recorder
	node string
	role Role
	id   string

	mu       sync.Mutex
	requests stream
	replies  stream
	n        int
	pending  []*Exchange // begun and not ended, oldest first
	last     *Exchange
	broken   bool // writing failed, so not all that was recorded has left
	closed   bool
}

// Tap wraps conn, whose near end belongs to node. With role [Client] what is
// written is requests; with [Server] and [Proxy] what is read is.
func (r *Recorder) Tap(node string, role Role, conn net.Conn) *Conn {
	c := &Conn{Conn: conn, rec: r, node: node, role: role, id: r.NewConn(node)}
	c.requests = stream{to: (*requestSink)(c), keep: r.opt.KeepBodies, lengths: r.opt.BodyLengths}
	c.replies = stream{to: (*responseSink)(c), keep: r.opt.KeepBodies, lengths: r.opt.BodyLengths, response: true}
	return c
}

// ID returns the connection's name in the record.
func (c *Conn) ID() string { return c.id }

// NetConn returns the connection beneath, as tls.Conn does.
func (c *Conn) NetConn() net.Conn { return c.Conn }

// Read reads from the connection beneath and records what came.
func (c *Conn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.mu.Lock()
	defer c.mu.Unlock()
	from := c.reading()
	from.feed(b[:n])
	if err != nil && !isTimeout(err) {
		from.closed(errors.Is(err, io.EOF))
	}
	return n, WithoutAddresses(err)
}

// MayBypass reports whether the near end may take bytes of the body that it is
// reading from [Conn.NetConn], past Read, if it tells Bypassed of them: the
// recorder wants no more of bodies than their length, and the head told it.
func (c *Conn) MayBypass() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.reading()
	return s.lengths && s.keep == 0 && s.state == inBody && !s.frame.toClose
}

// Bypassed records n bytes of a body that were read past Read, no more than are
// left of it.
func (c *Conn) Bypassed(n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reading().pass(n)
}

// reading is the stream that the near end reads.
func (c *Conn) reading() *stream {
	if c.role == Client {
		return &c.replies
	}
	return &c.requests
}

// WithoutAddresses takes the addresses out of an error of package net. They are
// other ports in every run; what reads the record knows a connection by its name.
// Other errors and nil stay as they are.
func WithoutAddresses(err error) error {
	var op *net.OpError
	if !errors.As(err, &op) {
		return err
	}
	return &net.OpError{Op: op.Op, Net: op.Net, Err: op.Err}
}

// isTimeout reports whether reading may go on after err.
func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// Write records b and writes it to the connection beneath, in this order, so that the
// record never lags behind what the peer can know.
func (c *Conn) Write(b []byte) (int, error) {
	c.mu.Lock()
	to := &c.replies
	if c.role == Client {
		to = &c.requests
	}
	to.feed(b)
	c.mu.Unlock()
	n, err := c.Conn.Write(b)
	if err != nil {
		c.mu.Lock()
		c.broken = true
		c.mu.Unlock()
	}
	return n, WithoutAddresses(err)
}

// Close closes the connection; exchanges in flight end with an error. A body without
// length that the near end wrote is complete then.
func (c *Conn) Close() error {
	c.mu.Lock()
	c.close()
	c.mu.Unlock()
	return c.Conn.Close()
}

func (c *Conn) close() {
	if c.closed {
		return
	}
	c.closed = true
	c.endWriting()
	c.requests.closed(false)
	c.replies.closed(false)
	now := c.rec.opt.Now()
	partial, opaque := len(c.replies.buf), c.replies.opaque
	for _, x := range c.pending {
		c.rec.update(func() { x.fail(now, partial, opaque) })
		partial, opaque = 0, 0 // they belong to the oldest
		c.rec.ended(x)
	}
	c.pending = nil
}

// endWriting ends the stream that the near end writes.
func (c *Conn) endWriting() {
	if c.role == Client {
		c.requests.closed(false)
	} else {
		c.replies.closed(!c.broken)
	}
}

// CloseWrite shuts the writing direction where the connection can.
func (c *Conn) CloseWrite() error {
	if w, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		c.mu.Lock()
		c.endWriting()
		c.mu.Unlock()
		return w.CloseWrite()
	}
	return c.Close()
}

// Annotate changes the exchange under way, of several pipelined ones the oldest, or
// the last one when none is. It does nothing on a connection without exchanges and on a
// nil Conn. f runs under the recorder's lock and must not call the recorder.
func (c *Conn) Annotate(f func(*Exchange)) {
	if x := c.current(); x != nil {
		c.rec.update(func() { f(x) })
	}
}

// Last returns a copy of the exchange that [Conn.Annotate] would change; nil when there
// was none.
func (c *Conn) Last() *Exchange {
	x := c.current()
	if x == nil {
		return nil
	}
	var copied *Exchange
	c.rec.update(func() { copied = x.clone() })
	return copied
}

func (c *Conn) current() *Exchange {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.pending) > 0 {
		return c.pending[0]
	}
	return c.last
}

// Note adds a note to the exchange under way.
func (c *Conn) Note(format string, args ...any) {
	c.Annotate(func(x *Exchange) { x.Notes = append(x.Notes, fmt.Sprintf(format, args...)) })
}

type contextKey struct{}

// NewContext returns ctx with the connection in it, for http.Server's
// ConnContext.
func NewContext(ctx context.Context, c *Conn) context.Context {
	return context.WithValue(ctx, contextKey{}, c)
}

// FromContext returns the connection that NewContext put in ctx, or nil.
func FromContext(ctx context.Context) *Conn {
	c, _ := ctx.Value(contextKey{}).(*Conn)
	return c
}
