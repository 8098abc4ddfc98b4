package fakehttp

import (
	"io"
	"net"
	"net/http"
	"time"

	"github.com/wualab/wualab/clock"
)

// Limits are the bounds on what clients may cost. They are for listeners that
// programs from outside are pointed at; times are real time, whatever the world's
// clock. The zero value of each bound is none.
type Limits struct {
	Conns int           // connections served at a time; further ones get 503 and are closed
	Body  int64         // bytes of a request's body; a longer one is answered with 413
	Idle  time.Duration // that a connection may be silent between requests, and a tunnel in both directions
	Stall time.Duration // in which a client must take a piece of the answer, or send one of its body
}

// hardConns is how many connections beyond the limit get an answer; those that come on
// top are closed without one.
const hardConns = 64

// piece is how much of an answer a client must take within Stall.
const piece = 64 << 10

// overLimit answers a request of a connection too many.
func overLimit(w http.ResponseWriter, r *http.Request, limit int) {
	ConnOf(r).Note("more than %d connections", limit)
	w.Header().Set("Connection", "close")
	http.Error(w, "too many connections", http.StatusServiceUnavailable)
}

// bound puts the limits on a request's body. It reports whether the request may go on.
func (l Limits) bound(w http.ResponseWriter, r *http.Request) bool {
	if l.Body > 0 && r.ContentLength > l.Body {
		ConnOf(r).Note("a body of %d bytes, more than %d", r.ContentLength, l.Body)
		w.Header().Set("Connection", "close")
		http.Error(w, "the body is too large", http.StatusRequestEntityTooLarge)
		return false
	}
	if r.Body == nil || r.Body == http.NoBody {
		return true
	}
	if l.Body > 0 {
		r.Body = http.MaxBytesReader(w, r.Body, l.Body)
	}
	if l.Stall > 0 {
		r.Body = &hasty{ReadCloser: r.Body, control: http.NewResponseController(w), stall: l.Stall}
	}
	return true
}

// hasty is a request body whose bytes must keep coming.
type hasty struct {
	io.ReadCloser
	control *http.ResponseController
	stall   time.Duration
}

func (h *hasty) Read(b []byte) (int, error) {
	if err := h.control.SetReadDeadline(clock.Wall{}.Now().Add(h.stall)); err != nil {
		return 0, err
	}
	n, err := h.ReadCloser.Read(b)
	if err == io.EOF {
		_ = h.control.SetReadDeadline(time.Time{})
	}
	return n, err
}

// writeHastily writes b piece by piece, each within the time to take it.
func (w *wire) writeHastily(b []byte, stall time.Duration) (written int, err error) {
	for {
		part := b[written:min(len(b), written+piece)]
		if err := w.SetWriteDeadline(clock.Wall{}.Now().Add(stall)); err != nil {
			return written, err
		}
		n, err := w.Conn.Write(part)
		written += n
		if err != nil || written == len(b) {
			return written, err
		}
	}
}

// readTunnel reads from a connection that a handler took over and that must not be
// silent in both directions for longer than idle.
func (w *wire) readTunnel(b []byte, idle time.Duration) (int, error) {
	for {
		until := time.Unix(0, w.active.Load()).Add(idle)
		if err := w.SetReadDeadline(until); err != nil {
			return 0, err
		}
		n, err := w.Conn.Read(b)
		if n > 0 {
			w.touch()
		}
		late, ok := err.(net.Error)
		if n > 0 || !ok || !late.Timeout() || !time.Unix(0, w.active.Load()).Add(idle).After(until) {
			return n, err
		}
	}
}

// touch notes that bytes went over the connection.
func (w *wire) touch() { w.active.Store(clock.Wall{}.Now().UnixNano()) }
