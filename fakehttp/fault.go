package fakehttp

import (
	"fmt"
	"net"
	"net/http"
	"time"
)

// Reset breaks the client's connection with a TCP RST, so that the client sees
// WSAECONNRESET. What the handler wrote and did not flush is lost; so may be what
// the client has not yet read, see Settle. The handler must return afterwards.
func Reset(w http.ResponseWriter, r *http.Request) {
	c := ConnOf(r)
	conn := hijack(w, c)
	if conn == nil {
		return
	}
	if c != nil {
		if tcp, ok := c.tcp.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
	}
	_ = conn.Close()
}

// Close ends the client's connection in good order (FIN) wherever the answer
// stands. What the handler wrote and did not flush is lost. The handler must
// return afterwards.
func Close(w http.ResponseWriter, r *http.Request) {
	if conn := hijack(w, ConnOf(r)); conn != nil {
		_ = conn.Close()
	}
}

// Raw lets f write the answer byte for byte, then closes the connection. An error
// of f is noted in the transcript. Nothing may have been written to w.
func Raw(w http.ResponseWriter, r *http.Request, f func(c net.Conn) error) {
	c := ConnOf(r)
	conn := hijack(w, c)
	if conn == nil {
		return
	}
	if err := f(conn); err != nil {
		c.Note("raw answer: %v", err)
	}
	_ = conn.Close()
}

// hijack takes the connection from net/http. It returns nil when that was done
// before; then the connection, if it is ours, is closed.
func hijack(w http.ResponseWriter, c *Conn) net.Conn {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		return conn
	}
	c.Note("taking the connection over: %v", err)
	if c != nil {
		_ = c.wire.Close()
	}
	return nil
}

// Sleep waits d of the world's time on behalf of r's exchange. The handler must
// have flushed what it wrote. The error says why the wait ended early; most often
// the client gave up, and the handler should return without an answer.
func Sleep(r *http.Request, d time.Duration) error {
	c := ConnOf(r)
	if c == nil {
		return fmt.Errorf("sleeping for a request of another server")
	}
	_ = c.wire.uncork()
	return c.server.cfg.Clock.SleepFor(r.Context(), c.wire, d)
}

// Settle flushes what was written to w and, on a virtual clock, waits until the
// client has read it all. Faults that follow then find the client always at the
// same place.
func Settle(w http.ResponseWriter, r *http.Request) error {
	if err := http.NewResponseController(w).Flush(); err != nil {
		return fmt.Errorf("flushing before a fault: %w", err)
	}
	return Sleep(r, 0)
}
