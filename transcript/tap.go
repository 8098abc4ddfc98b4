package transcript

import (
	"context"
	"fmt"
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
	tunnel   int64
	closed   bool
}

// Tap wraps conn, whose near end belongs to node. With role [Client] what is
// written is requests; with [Server] and [Proxy] what is read is.
func (r *Recorder) Tap(node string, role Role, conn net.Conn) *Conn {
	c := &Conn{Conn: conn, rec: r, node: node, role: role, id: r.newConn(node)}
	c.requests = stream{to: (*requestSink)(c), keep: r.opt.KeepBodies}
	c.replies = stream{to: (*responseSink)(c), keep: r.opt.KeepBodies, response: true}
	return c
}

// ID returns the connection's name in the record.
func (c *Conn) ID() string { return c.id }

// NetConn returns the connection beneath, as tls.Conn does.
func (c *Conn) NetConn() net.Conn { return c.Conn }

func (c *Conn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.role == Client {
		c.replies.feed(b[:n])
		if err != nil {
			c.replies.closed()
		}
	} else {
		c.requests.feed(b[:n])
		if err != nil {
			c.requests.closed()
		}
	}
	return n, err
}

func (c *Conn) Write(b []byte) (int, error) {
	c.mu.Lock()
	if c.role == Client {
		c.requests.feed(b)
	} else {
		c.replies.feed(b)
	}
	c.mu.Unlock()
	return c.Conn.Write(b)
}

// Close closes the connection; exchanges in flight end with an error.
func (c *Conn) Close() error {
	c.mu.Lock()
	if !c.closed {
		c.closed = true
		c.replies.closed()
		for _, x := range c.pending {
			c.rec.update(func() { x.fail(c.rec.opt.Now()) })
		}
		c.pending = nil
	}
	c.mu.Unlock()
	return c.Conn.Close()
}

// CloseWrite shuts the writing direction where the connection can.
func (c *Conn) CloseWrite() error {
	if w, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return w.CloseWrite()
	}
	return c.Close()
}

// Annotate changes the exchange under way, or the last one when none is. It
// does nothing on a connection without exchanges and on a nil Conn.
func (c *Conn) Annotate(f func(*Exchange)) {
	if c == nil {
		return
	}
	c.mu.Lock()
	x := c.last
	c.mu.Unlock()
	if x != nil {
		c.rec.update(func() { f(x) })
	}
}

// Last returns a copy of the exchange under way, or of the last one; nil when
// there was none.
func (c *Conn) Last() *Exchange {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	x := c.last
	c.mu.Unlock()
	if x == nil {
		return nil
	}
	var copied *Exchange
	c.rec.update(func() { copied = x.clone() })
	return copied
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
