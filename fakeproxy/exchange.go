package fakeproxy

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"

	"github.com/wualab/wualab/transcript"
)

var (
	errLongHead  = errors.New("the head of the answer is too long")
	errNoAnswer  = errors.New("it closed the connection without an answer")
	errSwitching = errors.New("it answers 101 Switching Protocols, which nobody asked for")
)

// roundTrip sends a request and reads the head of its answer; whichever connection it
// goes on works for down from then on, as the clock must know. A request that can be
// sent again is, when the connection that it went on had rested and was found closed
// (RFC 9110 9.2.2 and RFC 9112 9.3.1). The body of the answer must be closed.
func (u *upstream) roundTrip(r *http.Request, down net.Conn) (*http.Response, *exchange, error) {
	old, take := hopOf(r).old, u.take
	if old.closes() {
		take = u.dial
	}
	for {
		c, err := take(r.Context(), u.addressOf(r.URL))
		if err != nil {
			return nil, nil, err
		}
		u.server.workFor(c, down)
		x := &exchange{conn: c, request: r, old: old}
		resp, err := x.run(u.server.cfg.Via != "")
		if err == nil || !c.kept || !x.repeatable() {
			return resp, x, err
		}
	}
}

func (s *Server) workFor(up, down net.Conn) {
	if down != nil {
		s.cfg.Clock.Forward(up, down)
	}
}

// addressOf is where a request for target goes.
func (u *upstream) addressOf(target *url.URL) string {
	if via := u.server.cfg.Via; via != "" {
		return via
	}
	port := target.Port()
	if port == "" {
		port = "80"
	}
	return net.JoinHostPort(target.Hostname(), port)
}

// exchange is one request on a connection upstream.
type exchange struct {
	conn     *upstreamConn
	request  *http.Request
	old      *http10Hop    // it is sent in HTTP/1.0; nil: in HTTP/1.1
	forget   func() bool   // stops watching the request's context
	body     *sentBody     // of the request; nil without one
	sent     chan struct{} // closed when a request with a body was sent, or could not be
	sendErr  error         // why it could not; of a request with a body to be read once sent is closed
	answered bool          // the answer has begun
	closes   bool          // the connection ends with the answer
	over     bool
}

// run sends the request and reads the head of the answer. After an error the
// connection is closed.
func (x *exchange) run(toProxy bool) (*http.Response, error) {
	x.forget = context.AfterFunc(x.request.Context(), func() { _ = x.conn.Close() })
	x.send(toProxy)
	resp, err := x.answer()
	if err != nil {
		return nil, x.fail(err)
	}
	x.closes = resp.Close || x.old.closes()
	if resp.Body == http.NoBody && x.sentAll() {
		x.end()
		return resp, nil
	}
	resp.Body = &upstreamBody{body: resp.Body, x: x}
	return resp, nil
}

// send writes the request: at once when it has no body; else in a goroutine that end
// waits for, since the next hop may answer before it has the whole body.
func (x *exchange) send(toProxy bool) {
	if x.request.Body == nil || x.request.Body == http.NoBody {
		x.sendErr = x.write(toProxy)
		return
	}
	x.body = &sentBody{ReadCloser: x.request.Body}
	x.request.Body = x.body
	x.sent = make(chan struct{})
	go func() {
		defer close(x.sent)
		x.sendErr = x.write(toProxy)
	}()
}

func (x *exchange) write(toProxy bool) error {
	server := x.conn.set.server
	out := server.writers.Get().(*bufio.Writer)
	defer server.writers.Put(out)
	defer out.Reset(nil)
	broken := &writeWatch{to: x.conn}
	out.Reset(broken)
	send := x.request.Write
	if toProxy {
		send = x.request.WriteProxy
	}
	err := send(x.old.writer(out))
	if err == nil {
		err = out.Flush()
	}
	if err != nil && broken.err == nil { // the client's body failed, so no answer is to come
		_ = x.conn.Close()
	}
	if err != nil && x.body != nil && x.body.err != nil {
		return x.body.err // which net/http wraps beyond recognition
	}
	return err
}

