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
			"Conditions of requests are judged by what is kept. Requests with Authorization and answers with Cache-Control: no-store or private, or Vary: *, are not kept. The oldest goes first when memory is full.",
		Source: "RFC 9111 3 to 5; Squid configuration reference: range_offset_limit, negative_ttl; nginx documentation, ngx_http_slice_module. " +
			"Assumed: unless it is to obey, a kept answer is used for all of fresh, without asking, and X-Cache has Squid's form",
		Example: "{cache: {store: parts, mix: true, validators: newest}}",
		Params: []behaviour.Param{
			{Name: "store", Type: behaviour.Enum, Enum: []string{"whole", "fetch-whole", "parts"}, Default: "whole",
				Help: "whole: answers with 200; a range is cut out of one that is there, else it passes by. fetch-whole: asks for the whole file when a range is wanted. parts: answers with 206, too, and answers ranges that lie within neighbouring parts."},
			{Name: "mix", Type: behaviour.Bool, Help: "Does not compare validators: parts of different states of a file are taken for one. Otherwise a new state drops the old one's parts."},
			{Name: "validators", Type: behaviour.Enum, Enum: []string{"stored", "newest"}, Default: "stored",
				Help: "ETag and Last-Modified of an answer from memory: those that came with it, or those that came last for the file."},
			{Name: "fresh", Type: behaviour.Duration, Default: "1h", Help: "How long an answer is used."},
			{Name: "obey", Type: behaviour.Bool, Help: "An answer's Cache-Control and Expires say how long it is used, fresh counts for those without; what a request says of no-cache and max-age=0 is heard, too."},
			{Name: "stale", Type: behaviour.Enum, Enum: []string{"drop", "revalidate"}, Default: "drop",
				Help: "What becomes of an answer that is no longer fresh. drop: it is forgotten. revalidate: the next hop is asked with If-None-Match and If-Modified-Since whether it is still good."},
			{Name: "vary", Type: behaviour.Enum, Enum: []string{"honour", "ignore"}, Default: "honour",
				Help: "honour: an answer with Vary is for requests with the same fields. ignore: it is for all, so that a client may get what was made for another one."},
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
	obey          bool
}

func newCache(a behaviour.Args) (behaviour.Middleware, error) {
	if err := checkMemory("limit", a.Size("limit")); err != nil {
		return nil, err
	}
	c := &caching{clock: a.Clock, shelf: newShelf(a.Size("limit"), a.Bool("mix")), store: a.String("store"),
		newest: a.String("validators") == "newest", fresh: a.Duration("fresh"), errors: a.Duration("errors"), obey: a.Bool("obey")}
	c.shelf.stale, c.shelf.blind = a.String("stale") == "revalidate", a.String("vary") == "ignore"
	if a.Bool("mix") && c.store != "parts" {
		return nil, fmt.Errorf("parameter %q is about parts: write store: parts, too", "mix")
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case !isSafe(r.Method):
				next.ServeHTTP(&forgetful{ResponseWriter: w, shelf: c.shelf, r: r}, r)
			case r.Method != http.MethodGet && r.Method != http.MethodHead, r.Header.Get("Authorization") != "":
				next.ServeHTTP(w, r)
			default:
				c.serve(w, r, next)
			}
		})
	}, nil
}

func (c *caching) serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	found, ok := c.shelf.find(r, c.clock.Now())
	fresh := ok && c.clock.Now().Before(found.until) && !(c.obey && wantsNew(r.Header))
	switch {
	case fresh:
		c.hit(w, r, found)
	case ok && c.shelf.stale && found.validated():
		c.validate(w, r, found, next)
	default:
		c.miss(w, r, r, next)
	}
}

// hit answers from memory.
func (c *caching) hit(w http.ResponseWriter, r *http.Request, found copied) {
	age := ageOf(found.header) + int64(c.clock.Now().Sub(found.at)/time.Second)
	hopOf(r).note(r, "cache: answered from memory, %d s old%s", age, found.remark)
	c.head(w.Header(), found, age)
	switch {
	case found.status != http.StatusOK:
		w.WriteHeader(found.status)
		_, _ = w.Write(found.body)
	case r.Method == http.MethodHead && condition(r, w.Header()) != 0:
		answerCondition(w, condition(r, w.Header()))
	case r.Method == http.MethodHead:
		w.Header().Set("Content-Length", strconv.FormatInt(found.total, 10))
		w.WriteHeader(http.StatusOK)
	case found.whole():
		answerFrom(w, r, found.body)
	default:
		c.part(w, r, found)
	}
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
	if status := condition(r, h); status != 0 {
		answerCondition(w, status)
		return
	}
	h.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", found.from, found.from+int64(len(found.body))-1, found.total))
	h.Set("Content-Length", strconv.Itoa(len(found.body)))
	w.WriteHeader(http.StatusPartialContent)
	_, _ = w.Write(found.body)
}

