package fakehttp

import (
	"bytes"
	"io"
	"net/http"
	"sync"
	"time"
)

// Through lets the answer under way pass through another writer, byte for byte as it
// goes to the connection: heads, interim answers (1xx) among them, chunks, and after
// Hijack what the handler writes. stage gets what the bytes go on to; its writer must
// take all that it is given or fail. Of several stages the one that was added first
// stands next to the connection. They are gone when the next request begins.
func (c *Conn) Through(stage func(next io.Writer) io.Writer) {
	if c == nil {
		return
	}
	s := &c.wire.stages
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.first == nil {
		s.first = writerFunc(c.wire.put)
	}
	s.first = stage(s.first)
}

// EditAnswer changes the head of the answer under way, from its status line to the
// empty line that ends it, in the form in which it would go out; edit also gives what
// the body passes through, or nil. Interim answers are left alone. Of several edits the
// one that was asked for last comes first.
func (c *Conn) EditAnswer(edit func(head []byte) (changed []byte, body func(next io.Writer) io.Writer)) {
	c.Through(func(next io.Writer) io.Writer { return &headEditor{next: next, edit: edit} })
}

// EditHead is EditAnswer of the head alone.
func (c *Conn) EditHead(edit func(head []byte) []byte) {
	c.EditAnswer(func(head []byte) ([]byte, func(io.Writer) io.Writer) { return edit(head), nil })
}

// AfterAnswer has f called when the answer under way is written, before the next
// request on the connection is read. It is not called when the connection ends with the
// answer or was hijacked.
func (c *Conn) AfterAnswer(f func()) {
	if c == nil {
		return
	}
	s := &c.wire.stages
	s.mu.Lock()
	defer s.mu.Unlock()
	s.after = append(s.after, f)
}

// Pause waits d of the world's time on behalf of the exchange under way, in a stage of
// [Conn.Through], where the request's context may have ended. The error says why the wait
// ended early; what is written must fail with it.
func (c *Conn) Pause(d time.Duration) error {
	if c == nil {
		return nil
	}
	return c.server.cfg.Clock.SleepFor(c.server.base, c.wire, d)
}

// Now is the world's time at the fake.
func (c *Conn) Now() time.Time {
	if c == nil {
		return time.Time{}
	}
	return c.server.cfg.Clock.Now()
}

// stages are what the answer under way passes through.
type stages struct {
	mu    sync.Mutex
	first io.Writer // nil: none
	after []func()
}

// begin forgets what was for the answer before.
func (s *stages) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.first, s.after = nil, nil
}

// writer gives where the near end writes; nil for the connection itself.
func (s *stages) writer() io.Writer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.first
}

// end does what was to be done after the answer.
func (s *stages) end() {
	s.mu.Lock()
	after := s.after
	s.after = nil
	s.mu.Unlock()
	for _, f := range after {
		f()
	}
}

type writerFunc func(b []byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// headEditor collects heads until that of the final answer, and changes that.
type headEditor struct {
	next io.Writer
	edit func([]byte) ([]byte, func(io.Writer) io.Writer)
	buf  []byte
	done bool
}

// Write passes heads on when they are whole.
func (e *headEditor) Write(b []byte) (int, error) {
	if e.done {
		return e.next.Write(b)
	}
	e.buf = append(e.buf, b...)
	for !e.done && len(e.buf) > 0 {
		head, whole := cutHead(e.buf)
		if !whole {
			return len(b), nil
		}
		e.buf = e.buf[len(head):]
		if err := e.pass(head); err != nil {
			return 0, err
		}
	}
	if len(e.buf) > 0 {
		if _, err := e.next.Write(e.buf); err != nil {
			return 0, err
		}
	}
	e.buf = nil
	return len(b), nil
}

// pass sends one head on, as it is or changed.
func (e *headEditor) pass(head []byte) error {
	next := e.next
	var body func(io.Writer) io.Writer
	switch {
	case !couldBeHead(head):
		e.done = true
	case !bytes.HasPrefix(head, []byte("HTTP/1.1 1")):
		head, body = e.edit(head)
		e.done = true
	}
	if body != nil {
		e.next = body(next)
	}
	if len(head) == 0 {
		return nil
	}
	_, err := next.Write(head)
	return err
}

// cutHead takes a head off; what can't be one is taken whole.
func cutHead(b []byte) (head []byte, whole bool) {
	if i := bytes.Index(b, []byte("\r\n\r\n")); i >= 0 && couldBeHead(b) {
		n := i + len("\r\n\r\n")
		return b[:n:n], true // who appends to it gets a copy
	}
	return b, !couldBeHead(b)
}

// couldBeHead reports whether bytes may be the beginning of an answer.
func couldBeHead(b []byte) bool {
	const begin = "HTTP/"
	n := min(len(b), len(begin))
	return string(b[:n]) == begin[:n]
}

// HalfClose ends the writing direction of the client's connection (FIN) wherever the
// answer stands, and reads on, whatever the client sends, until it closes or the fake
// does. What the handler wrote and did not flush is lost. The handler must return
// afterwards.
func HalfClose(w http.ResponseWriter, r *http.Request) {
	c := ConnOf(r)
	if conn := hijack(w, c); conn != nil && c != nil {
		c.halfClose()
		_ = conn.Close()
	}
}

// CloseAfter closes the connection, without having said so, when the answer under way is
// written.
func (c *Conn) CloseAfter() { c.AfterAnswer(func() { _ = c.wire.Close() }) }

// HalfCloseAfter is HalfClose when the answer under way is written.
func (c *Conn) HalfCloseAfter() { c.AfterAnswer(c.halfClose) }

func (c *Conn) halfClose() {
	if c.wire.CloseWrite() != nil {
		return
	}
	c.wire.touch()
	c.wire.tunnel.Store(true) // for its limit on silence
	_, _ = io.Copy(io.Discard, c.wire)
}
