// Package recorded gives the answers of a real server again: status, header fields and
// bodies as they were, to the requests that they were given to. It is what a scenario
// file of "wualab record" makes a fakeserver do.
//
// A request is recognised by its method, its path with the query, and its Range. What
// nobody asked while the recording was made is answered from the whole that was
// recorded, as an ordinary server would (RFC 9110 14), or from a recorded range that
// holds what is asked, or by the redirect or error that another request for the path
// met; else the answer is 404, and the transcript says that nothing was
// recorded.
//
//	h, err := recorded.New(answers, root, files)
package recorded

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"

	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/fakeserver/content"
	"github.com/wualab/wualab/transcript"
)

// Framing is how the end of a body is told (RFC 9112 6.3).
type Framing int

// The framings. The zero value is ByLength.
const (
	ByLength Framing = iota // Content-Length
	Chunked                 // chunked coding
	ToClose                 // the end of the connection
)

// Answer is an answer that was recorded.
type Answer struct {
	Method, Target string // of the request; Target is the path with the query
	Range          string // the request's Range; "" is none

	Status  int
	Fields  []transcript.Field // in spelling and order of the wire; those of framing are left out
	Body    content.File       // the zero File is an empty body
	Length  int64              // Content-Length, when it is not that of the body; -1 is that of the body
	Framing Framing
	Closed  bool // the connection was closed in place of an answer
}

// key is what requests are recognised by. Secrets in a query count for nothing.
type key struct{ method, target, span string }

func (a *Answer) key() key { return key{a.Method, transcript.HideQuery(a.Target), a.Range} }

func keyOf(r *http.Request) key {
	return key{r.Method, transcript.HideQuery(r.URL.RequestURI()), r.Header.Get("Range")}
}

// handler answers from a recording. It is safe for concurrent use.
type handler struct {
	root  *os.Root
	files *content.Handler
	known map[key][]*Answer
	whole map[string]*Answer   // by target: a 200 answer to GET with its whole body
	parts map[string][]stretch // by target
	other map[string]*Answer   // by target: the last other answer to GET, such as a redirect or an error

	mu   sync.Mutex
	next map[key]int // of the answers to a request, which comes next
}

// New makes a handler of answers whose bodies are beneath root. files serves what was
// not recorded. Of several answers to the same request the first is given first, and the
// last again and again, whoever asks. Errors say which answer is wrong.
func New(answers []Answer, root *os.Root, files *content.Handler) (http.Handler, error) {
	h := &handler{root: root, files: files, known: map[key][]*Answer{}, whole: map[string]*Answer{},
		parts: map[string][]stretch{}, other: map[string]*Answer{}, next: map[key]int{}}
	for i := range answers {
		a := &answers[i]
		if err := a.Body.Check(root); err != nil {
			return nil, fmt.Errorf("recorded answer to %s %s: %w", a.Method, a.Target, err)
		}
		h.add(a)
	}
	return h, nil
}

func (h *handler) add(a *Answer) {
	k := a.key()
	h.known[k] = append(h.known[k], a)
	if a.Method != http.MethodGet || a.Closed || a.Length >= 0 {
		return
	}
	switch a.Status {
	case http.StatusOK:
		h.whole[k.target] = a
	case http.StatusPartialContent:
		if s, ok := stretchOf(a); ok {
			h.parts[k.target] = append(h.parts[k.target], s)
		}
	default:
		if !a.conditional() {
			h.other[k.target] = a
		}
	}
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	k := keyOf(r)
	if a := h.take(k, r); a != nil {
		h.give(w, r, a)
		return
	}
	if a := h.whole[k.target]; a != nil && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		fakehttp.ConnOf(r).Note("recorded: no answer to %s; made from the whole that was recorded", describe(k))
		if a.Framing != ByLength { // such a server does not know of lengths, nor of ranges
			h.give(w, r, a)
			return
		}
		h.fromWhole(w, r, a)
		return
	}
	if _, ok := h.files.Lookup(r); ok {
		h.files.ServeHTTP(w, r)
		return
	}
	if h.fromPart(w, r, h.parts[k.target]) {
		return
	}
	if a := h.other[k.target]; a != nil && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		fakehttp.ConnOf(r).Note("recorded: no answer to %s; that to GET takes its place", describe(k))
		h.give(w, r, a)
		return
	}
	fakehttp.ConnOf(r).Note("recorded: nothing was recorded for %s", describe(k))
	content.Page(w, r, http.StatusNotFound)
}

// describe names a request for a person.
func describe(k key) string { return strings.TrimSpace(k.method + " " + k.target + " " + k.span) }

// take gives the answer whose turn it is; nil when there is none. Answers to conditions
// (RFC 9110 13) are for requests that have some.
func (h *handler) take(k key, r *http.Request) *Answer {
	h.mu.Lock()
	defer h.mu.Unlock()
	list := h.known[k]
	for i := h.next[k]; i < len(list); i++ {
		if !list[i].conditional() || hasCondition(r.Header) {
			h.next[k] = min(i+1, len(list)-1)
			return list[i]
		}
	}
	return nil
}

func (a *Answer) conditional() bool {
	return a.Status == http.StatusNotModified || a.Status == http.StatusPreconditionFailed
}

func hasCondition(h http.Header) bool {
	for _, name := range []string{"If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range"} {
		if h.Get(name) != "" {
			return true
		}
	}
	return false
}
