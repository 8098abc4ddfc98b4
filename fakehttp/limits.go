package fakehttp

import (
	"errors"
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
	Stall time.Duration // in which a client must send its request's head, send 4 KiB of the body or take 64 KiB of the answer; it may get two and a half times as long
}

// hardConns is how many connections beyond the limit get an answer; those that come on
// top are closed without one.
const hardConns = 64

// piece is how much of an answer a client must take within Stall, and bodyPiece how
// much of a body it must send.
const (
	piece     = 64 << 10
	bodyPiece = 4 << 10
)

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
	left    int // bytes that must come within the time that was set
	ended   bool
}

// hurryRest gives the client the time for what its handler left of a body, which
// net/http reads.
func (c *Conn) hurryRest(body io.ReadCloser) {
	if h, ok := body.(*hasty); ok && !h.ended && !c.wire.tunnel.Load() {
		_ = h.control.SetReadDeadline(clock.Wall{}.Now().Add(h.stall))
	}
}

func (h *hasty) Read(b []byte) (int, error) {
	if h.left <= 0 {
		h.left = bodyPiece
		if err := h.control.SetReadDeadline(clock.Wall{}.Now().Add(h.stall)); err != nil {
			return 0, err
		}
	}
	n, err := h.ReadCloser.Read(b)
	h.left -= n
	if err == io.EOF {
		h.ended = true
		_ = h.control.SetReadDeadline(time.Time{})
	}
	return n, err
}

// writeHastily writes b, each piece of it within the time to take it.
func (w *wire) writeHastily(b []byte, stall time.Duration) (written int, err error) {
	for {
		if err := w.hurry(stall); err != nil {
			return written, err
		}
		n, err := w.Conn.Write(b[written:])
		written += n
		if !w.goesOn(int64(n), err) || written == len(b) {
			return written, err
		}
	}
}

// sendFile sends a stretch of a file within the kernel, each piece within the time to
// take it.
func (w *wire) sendFile(src *io.LimitedReader) (written int64, err error) {
	for {
		if err := w.hurry(w.conn.server.cfg.Limits.Stall); err != nil {
			return written, err
		}
		n, err := w.direct.ReadFrom(src)
		written += n
		if !w.goesOn(n, err) {
			return written, err
		}
	}
}

// hurry gives the client the time that it has for the next piece, or a quarter more:
// setting a deadline costs much beside writing an answer.
func (w *wire) hurry(stall time.Duration) error {
	now := clock.Wall{}.Now()
	if stall <= 0 || w.writeUntil.Sub(now) >= stall {
		return nil
	}
	w.writeUntil = now.Add(stall + stall/4)
	return w.SetWriteDeadline(w.writeUntil)
}

// goesOn reports whether err is that the time was over within which n bytes were
// taken, which were enough.
func (w *wire) goesOn(n int64, err error) bool {
	var late net.Error
	if n < piece || !errors.As(err, &late) || !late.Timeout() {
		return false
	}
	w.writeUntil = time.Time{}
	return true
}

// readTunnel reads from a connection that a handler took over and that must not be
// silent in both directions for longer than idle.
func (w *wire) readTunnel(b []byte, idle time.Duration) (int, error) {
	for {
		until := time.Unix(0, w.active.Load()).Add(idle)
		if until.After(w.readUntil) {
			w.readUntil = until.Add(idle / 4) // seldom, since it costs much
			if err := w.SetReadDeadline(w.readUntil); err != nil {
				return 0, err
			}
		}
		n, err := w.Conn.Read(b)
		if n > 0 {
			w.touch()
		}
		late, ok := err.(net.Error)
		if n > 0 || !ok || !late.Timeout() || !time.Unix(0, w.active.Load()).Add(idle).After(w.readUntil) {
			return n, err
		}
		w.readUntil = time.Time{}
	}
}

// touch notes that bytes went over the connection.
func (w *wire) touch() { w.active.Store(clock.Wall{}.Now().UnixNano()) }
