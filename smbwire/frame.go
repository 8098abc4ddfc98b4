package smbwire

import (
	"encoding/binary"
	"fmt"
	"io"
)

// MaxFrame is the longest that a message may be on a direct TCP connection (MS-SMB2
// 2.1).
const MaxFrame = 1<<24 - 1

// ReadFrame reads a message with the four bytes of length that precede it (MS-SMB2
// 2.1). One longer than limit, and one of another session service, are errors that
// wrap ErrMalformed; io.EOF says that the connection ended between messages.
func ReadFrame(r io.Reader, limit int) ([]byte, error) {
	var prefix [4]byte
	if _, err := io.ReadFull(r, prefix[:]); err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint32(prefix[:]) & MaxFrame)
	if prefix[0] != 0 || n > limit {
		return nil, fmt.Errorf("%w: transport header % x, at most %d bytes are taken", ErrMalformed, prefix, limit)
	}
	message := make([]byte, n)
	if _, err := io.ReadFull(r, message); err != nil {
		return nil, fmt.Errorf("reading a message of %d bytes: %w", n, err)
	}
	return message, nil
}

// AppendFrame writes a message with its length before it. It must not be longer than
// MaxFrame.
func AppendFrame(b, message []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(message)))
	return append(b, message...)
}

// splitter cuts a stream into frames, keeping the beginning of each. It makes no
// more of bytes that are no frames than an empty beginning.
type splitter struct {
	keep   int
	frame  func(beginning []byte)
	prefix []byte
	head   []byte
	rest   int // of the frame under way, not yet seen
	in     bool
}

func (s *splitter) feed(b []byte) {
	for len(b) > 0 {
		if !s.in {
			n := min(4-len(s.prefix), len(b))
			s.prefix, b = append(s.prefix, b[:n]...), b[n:]
			if len(s.prefix) < 4 {
				return
			}
			s.rest, s.in = int(binary.BigEndian.Uint32(s.prefix)&MaxFrame), true
			s.prefix, s.head = s.prefix[:0], nil
		}
		n := min(s.rest, len(b))
		if room := s.keep - len(s.head); room > 0 {
			s.head = append(s.head, b[:min(n, room)]...)
		}
		s.rest, b = s.rest-n, b[n:]
		if s.rest == 0 {
			s.in = false
			s.frame(s.head)
		}
	}
}
