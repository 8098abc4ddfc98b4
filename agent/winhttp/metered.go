package winhttp

import (
	"context"
	"errors"
	"io"
	"net"

	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/clock"
)

// metered is a connection whose bytes take the time of the PC's network link:
// heads, logins, tunnels and TLS as well as bodies. It stands below what is
// recorded, so that the record has the times at which bytes came.
//
// It serves one call at a time, in the goroutine of that call. Assumed: what TCP/IP
// adds to the bytes, its acknowledgements and its slow start take no time.
type metered struct {
	net.Conn
	link     *link.Link
	down, up *link.Meter

	turn bool  // something was sent since the last read: the answer takes a round trip
	due  int64 // bytes of a body that are still to come; 0: not known

	ctx      context.Context
	hold     clock.Hold
	class    link.Class
	patience *clock.Patience // of the operation under way
}

// meter makes a connection metered when bytes take time on the PC's link.
func (c *Client) meter(raw net.Conn) (net.Conn, *metered) {
	if !c.cfg.Link.Timed() {
		return raw, nil
	}
	m := &metered{Conn: raw, link: c.cfg.Link,
		down: c.cfg.Link.Meter(link.Down, link.Foreground), up: c.cfg.Link.Meter(link.Up, link.Foreground)}
	return m, m
}

// serve makes the connection that of a call.
func (m *metered) serve(k *call) {
	if m == nil {
		return
	}
	m.ctx, m.hold, m.class, m.due = k.ctx, k.hold, k.req.Class, 0
	m.down.SetClass(m.class)
	m.up.SetClass(m.class)
}

// expect says that so many bytes of a body will come, unless the connection ends.
// Then pieces do not depend on how the peer and the host cut them.
func (m *metered) expect(n int64) {
	if m != nil {
		m.due = max(n, 0)
	}
}

// allow makes p the patience of the operation that begins; nil ends it.
func (m *metered) allow(p *clock.Patience) {
	if m != nil {
		m.patience = p
	}
}

// Read reads a piece, at most about a second of the link, and lets its time pass.
// When the link goes down, or the call is given up, what had come until then is
// read.
func (m *metered) Read(p []byte) (int, error) {
	m.patience.Resume()
	n, err := m.fill(p[:min(int64(len(p)), m.down.Piece())])
	if n == 0 {
		return 0, err
	}
	m.due = max(m.due-int64(n), 0)
	if !m.patience.Pause() {
		return n, err
	}
	if m.turn {
		m.turn = false
		if err := m.link.RoundTrip(m.ctx, m.hold, m.class); err != nil {
			return 0, err
		}
	}
	moved, stopped := m.down.Take(m.ctx, m.hold, int64(n))
	if stopped != nil {
		return int(moved), stopped
	}
	return n, err
}

func (m *metered) fill(p []byte) (int, error) {
	if m.due == 0 {
		return m.Conn.Read(p)
	}
	n, err := io.ReadFull(m.Conn, p[:min(int64(len(p)), m.due)])
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}

// Write lets the time of each piece pass and then writes it.
func (m *metered) Write(b []byte) (int, error) {
	m.turn = true
	for sent := 0; sent < len(b); {
		piece := b[sent:min(int64(len(b)), int64(sent)+m.up.Piece())]
		moved, stopped := m.send(piece)
		m.patience.Resume()
		n, err := m.Conn.Write(piece[:moved])
		sent += n
		if err = errors.Join(stopped, err); err != nil {
			return sent, err
		}
	}
	return len(b), nil
}

func (m *metered) send(piece []byte) (int64, error) {
	if !m.patience.Pause() {
		return int64(len(piece)), nil
	}
	return m.up.Take(m.ctx, m.hold, int64(len(piece)))
}

// CloseWrite shuts the writing direction where the connection can.
func (m *metered) CloseWrite() error {
	if c, ok := m.Conn.(interface{ CloseWrite() error }); ok {
		return c.CloseWrite()
	}
	return m.Close()
}

// NetConn returns the connection beneath, as tls.Conn does.
func (m *metered) NetConn() net.Conn { return m.Conn }