// sentBody is the body of a request, which knows when the last of it is on its way.
type sentBody struct {
	io.ReadCloser
	read atomic.Bool // to its end
	err  error       // why it could not be
}

func (b *sentBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		b.read.Store(true)
	} else if err != nil {
		b.err = err
	}
	return n, err
}

// sentAll reports whether the whole request is sent, or as good as that.
func (x *exchange) sentAll() bool { return x.body == nil || x.body.read.Load() }

// writeWatch tells errors of writing from those of what is read to be written.
type writeWatch struct {
	to  net.Conn
	err error
}

func (w *writeWatch) Write(b []byte) (int, error) {
	n, err := w.to.Write(b)
	if err != nil {
		w.err = transcript.WithoutAddresses(err)
	}
	return n, w.err
}

// answer reads the head of the final answer. Interim ones are dropped.
func (x *exchange) answer() (*http.Response, error) {
	in := x.conn.head()
	if _, err := in.Peek(1); err != nil {
		return nil, err
	}
	x.answered = true
	for {
		resp, err := http.ReadResponse(in, x.request)
		if err != nil {
			return nil, err
		}
		if resp.StatusCode == http.StatusSwitchingProtocols {
			return nil, errSwitching
		}
		if resp.StatusCode/100 != 1 {
			x.conn.left = math.MaxInt64
			return resp, nil
		}
	}
}

// fail ends an exchange without an answer and says why there is none.
func (x *exchange) fail(err error) error {
	x.breakOff()
	switch {
	case x.sendErr != nil && !x.answered:
		return fmt.Errorf("sending the request: %w", x.sendErr)
	case errors.Is(err, io.EOF) && !x.answered:
		return errNoAnswer
	}
	return err
}

// repeatable reports whether the request may be sent once more after it failed.
func (x *exchange) repeatable() bool {
	if x.answered || x.sent != nil {
		return false
	}
	switch x.request.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return true
	}
	return false
}

// end gives the connection back, or closes it, and waits until the request is sent. A
// next hop that has answered and takes no more of the request is waited for as long as
// for a connection at rest.
func (x *exchange) end() {
	if x.over {
		return
	}
	x.over = true
	if x.closes {
		_ = x.conn.Close()
	}
	x.awaitSent()
	if !x.forget() || x.closes || x.sendErr != nil || x.conn.in.Buffered() > 0 {
		_ = x.conn.Close()
		return
	}
	x.conn.set.keep(x.conn)
}

func (x *exchange) awaitSent() {
	if x.sent == nil {
		return
	}
	server := x.conn.set.server
	stop := server.cfg.Clock.Lapse(restTime, "proxy "+server.cfg.Name+" sends a body", func() { _ = x.conn.Close() })
	<-x.sent
	stop()
}

// breakOff ends an exchange of which not all was read.
func (x *exchange) breakOff() {
	if !x.over {
		x.closes = true
		x.end()
	}
}

// upstreamBody is the body of an answer, with whose end the exchange ends. When the
// next hop answers before it has the whole request, that is at Close.
type upstreamBody struct {
	body  io.Reader
	x     *exchange
	whole bool
}

func (b *upstreamBody) Read(p []byte) (int, error) {
	n, err := b.body.Read(p)
	switch {
	case err == nil:
	case !errors.Is(err, io.EOF):
		b.x.breakOff()
	default:
		b.whole = true
		if b.x.sentAll() {
			b.x.end()
		}
	}
	return n, err
}

// Close ends the exchange; when not all of the answer was read, by closing its
// connection.
func (b *upstreamBody) Close() error {
	if b.whole {
		b.x.end()
	} else {
		b.x.breakOff()
	}
	return nil
}
