package fakeproxy

import (
	"cmp"
	"net/http"
	"slices"
	"sync"
	"time"
)

// shelf is the memory of a cache, up to limit bytes of bodies. It is safe for
// concurrent use.
type shelf struct {
	limit int64
	mix   bool
	stale bool // copies stay when their time is over, for who asks whether they are still good
	blind bool // Vary counts for nothing

	mu    sync.Mutex
	used  int64
	files map[string]*shelved
	order []string            // keys of files, the oldest first
	vary  map[string]*varying // by URL
}

// varying says on which fields of requests the answers of a URL hang.
type varying struct {
	names []string
	files int // on the shelf, of that URL
}

// shelved is what there is of one URL, for one choice of the fields that it varies with.
type shelved struct {
	url            string
	parts          []copied // in the order of their places
	etag, modified string   // that came last
}

// copied is an answer, or a part of a file. Its header and body are never changed.
type copied struct {
	status         int // 200 for a part, too
	header         http.Header
	body           []byte
	from, total    int64
	at, until      time.Time
	etag, modified string
	remark         string // for the note: what is odd about it
}

// validated reports whether the next hop can be asked if it is still the same.
func (c copied) validated() bool { return c.status == http.StatusOK && c.etag+c.modified != "" }

func (c copied) whole() bool { return c.from == 0 && int64(len(c.body)) == c.total }
func (c copied) end() int64  { return c.from + int64(len(c.body)) }

// overhead is what a copy costs beside its body.
const overhead = 2048

func (c copied) cost() int64 { return int64(len(c.body)) + overhead }

func newShelf(limit int64, mix bool) *shelf {
	return &shelf{limit: limit, mix: mix, files: map[string]*shelved{}, vary: map[string]*varying{}}
}

// key is what the copy for a request is found by; s.mu is held.
func (s *shelf) key(r *http.Request) string {
	url := r.URL.String()
	if v := s.vary[url]; v != nil {
		return selected(url, v.names, r)
	}
	return url
}

// place gives the file that the answer to a request belongs to; s.mu is held.
func (s *shelf) place(r *http.Request, h http.Header) *shelved {
	url, names := r.URL.String(), []string(nil)
	if !s.blind {
		names, _ = varyOf(h)
	}
	v := s.vary[url]
	if v == nil {
		v = &varying{}
		s.vary[url] = v
	}
	if !slices.Equal(v.names, names) { // what was kept by other fields is not found any more
		s.dropURL(url)
		v = &varying{names: names}
		s.vary[url] = v
	}
	key := selected(url, names, r)
	if s.files[key] == nil {
		s.files[key], s.order = &shelved{url: url}, append(s.order, key)
		v.files++
	}
	return s.files[key]
}

// put keeps a copy of the answer to r and reports how many files had to go for it.
func (s *shelf) put(r *http.Request, one copied) (dropped int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if one.cost() > s.limit {
		return 0
	}
	f := s.place(r, one.header)
	s.filter(f, func(old copied) bool {
		same := old.etag == one.etag && old.modified == one.modified && old.total == one.total
		replaced := old.from >= one.from && old.end() <= one.end()
		return !replaced && one.status == http.StatusOK && old.status == http.StatusOK && (same || s.mix && old.total == one.total)
	})
	f.etag, f.modified = one.etag, one.modified
	f.parts = append(f.parts, one)
	slices.SortFunc(f.parts, func(a, b copied) int { return cmp.Compare(a.from, b.from) })
	for s.used += one.cost(); s.used > s.limit; dropped++ {
		s.drop(s.order[0])
	}
	return dropped
}

// changed drops what there is of a file that is another one now, unless states are mixed.
func (s *shelf) changed(r *http.Request) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := s.key(r)
	if s.files[key] == nil || s.mix {
		return false
	}
	s.drop(key)
	return true
}

// freshen makes copies of a state new again, of which the next hop has said with these
// fields that it is still the one (RFC 9111 4.3.4).
func (s *shelf) freshen(r *http.Request, found copied, h http.Header, at, until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.files[s.key(r)]
	if f == nil {
		return
	}
	for i := range f.parts {
		one := &f.parts[i]
		if one.etag != found.etag || one.modified != found.modified {
			continue
		}
		one.at, one.until, one.header = at, until, one.header.Clone()
		for name, values := range h {
			one.header[name] = values
		}
	}
}

// filter leaves of a file what ok says.
func (s *shelf) filter(f *shelved, ok func(copied) bool) {
	f.parts = slices.DeleteFunc(f.parts, func(c copied) bool {
		gone := !ok(c)
		if gone {
			s.used -= c.cost()
		}
		return gone
	})
}

func (s *shelf) drop(key string) {
	f := s.files[key]
	s.filter(f, func(copied) bool { return false })
	delete(s.files, key)
	s.order = slices.DeleteFunc(s.order, func(k string) bool { return k == key })
	if v := s.vary[f.url]; v != nil {
		if v.files--; v.files == 0 {
			delete(s.vary, f.url)
		}
	}
}

// dropURL drops all files of a URL; s.mu is held.
func (s *shelf) dropURL(url string) (found bool) {
	for _, key := range slices.Clone(s.order) {
		if s.files[key].url == url {
			s.drop(key)
			found = true
		}
	}
	return found
}

// forget drops what there is of a URL, and reports whether there was any.
func (s *shelf) forget(url string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dropURL(url)
}

// find gives what answers a request, as of now, or with stale what did.
func (s *shelf) find(r *http.Request, now time.Time) (copied, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := s.key(r)
	f := s.files[key]
	if f == nil {
		return copied{}, false
	}
	s.filter(f, func(c copied) bool { return now.Before(c.until) || s.stale && c.validated() })
	if len(f.parts) == 0 {
		s.drop(key)
		return copied{}, false
	}
	found, ok := f.find(r.Header.Get("Range"), r.Method == http.MethodHead)
	found.etag, found.modified = f.etag, f.modified
	return found, ok
}

func (f *shelved) find(ranges string, head bool) (copied, bool) {
	first := f.parts[0]
	if first.whole() || first.status != http.StatusOK || head {
		return first, true
	}
	span, ok, _ := singleRange(ranges, first.total)
	if ranges == "" {
		span, ok = byteSpan{0, first.total}, true
	}
	if !ok {
		return copied{}, false
	}
	return f.join(span)
}

// join puts a span together from neighbouring parts; the head is that of the first. Not
// ok: there are gaps.
func (f *shelved) join(span byteSpan) (copied, bool) {
	var all copied
	for _, c := range f.parts {
		at := span.from + int64(len(all.body))
		if c.from > at || c.end() <= at {
			continue
		}
		if all.header == nil {
			all = copied{status: c.status, header: c.header, from: span.from, total: c.total, at: c.at, until: c.until, etag: c.etag, modified: c.modified}
		} else if c.etag != all.etag || c.modified != all.modified {
			all.remark = ", put together from different states of the file"
		}
		if c.until.Before(all.until) {
			all.until = c.until
		}
		all.body = append(all.body, c.body[at-c.from:min(c.end(), span.to)-c.from]...)
		if span.from+int64(len(all.body)) == span.to {
			return all, true
		}
	}
	return copied{}, false
}
