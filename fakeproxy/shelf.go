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

	mu    sync.Mutex
	used  int64
	files map[string]*shelved
	order []string // URLs, the oldest first
}

// shelved is what there is of one URL.
type shelved struct {
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

func (c copied) whole() bool { return c.from == 0 && int64(len(c.body)) == c.total }
func (c copied) end() int64  { return c.from + int64(len(c.body)) }

// overhead is what a copy costs beside its body.
const overhead = 2048

func (c copied) cost() int64 { return int64(len(c.body)) + overhead }

func newShelf(limit int64, mix bool) *shelf {
	return &shelf{limit: limit, mix: mix, files: map[string]*shelved{}}
}

// put keeps a copy and reports how many URLs had to go for it.
func (s *shelf) put(url string, one copied) (dropped int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if one.cost() > s.limit {
		return 0
	}
	f := s.files[url]
	if f == nil {
		f = &shelved{}
		s.files[url], s.order = f, append(s.order, url)
	}
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
func (s *shelf) changed(url string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.files[url] == nil || s.mix {
		return false
	}
	s.drop(url)
	return true
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

func (s *shelf) drop(url string) {
	s.filter(s.files[url], func(copied) bool { return false })
	delete(s.files, url)
	s.order = slices.DeleteFunc(s.order, func(u string) bool { return u == url })
}

// find gives what answers a request, as of now.
func (s *shelf) find(url, ranges string, head bool, now time.Time) (copied, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.files[url]
	if f == nil {
		return copied{}, false
	}
	s.filter(f, func(c copied) bool { return now.Before(c.until) })
	if len(f.parts) == 0 {
		s.drop(url)
		return copied{}, false
	}
	found, ok := f.find(ranges, head)
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
			all = copied{status: c.status, header: c.header, from: span.from, total: c.total, at: c.at, etag: c.etag, modified: c.modified}
		} else if c.etag != all.etag || c.modified != all.modified {
			all.remark = ", put together from different states of the file"
		}
		all.body = append(all.body, c.body[at-c.from:min(c.end(), span.to)-c.from]...)
		if span.from+int64(len(all.body)) == span.to {
			return all, true
		}
	}
	return copied{}, false
}
