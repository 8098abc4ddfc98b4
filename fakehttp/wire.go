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
	return w.Conn.Write(b)
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
