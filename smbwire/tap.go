package smbwire

import (
	"fmt"
	"net"
	"strconv"
	"sync"

	"github.com/wualab/wualab/transcript"
)

// Options say how a tap records.
type Options struct {
	Recorder *transcript.Recorder // nil records nothing
	Node     string               // whose record it is
	Server   bool                 // the near end serves; else it asks
	Subject  string               // of each event, such as the remote name
}

// Tap is a connection whose SMB2 messages are recorded as they pass: one event of
// kind transcript.KindSMB for each answer, with the request that it answers, and, where
// the near end asks, one when the connection opens and one when it ends; a server sees
// those at a moment of chance. It is a net.Conn; its methods are safe for
// concurrent use as those of the connection beneath.
type Tap struct {
	net.Conn
	opt Options
	id  string

	mu      sync.Mutex
	asked   map[uint64]string // what requests ask for, by MessageId
	failure Status
	in, out int64 // bytes so far
	read    splitter
	written splitter
	ended   bool
}

// kept is how much of a frame is looked at: a header, the fixed part of a body and
// the longest name.
const kept = 4 << 10

// NewTap wraps conn, which was just opened.
func NewTap(conn net.Conn, opt Options) *Tap {
	t := &Tap{Conn: conn, opt: opt, asked: map[uint64]string{}}
	requests, answers := &t.written, &t.read
	if opt.Server {
		requests, answers = answers, requests
	}
	*requests = splitter{keep: kept, frame: t.request}
	*answers = splitter{keep: kept, frame: t.answer}
	if opt.Recorder != nil {
		t.id = opt.Recorder.NewConn(opt.Node)
	}
	t.edge("connection opened")
	return t
}

// ID returns the connection's name in the record, "" without a recorder.
func (t *Tap) ID() string { return t.id }

// NetConn returns the connection beneath, as tls.Conn does.
func (t *Tap) NetConn() net.Conn { return t.Conn }

// Failure returns the status of the last answer that told of an error, success when
// none did. Behind it other answers may have passed, as to the CLOSE of a file that
// could not be renamed.
func (t *Tap) Failure() Status {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.failure
}

// Bytes returns how many were read and written so far.
func (t *Tap) Bytes() (read, written int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.in, t.out
}

// Note adds an event that is no message.
func (t *Tap) Note(format string, args ...any) { t.add(fmt.Sprintf(format, args...), nil) }

// Read reads from the connection beneath and records what came.
func (t *Tap) Read(b []byte) (int, error) {
	n, err := t.Conn.Read(b)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.read.feed(b[:n])
	t.in += int64(n)
	return n, err
}

// Write writes to the connection beneath. What is written is recorded before it can
// be answered.
func (t *Tap) Write(b []byte) (int, error) {
	t.mu.Lock()
	t.written.feed(b)
	t.out += int64(len(b))
	t.mu.Unlock()
	return t.Conn.Write(b)
}

// Close closes the connection beneath and records, once, that it ended.
func (t *Tap) Close() error {
	t.mu.Lock()
	first := !t.ended
	t.ended = true
	t.mu.Unlock()
	if first {
		t.edge("connection closed")
	}
	return t.Conn.Close()
}

// request notes what the messages of a frame ask for.
func (t *Tap) request(frame []byte) {
	each(frame, func(h Header, message []byte) {
		text := "SMB2 " + h.Command.String()
		if what := describeRequest(h, message); what != "" {
			text += " " + what
		}
		t.asked[h.MessageID] = text
	})
}

// answer records the messages of a frame, each with its request.
func (t *Tap) answer(frame []byte) {
	n := each(frame, func(h Header, message []byte) {
		if h.Status.failed() {
			t.failure = h.Status
		}
		if h.Status == StatusPending {
			return
		}
		text, ok := t.asked[h.MessageID]
		if !ok {
			text = "SMB2 " + h.Command.String()
		}
		delete(t.asked, h.MessageID)
		text += ": " + h.Status.String()
		if what := describeAnswer(h, message); what != "" {
			text += ", " + what
		}
		t.add(text, map[string]string{"command": h.Command.String(), "status": h.Status.String(), "signed": strconv.FormatBool(h.Flags&FlagSigned != 0)})
	})
	if n == 0 {
		t.add(fmt.Sprintf("an answer of %d bytes or more that is no SMB2 message in clear", len(frame)), nil)
	}
}

// each visits the messages of a frame, of which perhaps only the beginning is there,
// and counts them.
func each(frame []byte, visit func(h Header, message []byte)) (n int) {
	for {
		h, err := ParseHeader(frame)
		if err != nil {
			return n
		}
		n++
		message := frame
		if next := int64(h.NextCommand); next >= HeaderSize && next < int64(len(frame)) {
			message, frame = frame[:next], frame[next:]
		} else {
			frame = nil
		}
		visit(h, message)
	}
}

func (t *Tap) edge(text string) {
	if !t.opt.Server {
		t.add(text, nil)
	}
}

func (t *Tap) add(text string, data map[string]string) {
	if t.opt.Recorder != nil {
		t.opt.Recorder.Add(transcript.Event{Kind: transcript.KindSMB, Node: t.opt.Node, Conn: t.id, Subject: t.opt.Subject, Text: text, Data: data})
	}
}
