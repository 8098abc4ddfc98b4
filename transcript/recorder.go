package transcript

import (
	"fmt"
	"sync"
	"time"
)

// Options set up a [Recorder]. The zero value records without times.
type Options struct {
	Now        func() time.Time // the world's clock; nil: entries have no time
	Decode     Decoder          // explains authentication headers; nil for none
	KeepBodies int64            // keep bodies up to this many bytes; 0 keeps none
	// BodyLengths records of bodies the length and no SHA-256, when KeepBodies
	// is 0. What moves large files then need not show them to the recorder, see
	// [Conn.MayBypass].
	BodyLengths bool
	Most        int  // keep about that many entries, the latest; 0 keeps all
	Follow      bool // lets others follow the record as it grows, see [Recorder.Finished]

	// Ended is called with a copy of each exchange that came to its end, in good order
	// or not; nil for none. It must not call the recorder, and the connection waits for
	// it.
	Ended func(*Exchange)
}

// Recorder collects exchanges and events in the order in which they began. It
// is safe for concurrent use. Exchanges that it hands out are copies and do
// not change any more.
type Recorder struct {
	opt   Options
	mu    sync.Mutex
	seq   int
	step  string
	conns map[string]int
	order []any // *Exchange or *Event
	lost  int   // entries that Most left no room for

	dropped  int           // Seq of the last of those
	finished []finished    // those that do not change any more, in that order
	ends     int           // number of the last of them
	changed  chan struct{} // closed at the next change; nil when nobody waits
}

// New returns an empty recorder.
func New(opt Options) *Recorder {
	if opt.Now == nil {
		opt.Now = func() time.Time { return time.Time{} }
	}
	return &Recorder{opt: opt, conns: map[string]int{}}
}

// SetStep names the scenario step that the following entries belong to.
func (r *Recorder) SetStep(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.step = name
}

// Add records an event; its Seq, Step and, when zero, At are filled in.
func (r *Recorder) Add(e Event) {
	at := e.At
	if at.IsZero() {
		at = r.opt.Now()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	e.Seq, e.At, e.Step = r.next(), at, r.step
	r.put(&e)
	r.finish(&e)
}

func (r *Recorder) next() int {
	r.seq++
	return r.seq
}

// put adds an entry, and drops a fifth of them, the oldest, when there are too many.
func (r *Recorder) put(entry any) {
	if most := r.opt.Most; most > 0 && len(r.order) >= most {
		drop := max(most/5, 1)
		r.dropped = seqOf(r.order[drop-1])
		r.order = append(make([]any, 0, most), r.order[drop:]...)
		r.lost += drop
	}
	r.order = append(r.order, entry)
}

// Lost returns how many entries were dropped because of Options.Most.
func (r *Recorder) Lost() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lost
}

// ended tells who wants to know that an exchange has come to its end.
func (r *Recorder) ended(x *Exchange) {
	if r.opt.Follow {
		r.update(func() { r.finish(x) })
	}
	if r.opt.Ended == nil {
		return
	}
	var copied *Exchange
	r.update(func() { copied = x.clone() })
	r.opt.Ended(copied)
}

// Mark returns the sequence number of the last entry; entries that follow
// have a greater one.
func (r *Recorder) Mark() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.seq
}

// Exchanges returns copies of all exchanges after mark, in order. Use mark 0
// for all.
func (r *Recorder) Exchanges(mark int) []*Exchange {
	r.mu.Lock()
	defer r.mu.Unlock()
	var list []*Exchange
	for _, entry := range r.order {
		if x, ok := entry.(*Exchange); ok && x.Seq > mark {
			list = append(list, x.clone())
		}
	}
	return list
}

// Events returns all events after mark, in order.
func (r *Recorder) Events(mark int) []Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	var list []Event
	for _, entry := range r.order {
		if e, ok := entry.(*Event); ok && e.Seq > mark {
			list = append(list, *e)
		}
	}
	return list
}

// NewConn names a new connection of a node: "corp#1", "corp#2", ... Tap does it for
// those that it wraps.
func (r *Recorder) NewConn(node string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.conns[node]++
	return fmt.Sprintf("%s#%d", node, r.conns[node])
}

func (r *Recorder) begin(x *Exchange) {
	now := r.opt.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	x.Seq, x.Start, x.Step = r.next(), now, r.step
	x.Tokens, x.Packet = r.tokens(x.Request, false), packetOf(x.Request)
	r.put(x)
	r.tell()
}

// update changes an exchange under the recorder's lock.
func (r *Recorder) update(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
}

var requestAuthHeaders = []string{"Proxy-Authorization", "Authorization"}
var responseAuthHeaders = []string{"Proxy-Authenticate", "WWW-Authenticate", "Proxy-Authentication-Info", "Authentication-Info"}

func (r *Recorder) tokens(m *Message, response bool) []Token {
	if r.opt.Decode == nil {
		return nil
	}
	headers := requestAuthHeaders
	if response {
		headers = responseAuthHeaders
	}
	var tokens []Token
	for _, header := range headers {
		for _, value := range m.Values(header) {
			for _, t := range r.opt.Decode(header, value) {
				t.Header, t.Response = header, response
				tokens = append(tokens, t)
			}
		}
	}
	return tokens
}

func (x *Exchange) clone() *Exchange {
	c := *x
	c.Request, c.Response = x.Request.clone(), x.Response.clone()
	c.Interim = nil
	for _, m := range x.Interim {
		c.Interim = append(c.Interim, m.clone())
	}
	c.Tokens = append([]Token(nil), x.Tokens...)
	c.Decisions = append([]*Decision(nil), x.Decisions...)
	c.Notes = append([]string(nil), x.Notes...)
	return &c
}

func (m *Message) clone() *Message {
	if m == nil {
		return nil
	}
	c := *m
	return &c
}
