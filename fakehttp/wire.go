package fakehttp

import (
	"bytes"
	"net"
	"sync"
	"sync/atomic"
)

// wire is the connection that net/http reads and writes.
type wire struct {
	net.Conn
	conn     *Conn
	answer10 atomic.Bool
	tunnel   atomic.Bool  // a handler took it over
	active   atomic.Int64 // when bytes went over it last, once it is a tunnel
	once     sync.Once
	closeErr error
}

// Write lets the status line say HTTP/1.0 when that was asked. net/http begins
// every head in a Write of its own: it flushes after each answer.
func (w *wire) Write(b []byte) (int, error) {
	if w.answer10.Load() && bytes.HasPrefix(b, []byte("HTTP/1.1 ")) {
		w.answer10.Store(false)
		b = append([]byte("HTTP/1.0"), b[len("HTTP/1.0"):]...)
	}
	if w.tunnel.Load() {
		w.touch()
	}
	if stall := w.conn.server.cfg.Limits.Stall; stall > 0 {
		return w.writeHastily(b, stall)
	}
	return w.Conn.Write(b)
}

// Read bounds the silence of a tunnel; net/http bounds that between requests.
func (w *wire) Read(b []byte) (int, error) {
	if idle := w.conn.server.cfg.Limits.Idle; idle > 0 && w.tunnel.Load() {
		return w.readTunnel(b, idle)
	}
	return w.Conn.Read(b)
}

// Close closes the socket once; net/http closes a connection more often.
func (w *wire) Close() error {
	w.once.Do(func() {
		w.closeErr = w.Conn.Close()
		w.conn.change(func() { w.conn.closed = true })
	})
	return w.closeErr
}

// CloseWrite shuts the writing direction, for handlers that tunnel.
func (w *wire) CloseWrite() error {
	if c, ok := w.Conn.(interface{ CloseWrite() error }); ok {
		return c.CloseWrite()
	}
	return w.Close()
}
