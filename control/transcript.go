package control

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/control/client"
	"github.com/wualab/wualab/transcript"
)

// exchangeKind is the kind of an entry that is no event.
const exchangeKind = "exchange"

// note puts something of the API's own into the record.
func (s *Server) note(format string, args ...any) {
	s.cfg.Served.Recorder().Add(transcript.Event{Kind: transcript.KindNote, Text: fmt.Sprintf(format, args...)})
}

// shown is an entry as clients may see it.
func (s *Server) shown(e transcript.Entry) transcript.Entry {
	if e.Exchange != nil && !s.cfg.ShowSecrets {
		e.Exchange = transcript.Redact(e.Exchange)
	}
	return e
}

// brief tells of an entry in short.
func (s *Server) brief(e transcript.Entry) client.Entry {
	if v := e.Event; v != nil {
		return client.Entry{Seq: v.Seq, Kind: string(v.Kind), Node: v.Node, Conn: v.Conn, At: v.At, Text: v.Text}
	}
	x := s.shown(e).Exchange
	one := client.Entry{Seq: x.Seq, Kind: exchangeKind, Node: x.Node, Conn: x.Conn, At: x.Start, Method: x.Request.Method, URL: x.Request.URL,
		Status: x.Status(), Verified: x.Verified, Refused: x.Refused, Err: x.Err, Notes: x.Notes}
	if !x.End.IsZero() {
		one.End = &x.End
	}
	if x.Response != nil {
		one.Bytes, one.Complete = x.Response.Body.Length, x.Response.Body.Complete
	}
	return one
}

// wanted makes the filter that the query asks for.
func (c *call) wanted() (func(transcript.Entry) bool, *client.Problem) {
	name, kind := c.query.Get("node"), c.query.Get("kind")
	if name != "" {
		if _, p := c.lookup(name); p != nil {
			return nil, p
		}
	}
	return func(e transcript.Entry) bool {
		node, is := "", exchangeKind
		if e.Exchange != nil {
			node = e.Exchange.Node
		} else {
			node, is = e.Event.Node, string(e.Event.Kind)
		}
		return (name == "" || node == name) && (kind == "" || is == kind)
	}, nil
}

// The number of entries in one answer.
const (
	usualEntries = 1000
	mostEntries  = 10_000
)

func (c *call) transcript() *client.Problem {
	since, p := c.number("since", 0, 0, math.MaxInt32)
	if p != nil {
		return p
	}
	limit, p := c.number("limit", usualEntries, 1, mostEntries)
	if p != nil {
		return p
	}
	wanted, p := c.wanted()
	if p != nil {
		return p
	}
	record := c.cfg.Served.Recorder()
	list, more := record.Select(since, limit, wanted)
	page := client.Page{Entries: []client.Entry{}, More: more, Lost: record.Lost()}
	for _, e := range list {
		page.Entries = append(page.Entries, c.brief(e))
	}
	return c.answer(page)
}

func (c *call) entry() *client.Problem {
	seq, err := strconv.Atoi(c.params["seq"])
	e := c.cfg.Served.Recorder().Find(seq)
	if err != nil || e == (transcript.Entry{}) {
		return problem(http.StatusNotFound, "no-entry", "the transcript has no entry %s (any more)", c.params["seq"]).hint("GET /v1/transcript lists them")
	}
	return c.answer(c.shown(e))
}

