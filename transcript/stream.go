package transcript

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"strconv"
	"strings"
)

// maxHead bounds a head and a line of chunked framing; a longer one makes the rest of
// the stream opaque.
const maxHead = 1 << 20

// framing says how a body ends (RFC 9112 6.3).
type framing struct {
	none    bool
	chunked bool
	length  int64 // when neither chunked nor toClose
	toClose bool
	tunnel  bool // after CONNECT was answered with 2xx
}

// sink is told of the messages in a stream. head returns the body's framing.
// A message handed to head may be read by others from then on: its body is
// collected apart and published by body, which end follows when it is whole.
type sink interface {
	head(m *Message) framing
	body(m *Message, b Body)
	end(m *Message)
}

type streamState int

const (
	inHead streamState = iota
	inBody
	inChunkSize
	inChunkData
	inChunkEnd
	inTrailer
	isOpaque
)

// stream cuts one direction of a connection into messages.
type stream struct {
	response bool
	keep     int64
	lengths  bool // of bodies no more than the length is wanted
	to       sink

	state     streamState
	buf       []byte
	remaining int64
	frame     framing
	msg       *Message
	body      Body
	sum       hash.Hash
	opaque    int64 // bytes that are no HTTP, or inside a tunnel
}

func (s *stream) feed(p []byte) {
	for len(p) > 0 {
		switch s.state {
		case inHead:
			p = s.feedHead(p)
		case inBody:
			p = s.feedBody(p)
		case inChunkSize, inTrailer:
			p = s.feedLine(p)
		case inChunkData:
			p = s.feedBody(p)
		case inChunkEnd:
			p = s.feedChunkEnd(p)
		case isOpaque:
			s.opaque += int64(len(p))
			return
		}
	}
}

func (s *stream) feedHead(p []byte) []byte {
	if len(s.buf) == 0 && !s.response { // empty lines before a request are allowed
		p = bytes.TrimLeft(p, "\r\n")
	}
	before := len(s.buf)
	s.buf = append(s.buf, p...)
	end := headEnd(s.buf, max(before-2, 0))
	if end < 0 {
		if len(s.buf) > maxHead {
			s.lose()
		}
		return nil
	}
	head := append([]byte(nil), s.buf[:end]...)
	m, ok := parseHead(head, s.response)
	if !ok || end > maxHead {
		s.lose()
		return nil
	}
	s.buf = s.buf[:0]
	s.begin(m)
	return p[end-before:]
}

// headEnd returns the index after the empty line that ends a head, or -1. Lines may
// end with LF alone (RFC 9112 2.2). The search begins at from.
func headEnd(b []byte, from int) int {
	for {
		i := bytes.IndexByte(b[from:], '\n')
		if i < 0 {
			return -1
		}
		from += i + 1
		switch rest := b[from:]; {
		case bytes.HasPrefix(rest, []byte("\n")):
			return from + 1
		case bytes.HasPrefix(rest, []byte("\r\n")):
			return from + 2
		}
	}
}

// lose gives up on the stream: what is collected and all that follows is opaque.
func (s *stream) lose() {
	if s.msg != nil {
		s.publish()
	}
	s.opaque += int64(len(s.buf))
	s.state, s.buf, s.msg = isOpaque, nil, nil
}

func (s *stream) begin(m *Message) {
	s.msg, s.sum, s.body = m, nil, m.Body
	s.frame = s.to.head(m)
	s.body.Chunked = s.frame.chunked
	switch {
	case s.frame.tunnel:
		s.finish()
		s.state = isOpaque
	case s.frame.none || (!s.frame.chunked && !s.frame.toClose && s.frame.length == 0):
		s.finish()
	case s.frame.chunked:
		s.state = inChunkSize
	default:
		s.state, s.remaining = inBody, s.frame.length
	}
}

func (s *stream) finish() {
	s.body.Complete = true
	s.publish()
	s.state = inHead
	s.to.end(s.msg)
	s.msg = nil
}

func (s *stream) publish() {
	if s.sum != nil {
		s.body.SHA256 = hex.EncodeToString(s.sum.Sum(nil))
	}
	s.to.body(s.msg, s.body)
}

// closed ends the stream. A body that lasts until the close is complete when that was
// orderly.
func (s *stream) closed(orderly bool) {
	switch {
	case s.msg == nil:
		return
	case orderly && s.state == inBody && s.frame.toClose:
		s.finish()
	default:
		s.publish()
		s.msg = nil
	}
	s.state = isOpaque
}

func (s *stream) take(p []byte) {
	s.body.Length += int64(len(p))
	if s.lengths && s.keep == 0 {
		return
	}
	if s.sum == nil {
		s.sum = sha256.New()
	}
	s.sum.Write(p)
	if room := s.keep - int64(len(s.body.Data)); room > 0 {
		s.body.Data = append(s.body.Data, p[:min(int64(len(p)), room)]...)
	}
}

func (s *stream) feedBody(p []byte) []byte {
	if s.frame.toClose {
		s.take(p)
		return nil
	}
	n := min(int64(len(p)), s.remaining)
	s.take(p[:n])
	s.remaining -= n
	if s.remaining == 0 {
		if s.state == inChunkData {
			s.state = inChunkEnd
		} else {
			s.finish()
		}
	}
	return p[n:]
}

// pass counts n bytes of a body of known length that nobody showed.
func (s *stream) pass(n int64) {
	s.body.Length += n
	if s.remaining -= n; s.remaining == 0 {
		s.finish()
	}
}

// feedLine collects a chunk size line or a trailer line.
func (s *stream) feedLine(p []byte) []byte {
	i := bytes.IndexByte(p, '\n')
	took := i + 1
	if i < 0 {
		took = len(p)
	}
	s.buf = append(s.buf, p[:took]...)
	switch {
	case len(s.buf) > maxHead:
		s.lose()
	case i >= 0:
		s.line(strings.TrimRight(string(s.buf), "\r\n"))
	}
	return p[took:]
}

// line takes a whole line, which is still in buf.
func (s *stream) line(line string) {
	if s.state == inTrailer {
		s.buf = s.buf[:0]
		if line == "" {
			s.finish()
		}
		return
	}
	size, _, _ := strings.Cut(line, ";")
	n, err := strconv.ParseInt(strings.TrimSpace(size), 16, 63)
	if err != nil || n < 0 {
		s.lose()
		return
	}
	s.buf = s.buf[:0]
	s.state, s.remaining = inChunkData, n
	if n == 0 {
		s.state = inTrailer
	}
}

func (s *stream) feedChunkEnd(p []byte) []byte {
	i := bytes.IndexByte(p, '\n')
	if i < 0 {
		return nil
	}
	s.state = inChunkSize
	return p[i+1:]
}
