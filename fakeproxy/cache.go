package fakeproxy

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/clock"
)

// cache is a proxy that keeps answers, with the faults of caches that BITS meets.
func cache() behaviour.Definition {
	return behaviour.Definition{
		Name: "cache",
		Help: "Keeps answers to GET in memory and answers later requests, HEAD and ranges too, from them, with Age and X-Cache. " +
			"Requests with Authorization and answers with Cache-Control: no-store or private are not kept. The oldest goes first when memory is full.",
		Source: "RFC 9111 3 and 4; Squid configuration reference: range_offset_limit, negative_ttl; nginx documentation, ngx_http_slice_module. " +
			"Assumed: a kept answer is used for all of fresh, without asking, and X-Cache has Squid's form",
		Example: "{cache: {store: parts, mix: true, validators: newest}}",
		Params: []behaviour.Param{
			{Name: "store", Type: behaviour.Enum, Enum: []string{"whole", "fetch-whole", "parts"}, Default: "whole",
				Help: "whole: answers with 200; a range is cut out of one that is there, else it passes by. fetch-whole: asks for the whole file when a range is wanted. parts: answers with 206, too, and answers ranges that lie within neighbouring parts."},
			{Name: "mix", Type: behaviour.Bool, Help: "Does not compare validators: parts of different states of a file are taken for one. Otherwise a new state drops the old one's parts."},
			{Name: "validators", Type: behaviour.Enum, Enum: []string{"stored", "newest"}, Default: "stored",
				Help: "ETag and Last-Modified of an answer from memory: those that came with it, or those that came last for the file."},
			{Name: "fresh", Type: behaviour.Duration, Default: "1h", Help: "How long an answer is used."},
			{Name: "errors", Type: behaviour.Duration, Help: "How long an answer with 404 or 410 is used; absent: it is not kept."},
			memory("Memory for all answers; one that is longer is not kept."),
		},
		New: newCache,
	}
}

// caching is one use of cache.
type caching struct {
	clock         clock.Clock
	shelf         *shelf
	store         string
	newest        bool
	fresh, errors time.Duration
}

func newCache(a behaviour.Args) (behaviour.Middleware, error) {
	if err := checkMemory("limit", a.Size("limit")); err != nil {
		return nil, err
	}
	c := &caching{clock: a.Clock, shelf: newShelf(a.Size("limit"), a.Bool("mix")), store: a.String("store"),
		newest: a.String("validators") == "newest", fresh: a.Duration("fresh"), errors: a.Duration("errors")}
	if a.Bool("mix") && c.store != "parts" {
		return nil, fmt.Errorf("parameter %q is about parts: write store: parts, too", "mix")
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet && r.Method != http.MethodHead || r.Header.Get("Authorization") != "" {
				next.ServeHTTP(w, r)
				return
			}
			if !c.hit(w, r) {
				c.miss(w, r, next)
			}
		})
	}, nil
}

// hit answers from memory if it can.
func (c *caching) hit(w http.ResponseWriter, r *http.Request) bool {
	found, ok := c.shelf.find(r.URL.String(), r.Header.Get("Range"), r.Method == http.MethodHead, c.clock.Now())
	if !ok {
		return false
	}
	age := int64(c.clock.Now().Sub(found.at) / time.Second)
	hopOf(r).note(r, "cache: answered from memory, %d s old%s", age, found.remark)
	c.head(w.Header(), found, age)
	switch {
	case found.status != http.StatusOK:
		w.WriteHeader(found.status)
		_, _ = w.Write(found.body)
	case r.Method == http.MethodHead:
		w.Header().Set("Content-Length", strconv.FormatInt(found.total, 10))
		w.WriteHeader(http.StatusOK)
	case found.whole():
		answerFrom(w, r, found.body)
	default:
		c.part(w, r, found)
	}
	return true
}

// head makes the head of an answer from memory.
func (c *caching) head(h http.Header, found copied, age int64) {
	for name, values := range found.header {
		h[name] = values
	}
	h.Set("Age", strconv.FormatInt(age, 10))
	h.Set("X-Cache", "HIT from proxy")
	if c.newest {
		setField(h, "ETag", found.etag)
		setField(h, "Last-Modified", found.modified)
	}
}