func (c *call) clearTranscript() *client.Problem {
	c.cfg.Served.Recorder().Clear()
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

const (
	heartbeat  = 15 * time.Second
	streamStep = 200 // entries written between two looks at the client
)

// stream sends entries as they come to their end, as server-sent events (WHATWG HTML
// 9.2).
func (c *call) stream() *client.Problem {
	record := c.cfg.Served.Recorder()
	_, last, _ := record.Finished(math.MaxInt, 0)
	after, p := c.number("after", last, 0, math.MaxInt32)
	if p != nil {
		return p
	}
	if id := c.r.Header.Get("Last-Event-ID"); id != "" {
		var err error
		if after, err = strconv.Atoi(id); err != nil || after < 0 {
			return problem(http.StatusBadRequest, "bad-header", "Last-Event-ID: %q is no id of this stream", id).Problem
		}
	}
	full, p := c.flag("full")
	if p != nil {
		return p
	}
	wanted, p := c.wanted()
	if p != nil {
		return p
	}
	select {
	case c.streams <- struct{}{}:
		defer func() { <-c.streams }()
	default:
		return problem(http.StatusServiceUnavailable, "too-many", "%d streams are open", mostStreams).hint("close one of them")
	}
	c.w.Header().Set("Content-Type", "text/event-stream")
	if c.r.Method == http.MethodHead {
		return nil
	}
	c.follow(&streaming{call: c, record: record, wanted: wanted, full: full, after: min(after, last)})
	return nil
}

// streaming is one stream under way.
type streaming struct {
	*call
	record *transcript.Recorder
	wanted func(transcript.Entry) bool
	full   bool
	after  int // number of the last entry that was sent
}

func (c *call) follow(s *streaming) {
	text := fmt.Appendf(nil, "retry: 1000\n: after %d\n\n", s.after)
	for s.send(text) == nil {
		changed := s.record.Changed()
		if text = s.next(); len(text) > 0 {
			continue
		}
		beat := make(chan struct{})
		stop := clock.Wall{}.AfterFunc(heartbeat, "heartbeat", func() { close(beat) })
		select {
		case <-changed:
		case <-beat:
			text = []byte(": still here\n\n")
		case <-c.r.Context().Done():
		}
		stop()
		if c.r.Context().Err() != nil {
			return
		}
	}
}

// send writes a part of the stream, and bounds the time to take it.
func (s *streaming) send(text []byte) error {
	if len(text) == 0 {
		return nil
	}
	control := http.NewResponseController(s.w)
	_ = control.SetWriteDeadline(deadline())
	if _, err := s.w.Write(text); err != nil {
		return err
	}
	return control.Flush()
}

// next gives the events that have come since.
func (s *streaming) next() []byte {
	var out bytes.Buffer
	list, _, missed := s.record.Finished(s.after, streamStep)
	if missed > 0 {
		s.after += missed
		fmt.Fprintf(&out, "event: missed\nid: %d\ndata: {\"missed\": %d}\n\n", s.after, missed)
	}
	for _, f := range list {
		s.after = f.N
		if !s.wanted(f.Entry) {
			continue
		}
		var data any = s.brief(f.Entry)
		if s.full {
			data = s.shown(f.Entry)
		}
		text, err := json.Marshal(data)
		if err != nil {
			continue
		}
		name := exchangeKind
		if f.Event != nil {
			name = "event"
		}
		fmt.Fprintf(&out, "event: %s\nid: %d\ndata: %s\n\n", name, f.N, text)
	}
	if len(list) == streamStep && out.Len() == 0 {
		return []byte(": \n") // there may be more
	}
	return out.Bytes()
}

func (c *call) certificate() *client.Problem {
	if !c.cfg.Served.TLS() {
		return problem(http.StatusNotFound, "no-tls", "no server speaks TLS").Problem
	}
	pem, err := c.cfg.Served.CertificatePEM()
	if err != nil {
		return asProblem(err)
	}
	c.w.Header().Set("Content-Type", "application/x-pem-file")
	_, _ = c.w.Write(pem)
	return nil
}

func (c *call) openAPIYAML() *client.Problem {
	c.w.Header().Set("Content-Type", "application/yaml")
	_, _ = c.w.Write(OpenAPI)
	return nil
}

// inJSON is OpenAPI in JSON, made once.
var inJSON = sync.OnceValues(func() ([]byte, error) { return yaml.YAMLToJSON(OpenAPI) })

func (c *call) openAPIJSON() *client.Problem {
	text, err := inJSON()
	if err != nil {
		return asProblem(err)
	}
	c.w.Header().Set("Content-Type", "application/json")
	_, _ = io.Copy(c.w, bytes.NewReader(text))
	return nil
}
