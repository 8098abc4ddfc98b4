package fakehttp

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// wire is the connection that net/http reads and writes.
type wire struct {
	net.Conn
	conn     *Conn
	direct   *net.TCPConn // what is written goes here as it is, unseen by record and clock; nil: it does not
	answer10 atomic.Bool
	reason   atomic.Pointer[string] // of the next answer; nil: the usual one
	tunnel   atomic.Bool            // a handler took it over
	active   atomic.Int64           // when bytes went over it last, once it is a tunnel
	stages   stages
	once     sync.Once
	closeErr error

	// Of the handler's goroutine.
	corked     bool      // the next write is held
	held       []byte    // written, and not yet sent
	writeUntil time.Time // the deadline of writing
	readUntil  time.Time // the deadline of reading, of a tunnel
}

// Write lets the status line say HTTP/1.0, or another reason, when that was asked.
// net/http begins every head in a Write of its own: it flushes after each answer.
func (w *wire) Write(b []byte) (int, error) {
	if reason := w.reason.Load(); reason != nil && bytes.HasPrefix(b, []byte("HTTP/1.1 ")) {
		w.reason.Store(nil)
		return w.writeReason(b, *reason)
	}
	return w.write(b)
}

// writeReason writes a head whose status line ends in reason. The count is that of b.
func (w *wire) writeReason(b []byte, reason string) (int, error) {
	const upTo = len("HTTP/1.1 200 ")
	end := bytes.Index(b, []byte("\r\n"))
	if end < upTo {
		return w.write(b)
	}
	changed := append(append(append([]byte{}, b[:upTo]...), reason...), b[end:]...)
	if n, err := w.write(changed); err != nil {
		return min(n, len(b)), err
	}
	return len(b), nil
}

func (w *wire) write(b []byte) (int, error) {
	if w.answer10.Load() && bytes.HasPrefix(b, []byte("HTTP/1.1 ")) {
		w.answer10.Store(false)
		b = append([]byte("HTTP/1.0"), b[len("HTTP/1.0"):]...)
	}
	if w.corked {
		w.corked = false
		w.held = append(w.held, b...)
		return len(b), nil
	}
	if len(w.held) == 0 {
		return w.send(b)
	}
	if len(b) > pieceSize {
		if err := w.uncork(); err != nil {
			return 0, err
		}
		return w.send(b)
	}
	p := pieces.Get().(*[2 * pieceSize]byte)
	defer pieces.Put(p)
	head := w.take(p[:])
	n, err := w.send(append(p[:head], b...))
	return max(n-head, 0), err
}

// take moves what is held to the beginning of p.
func (w *wire) take(p []byte) int {
	n := copy(p, w.held)
	w.held = w.held[:0]
	return n
}

// uncork sends what is held.
func (w *wire) uncork() error {
	w.corked = false
	if len(w.held) == 0 {
		return nil
	}
	held := w.held
	w.held = w.held[:0]
	_, err := w.send(held)
	return err
}

// send writes b through the stages of the answer under way.
func (w *wire) send(b []byte) (int, error) {
	if first := w.stages.writer(); first != nil {
		return first.Write(b)
	}
	return w.put(b)
}

// put writes b to the connection itself, within the limits.
func (w *wire) put(b []byte) (int, error) {
	if w.tunnel.Load() {
		w.touch()
	}
	if stall := w.conn.server.cfg.Limits.Stall; stall > 0 {
		return w.writeHastily(b, stall)
	}
	return w.Conn.Write(b)
}

// pieceSize is how much is copied at a time; what is shorter is sent with its head.
const pieceSize = 32 << 10

// pieces have room for a piece and what may be held in front of it, net/http's buffer.
var pieces = sync.Pool{New: func() any { return new([2 * pieceSize]byte) }}

// ReadFrom sends what comes from src. A long stretch of a file does not pass through
// this program when nobody looks at it.
func (w *wire) ReadFrom(src io.Reader) (n int64, err error) {
	w.corked = false
	if w.direct != nil && !w.tunnel.Load() && w.stages.writer() == nil && isLongFile(src) {
		if err := w.uncork(); err != nil {
			return 0, err
		}
		return w.sendFile(src.(*io.LimitedReader))
	}
	p := pieces.Get().(*[2 * pieceSize]byte)
	defer pieces.Put(p)
	for {
		head := 0
		if len(w.held) <= pieceSize {
			head = w.take(p[:])
		} else if err := w.uncork(); err != nil {
			return n, err
		}
		got, readErr := src.Read(p[head : head+pieceSize])
		if head+got > 0 {
			sent, err := w.send(p[:head+got])
			n += int64(max(sent-head, 0))
			if err != nil {
				return n, err
			}
		}
		if errors.Is(readErr, io.EOF) {
			return n, nil
		}
		if readErr != nil {
			return n, readErr
		}
	}
}

func isLongFile(src io.Reader) bool {
	limited, ok := src.(*io.LimitedReader)
	if !ok || limited.N <= pieceSize {
		return false
	}
	_, ok = limited.R.(*os.File)
	return ok
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