// part answers with a range that memory holds.
func (c *caching) part(w http.ResponseWriter, r *http.Request, found copied) {
	h := w.Header()
	if changedSince(r, h) {
		drop(h)
		refuse(w, http.StatusPreconditionFailed, "the file is another one now\n")
		return
	}
	h.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", found.from, found.from+int64(len(found.body))-1, found.total))
	h.Set("Content-Length", strconv.Itoa(len(found.body)))
	w.WriteHeader(http.StatusPartialContent)
	_, _ = w.Write(found.body)
}

// miss asks the next hop, and keeps what may be kept.
func (c *caching) miss(w http.ResponseWriter, r *http.Request, next http.Handler) {
	asked := r
	whole := c.store == "fetch-whole" && r.Method == http.MethodGet && r.Header.Get("Range") != ""
	if whole {
		asked = forWhole(r)
	}
	h := &holdback{ResponseWriter: &missed{ResponseWriter: w}, limit: c.shelf.limit}
	if !h.fetch(next, asked, "cache") {
		return
	}
	if r.Method == http.MethodGet {
		c.keep(h, r)
	}
	if whole && h.status == http.StatusOK {
		answerFrom(h.ResponseWriter, r, h.body)
		return
	}
	h.release()
}

// missed says in the head that the answer does not come from memory.
type missed struct{ http.ResponseWriter }

// Unwrap is for http.ResponseController.
func (w *missed) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *missed) WriteHeader(status int) {
	w.Header().Set("X-Cache", "MISS from proxy")
	w.ResponseWriter.WriteHeader(status)
}

// keep puts an answer on the shelf.
func (c *caching) keep(h *holdback, r *http.Request) {
	header := h.Header().Clone()
	control := strings.ToLower(header.Get("Cache-Control"))
	if strings.Contains(control, "no-store") || strings.Contains(control, "private") {
		hopOf(r).note(r, "cache: Cache-Control: %s: not kept", control)
		return
	}
	one := copied{status: h.status, header: header, body: h.body, total: int64(len(h.body)), at: c.clock.Now(),
		etag: field(header, "ETag"), modified: header.Get("Last-Modified")}
	one.until = one.at.Add(c.fresh)
	switch h.status {
	case http.StatusOK:
	case http.StatusPartialContent:
		var ok bool
		if one.from, one.total, ok = placeOf(header, len(h.body)); c.store != "parts" || !ok {
			return
		}
		one.status = http.StatusOK
	case http.StatusPreconditionFailed:
		if c.shelf.changed(r.URL.String()) {
			hopOf(r).note(r, "cache: 412: dropped what was kept of the old state")
		}
		return
	case http.StatusNotFound, http.StatusGone:
		if one.until = one.at.Add(c.errors); c.errors == 0 {
			return
		}
	default:
		return
	}
	for name := range hopOf(r).login { // whoever is logged in, it is not the next client
		delete(header, name)
	}
	for _, name := range []string{"Connection", "Content-Range", "Content-Length", "X-Cache", "Transfer-Encoding"} {
		header.Del(name)
	}
	if one.status != http.StatusOK {
		header.Set("Content-Length", strconv.Itoa(len(h.body)))
	}
	if dropped := c.shelf.put(r.URL.String(), one); dropped > 0 {
		hopOf(r).note(r, "cache: memory for %d bytes is full: dropped %d older answers", c.shelf.limit, dropped)
	}
	hopOf(r).note(r, "cache: kept bytes %d-%d of %d", one.from, one.from+int64(len(one.body))-1, one.total)
}

// placeOf reads where a 206 belongs; not ok: it has several parts, or is no part of its
// own length.
func placeOf(h http.Header, length int) (from, total int64, ok bool) {
	var last int64
	n, err := fmt.Sscanf(h.Get("Content-Range"), "bytes %d-%d/%d", &from, &last, &total)
	return from, total, err == nil && n == 3 && last-from+1 == int64(length) && last < total && from >= 0
}