// miss asks the next hop, and keeps what may be kept.
func (c *caching) miss(w http.ResponseWriter, r, asked *http.Request, next http.Handler) {
	whole := c.store == "fetch-whole" && r.Method == http.MethodGet && r.Header.Get("Range") != ""
	if whole {
		asked = forWhole(r)
	}
	h := &holdback{ResponseWriter: &missed{ResponseWriter: w}, limit: c.shelf.limit}
	if h.fetch(next, asked, "cache") {
		c.take(h, r, asked)
	}
}

// take keeps an answer if it may be kept, and sends what r wants of it.
func (c *caching) take(h *holdback, r, asked *http.Request) {
	if asked.Method == http.MethodGet {
		c.keep(h, r)
	}
	if h.status == http.StatusOK && asked.Method == http.MethodGet && (asked != r) {
		answerFrom(h.ResponseWriter, r, h.body)
		return
	}
	h.release()
}

// validate asks the next hop whether a copy is still good (RFC 9111 4.3).
func (c *caching) validate(w http.ResponseWriter, r *http.Request, found copied, next http.Handler) {
	asked := forWhole(r)
	if !found.whole() && r.Header.Get("Range") != "" {
		asked.Header["Range"] = r.Header["Range"]
	}
	if found.etag != "" {
		asked.Header.Set("If-None-Match", found.etag)
	}
	if found.modified != "" {
		asked.Header.Set("If-Modified-Since", found.modified)
	}
	h := &holdback{ResponseWriter: &missed{ResponseWriter: w}, limit: c.shelf.limit}
	if !h.fetch(next, asked, "cache") {
		return
	}
	if h.status != http.StatusNotModified {
		hopOf(r).note(r, "cache: asked whether the copy is still good: the answer is %d", h.status)
		c.take(h, r, asked)
		return
	}
	hopOf(r).note(r, "cache: the next hop says that the copy is still good")
	header := c.storable(h.Header(), r)
	now := c.clock.Now()
	c.shelf.freshen(r, found, header, now, now.Add(c.life(header)))
	drop(w.Header())
	found.at = now
	c.hit(w, r, found)
}

// life is how long an answer is used.
func (c *caching) life(h http.Header) time.Duration {
	if c.obey {
		return lifetime(h, c.fresh) - time.Duration(ageOf(h))*time.Second
	}
	return c.fresh
}

// storable gives the fields of an answer that are kept: not those of the message, nor of
// whoever is logged in, who is not the next client.
func (c *caching) storable(h http.Header, r *http.Request) http.Header {
	kept := h.Clone()
	for name := range hopOf(r).login {
		delete(kept, name)
	}
	for _, name := range []string{"Connection", "Content-Range", "Content-Length", "X-Cache", "Transfer-Encoding"} {
		kept.Del(name)
	}
	return kept
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
	header := h.Header()
	if control := directivesOf(header); control.has("no-store") || control.has("private") {
		hopOf(r).note(r, "cache: Cache-Control: %s: not kept", strings.ToLower(header.Get("Cache-Control")))
		return
	}
	if _, any := varyOf(header); any && !c.shelf.blind {
		hopOf(r).note(r, "cache: Vary: *: not kept")
		return
	}
	one := copied{status: h.status, header: c.storable(header, r), body: h.body, total: int64(len(h.body)), at: c.clock.Now(),
		etag: field(header, "ETag"), modified: header.Get("Last-Modified")}
	one.until = one.at.Add(c.life(header))
	switch h.status {
	case http.StatusOK:
	case http.StatusPartialContent:
		var ok bool
		if one.from, one.total, ok = placeOf(header, len(h.body)); c.store != "parts" || !ok {
			return
		}
		one.status = http.StatusOK
	case http.StatusPreconditionFailed:
		if c.shelf.changed(r) {
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
	if one.status != http.StatusOK {
		one.header.Set("Content-Length", strconv.Itoa(len(h.body)))
	}
	if dropped := c.shelf.put(r, one); dropped > 0 {
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
