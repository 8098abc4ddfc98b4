package transcript

import (
	"fmt"
	"time"
)

// requestSink takes the requests of a Conn; c.mu is held.
type requestSink Conn

func (s *requestSink) head(m *Message) framing {
	c := (*Conn)(s)
	c.n++
	x := &Exchange{Node: c.node, Role: c.role, Conn: c.id, N: c.n, Request: m}
	c.rec.begin(x)
	c.pending = append(c.pending, x)
	c.last = x
	return requestFraming(m)
}

func (s *requestSink) body(m *Message, b Body) { s.rec.update(func() { m.Body = b }) }

func (s *requestSink) end(*Message) {}

// responseSink takes the responses of a Conn; c.mu is held.
type responseSink Conn

func (s *responseSink) head(m *Message) framing {
	c := (*Conn)(s)
	if len(c.pending) == 0 { // an answer to nothing
		return responseFraming(m, "")
	}
	x := c.pending[0]
	c.rec.update(func() {
		if m.Status/100 == 1 && m.Status != 101 {
			x.Interim = append(x.Interim, m)
			return
		}
		x.Response = m
		x.Tokens = append(x.Tokens, c.rec.tokens(m, true)...)
		c.rec.tell()
	})
	frame := responseFraming(m, x.Request.Method)
	if frame.tunnel {
		c.requests.lose()
	}
	return frame
}

func (s *responseSink) body(m *Message, b Body) { s.rec.update(func() { m.Body = b }) }

func (s *responseSink) end(m *Message) {
	c := (*Conn)(s)
	if len(c.pending) == 0 || c.pending[0].Response != m {
		return
	}
	x := c.pending[0]
	c.pending = c.pending[1:]
	now := c.rec.opt.Now()
	c.rec.update(func() { x.End = now })
	c.rec.ended(x)
}

// fail ends an exchange whose connection was closed under it. partial is the number of
// bytes of a response head that never came to its end, opaque that of bytes that are
// no HTTP.
func (x *Exchange) fail(now time.Time, partial int, opaque int64) {
	x.End = now
	switch {
	case x.Err != "":
	case x.Response == nil && opaque > 0:
		x.Err = fmt.Sprintf("the connection was closed after %d bytes that are no HTTP response", opaque)
	case x.Response == nil && partial > 0:
		x.Err = fmt.Sprintf("the connection was closed inside the response's head, after %d bytes", partial)
	case x.Response == nil:
		x.Err = "the connection was closed without a response"
	case x.Response.Body.Declared > 0 && !x.Response.Body.Chunked:
		x.Err = fmt.Sprintf("the connection was closed after %d of %d body bytes", x.Response.Body.Length, x.Response.Body.Declared)
	default:
		x.Err = fmt.Sprintf("the connection was closed inside the body, after %d bytes", x.Response.Body.Length)
	}
}
