package fakeproxy

import (
	"net/http"
	"sync"
	"time"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakehttp"
)

// virusScan is a gateway that must have the whole file before it can judge it, and
// feeds the client some of its bytes meanwhile so that it does not give up.
func virusScan() behaviour.Definition {
	return behaviour.Definition{
		Name: "virus-scan",
		Help: "Fetches the whole file of a GET and scans it. Meanwhile the client gets a few bytes at intervals, then the rest. " +
			"An infected file: 403 with a page if nothing was sent yet, else the connection is cut, and the next request for the URL gets the page. " +
			"Files longer than limit pass unscanned.",
		Source: "FortiOS Handbook, Security Profiles: AntiVirus, client comforting; c-icap modules configuration reference: virus_scan.SendPercentData. " +
			"Assumed: while the file is fetched the bytes are sent when some of it arrives, and Range is dropped from requests",
		Example: "{virus-scan: {duration: 2m, trickle: 1B, every: 10s}}",
		Params: []behaviour.Param{
			{Name: "duration", Type: behaviour.Duration, Help: "How long the scan takes, after the whole file has come; absent: no time."},
			{Name: "trickle", Type: behaviour.Size, Default: "1B", Help: "Bytes that the client gets at each interval; 0: none before the scan is over."},
			{Name: "every", Type: behaviour.Duration, Default: "10s", Help: "The interval."},
			{Name: "infected", Type: behaviour.Bool, Help: "The scan finds a virus."},
			{Name: "ranges", Type: behaviour.Enum, Enum: []string{"strip", "scan-part"}, Default: "strip",
				Help: "strip: drops Range, so that the answer is the whole file with 200. scan-part: takes a part for a file of its own."},
			memory("Memory for one file."),
		},
		New: newVirusScan,
	}
}

// scanner is what the uses of one virus-scan share.
type scanner struct {
	clock           clock.Clock
	duration, every time.Duration
	trickle, limit  int64
	infected, strip bool

	mu    sync.Mutex
	known map[string]bool // infected URLs of which a client got bytes
}

// maxKnown bounds the URLs that are remembered.
const maxKnown = 10000

func newVirusScan(a behaviour.Args) (behaviour.Middleware, error) {
	s := &scanner{clock: a.Clock, duration: a.Duration("duration"), every: max(a.Duration("every"), time.Millisecond),
		trickle: a.Size("trickle"), limit: a.Size("limit"), infected: a.Bool("infected"), strip: a.String("ranges") == "strip", known: map[string]bool{}}
	if err := checkMemory("limit", s.limit); err != nil {
		return nil, err
	}
	return onGET(s.serve), nil
}

// scan is the work on one file.
type scan struct {
	*scanner
	*holdback
	r    *http.Request
	last time.Time // when bytes were sent last, or the file began to come
	gone error     // why no more can be sent
}

func (s *scanner) serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	if s.isKnown(r.URL.String()) {
		hopOf(r).note(r, "virus-scan: the URL is known to be infected")
		virusPage(w)
		return
	}
	asked := r
	if s.strip {
		asked = r.Clone(r.Context())
		asked.Header.Del("Range")
	}
	one := &scan{scanner: s, r: r, last: s.clock.Now(), holdback: &holdback{ResponseWriter: w, limit: s.limit}}
	one.arrived = one.comfort
	if !one.fetch(next, asked, "virus-scan") {
		return
	}
	if one.status/100 != 2 {
		one.release()
		return
	}
	if err := one.wait(); err != nil {
		hopOf(r).note(r, "virus-scan: gave up: %v", err)
		panic(http.ErrAbortHandler)
	}
	one.judge()
}

// comfort sends some bytes when the interval is over.
func (s *scan) comfort() {
	now := s.clock.Now()
	if s.trickle == 0 || now.Sub(s.last) < s.every {
		return
	}
	s.last = now
	if s.sent == 0 {
		s.ResponseWriter.WriteHeader(s.status)
	}
	part := s.body[s.sent:min(int64(len(s.body)), s.sent+s.trickle)]
	n, err := s.ResponseWriter.Write(part)
	s.sent += int64(n)
	if err == nil {
		err = http.NewResponseController(s.ResponseWriter).Flush()
	}
	s.gone = err
}

// wait lets the time of the scan pass.
func (s *scan) wait() error {
	end := s.clock.Now().Add(s.duration)
	for left := s.duration; left > 0 && s.gone == nil; left = end.Sub(s.clock.Now()) {
		pause := left
		if s.trickle > 0 {
			pause = min(left, s.every-s.clock.Now().Sub(s.last))
		}
		if err := fakehttp.Sleep(s.r, max(pause, time.Millisecond)); err != nil {
			return err
		}
		s.comfort()
	}
	return s.gone
}

func (s *scan) judge() {
	switch {
	case !s.infected:
		hopOf(s.r).note(s.r, "virus-scan: %d bytes are clean after %v, %d of them sent before that", len(s.body), s.duration, s.sent)
		s.release()
	case s.sent == 0:
		hopOf(s.r).note(s.r, "virus-scan: infected: sent a page")
		drop(s.Header())
		virusPage(s.ResponseWriter)
	default:
		s.remember(s.r.URL.String())
		hopOf(s.r).note(s.r, "virus-scan: infected: cut after %d bytes", s.sent)
		_ = fakehttp.Settle(s.ResponseWriter, s.r)
		panic(http.ErrAbortHandler)
	}
}

func (s *scanner) isKnown(url string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known[url]
}

func (s *scanner) remember(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.known) < maxKnown {
		s.known[url] = true
	}
}

func virusPage(w http.ResponseWriter) {
	showPage(w, http.StatusForbidden, "The file was not delivered, since a virus was found in it.")
}
