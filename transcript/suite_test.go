package transcript_test

import (
	"bytes"
	"io"
	"net"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/transcript"
)

func TestTranscript(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "transcript")
}

func epoch() time.Time { return time.Date(2004, 8, 25, 12, 0, 0, 0, time.UTC) }

// scripted is a connection from which the pieces of in come one by one, then end; what
// is written to it is lost.
type scripted struct {
	net.Conn
	in   [][]byte
	end  error // io.EOF when nil
	full error // of writing
}

func (s *scripted) Read(b []byte) (int, error) {
	if len(s.in) == 0 {
		if s.end != nil {
			return 0, s.end
		}
		return 0, io.EOF
	}
	n := copy(b, s.in[0])
	if s.in[0] = s.in[0][n:]; len(s.in[0]) == 0 {
		s.in = s.in[1:]
	}
	return n, nil
}

func (s *scripted) Write(b []byte) (int, error) {
	if s.full != nil {
		return 0, s.full
	}
	return len(b), nil
}

func (s *scripted) Close() error { return nil }

// pieces cuts data into pieces as long as cuts says, over and over; no cuts keep it whole.
func pieces(data []byte, cuts []byte) [][]byte {
	data = bytes.Clone(data)
	var list [][]byte
	for i := 0; len(data) > 0; i++ {
		n := len(data)
		if len(cuts) > 0 {
			n = min(n, int(cuts[i%len(cuts)])+1)
		}
		list, data = append(list, data[:n]), data[n:]
	}
	return list
}

// record plays both directions of one connection through a tap: all requests, then all
// responses, each in pieces, then the close.
func record(role transcript.Role, requests, replies string, cuts []byte, end error) *transcript.Recorder {
	rec := transcript.New(transcript.Options{Now: epoch, KeepBodies: 1 << 10})
	asked, answered := pieces([]byte(requests), cuts), pieces([]byte(replies), cuts)
	written, read := asked, answered
	if role != transcript.Client {
		written, read = answered, asked
	}
	conn := rec.Tap("node", role, &scripted{in: read, end: end})
	if role == transcript.Client {
		writeAll(conn, written)
		readAll(conn)
	} else {
		readAll(conn)
		writeAll(conn, written)
	}
	_ = conn.Close()
	return rec
}

func writeAll(w io.Writer, list [][]byte) {
	for _, p := range list {
		_, _ = w.Write(p)
	}
}

func readAll(r io.Reader) {
	b := make([]byte, 1<<16)
	for {
		if _, err := r.Read(b); err != nil {
			return
		}
	}
}
