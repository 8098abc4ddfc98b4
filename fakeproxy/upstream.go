package fakeproxy

import (
	"bufio"
	"context"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/wualab/wualab/transcript"
)

// upstream is a set of connections to the next hop: those of one client connection,
// or those that all clients share. It keeps the ones that rest for later requests. It
// has no goroutine of its own: who forwards a request reads and writes, so that a
// connection never ends because some other goroutine was late.
type upstream struct {
	server *Server

	mu     sync.Mutex
	open   map[*upstreamConn]struct{} // all, also those that rest
	rest   []*upstreamConn            // the longest at rest first
	closed bool
	lapse  func() bool // stops the timer that closes what has rested too long; nil: none is set
}

// Limits of one set.
const (
	maxResting      = 32               // connections kept for later
	restTime        = 10 * time.Minute // of the world's time that a connection is kept
	maxResponseHead = 1 << 20
	answerBuffer    = 8 << 10 // so that a head and a small range come at once
)

func (s *Server) newUpstream() *upstream {
	return &upstream{server: s, open: map[*upstreamConn]struct{}{}}
}

// take gives a connection to addr that rests, or opens one.
func (u *upstream) take(ctx context.Context, addr string) (*upstreamConn, error) {
	for {
		c := u.wake(addr)
		if c == nil {
			return u.dial(ctx, addr)
		}
		if c.alive() {
			return c, nil
		}
		_ = c.Close()
	}
}

// wake takes the connection to addr out that rests the least.
func (u *upstream) wake(addr string) *upstreamConn {
	u.mu.Lock()
	defer u.mu.Unlock()
	for i := len(u.rest) - 1; i >= 0; i-- {
		if c := u.rest[i]; c.addr == addr {
			u.rest = slices.Delete(u.rest, i, i+1)
			return c
		}
	}
	return nil
}

// keep lets c rest until it is wanted again.
func (u *upstream) keep(c *upstreamConn) {
	c.kept = true
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.closed {
		return // whoever closes the set closes c
	}
	u.rest = append(u.rest, c)
	if len(u.rest) > maxResting {
		oldest := u.rest[0]
		u.rest = slices.Delete(u.rest, 0, 1)
		delete(u.open, oldest)
		_ = oldest.shut()
	}
	u.expect()
}

// expect sets the timer for the connection that has rested longest; u.mu is held.
func (u *upstream) expect() {
	if u.lapse == nil && len(u.rest) > 0 && !u.closed {
		wait := restTime - u.server.cfg.Clock.Now().Sub(u.rest[0].since)
		u.lapse = u.server.cfg.Clock.Lapse(wait, "proxy "+u.server.cfg.Name+" closes connections at rest", u.sweep)
	}
}

// sweep closes what has rested too long.
func (u *upstream) sweep() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.lapse = nil
	now := u.server.cfg.Clock.Now()
	for len(u.rest) > 0 && u.rest[0].rested(now) {
		c := u.rest[0]
		u.rest = slices.Delete(u.rest, 0, 1)
		delete(u.open, c)
		_ = c.shut()
	}
	u.expect()
}

// dial opens a connection that is closed with the set.
func (u *upstream) dial(ctx context.Context, addr string) (*upstreamConn, error) {
	raw, err := u.server.cfg.Dial(ctx, "tcp", addr)
	if err != nil {
		return nil, &dialError{addr: addr, err: transcript.WithoutAddresses(err)}
	}
	c := &upstreamConn{Conn: u.server.cfg.Clock.Track(raw), raw: raw, set: u, addr: addr}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.closed {
		_ = c.Conn.Close()
		return nil, net.ErrClosed
	}
	u.open[c] = struct{}{}
	return c, nil
}

// Close breaks every connection of the set, also those in use.
func (u *upstream) Close() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.closed = true
	if u.lapse != nil {
		u.lapse()
	}
	for c := range u.open {
		_ = c.shut()
	}
	u.open, u.rest = nil, nil
	return nil
}

// upstreamConn is one connection of a set. One goroutine at a time uses it; closing
// is free to all.
type upstreamConn struct {
	net.Conn
	raw  net.Conn // beneath the clock
	set  *upstream
	addr string
	in   *bufio.Reader // of Read; nil before the first answer
	left int64         // bytes that the head of the answer may still take
	kept bool          // it has rested, so that the next hop may have closed it meanwhile

	since time.Time // when bytes of an answer came last

	once sync.Once
	err  error
}

// rested reports whether c has been kept for as long as it may.
func (c *upstreamConn) rested(now time.Time) bool { return now.Sub(c.since) >= restTime }

// alive reports whether a connection that rested can be used: nothing has come on it,
// its end neither.
func (c *upstreamConn) alive() bool { return !c.rested(c.set.server.cfg.Clock.Now()) && silent(c.raw) }

// head begins the reading of an answer.
func (c *upstreamConn) head() *bufio.Reader {
	if c.in == nil {
		c.in = bufio.NewReaderSize((*answerReader)(c), answerBuffer)
	}
	c.left = maxResponseHead
	return c.in
}

// answerReader reads the answers of a connection.
type answerReader upstreamConn

func (a *answerReader) Read(b []byte) (int, error) {
	if a.left <= 0 {
		return 0, errLongHead
	}
	n, err := a.Conn.Read(b)
	a.left -= int64(n)
	if n > 0 {
		a.since = a.set.server.cfg.Clock.Now()
	}
	return n, transcript.WithoutAddresses(err)
}

// Close closes the socket once and leaves the set.
func (c *upstreamConn) Close() error {
	c.set.mu.Lock()
	delete(c.set.open, c)
	c.set.mu.Unlock()
	return c.shut()
}

func (c *upstreamConn) shut() error {
	c.once.Do(func() { c.err = c.Conn.Close() })
	return c.err
}

// CloseWrite shuts the writing direction where the connection can.
func (c *upstreamConn) CloseWrite() error { return closeWrite(c.Conn) }
