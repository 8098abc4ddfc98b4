package fakeproxy

import (
	"net/http"
	"strings"
)

// condition judges the conditions of a request by the head of what there is, in the order
// of RFC 9110 13.2.2. It gives 412 or 304, or 0 when the request goes on.
func condition(r *http.Request, h http.Header) (status int) {
	etag := field(h, "ETag")
	switch match := r.Header.Get("If-Match"); {
	case match != "" && !listsTag(match, etag, true):
		return http.StatusPreconditionFailed
	case match == "" && changedSince(r, h):
		return http.StatusPreconditionFailed
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return 0
	}
	switch none := r.Header.Get("If-None-Match"); {
	case none != "" && listsTag(none, etag, false), none == "" && sameSince(r, h):
		return http.StatusNotModified
	}
	return 0
}

// listsTag reports whether a list of entity tags has this one; * has any. A strong
// comparison knows no weak tags (RFC 9110 8.8.3.2).
func listsTag(list, etag string, strong bool) bool {
	if strings.TrimSpace(list) == "*" {
		return true
	}
	if etag == "" || strong && strings.HasPrefix(etag, "W/") {
		return false
	}
	want := strings.TrimPrefix(etag, "W/")
	for rest := list; ; {
		start := strings.IndexByte(rest, '"')
		if start < 0 {
			return false
		}
		end := strings.IndexByte(rest[start+1:], '"')
		if end < 0 {
			return false
		}
		weak := strings.HasSuffix(rest[:start], "W/")
		if rest[start:start+end+2] == want && !(strong && weak) {
			return true
		}
		rest = rest[start+end+2:]
	}
}

// changedSince judges If-Unmodified-Since (RFC 9110 13.1.4) by the head of a copy.
func changedSince(r *http.Request, h http.Header) bool {
	since, err1 := http.ParseTime(r.Header.Get("If-Unmodified-Since"))
	modified, err2 := http.ParseTime(h.Get("Last-Modified"))
	return err1 == nil && err2 == nil && modified.After(since)
}

// sameSince judges If-Modified-Since (RFC 9110 13.1.3).
func sameSince(r *http.Request, h http.Header) bool {
	since, err1 := http.ParseTime(r.Header.Get("If-Modified-Since"))
	modified, err2 := http.ParseTime(h.Get("Last-Modified"))
	return err1 == nil && err2 == nil && !modified.After(since)
}

// sameRange judges If-Range (RFC 9110 13.1.5): whether the range is to be sent.
func sameRange(r *http.Request, h http.Header) bool {
	value := r.Header.Get("If-Range")
	if value == "" || strings.HasPrefix(value, `"`) {
		return value == "" || value == field(h, "ETag")
	}
	return value == h.Get("Last-Modified")
}

// answerCondition answers for a condition that decided.
func answerCondition(w http.ResponseWriter, status int) {
	h := w.Header()
	if status == http.StatusPreconditionFailed {
		drop(h)
		refuse(w, status, "the file is another one now\n")
		return
	}
	for name := range h { // RFC 9110 15.4.5
		if strings.HasPrefix(http.CanonicalHeaderKey(name), "Content-") && !strings.EqualFold(name, "Content-Location") {
			delete(h, name)
		}
	}
	w.WriteHeader(status)
}

// conditions are the fields that make a request conditional (RFC 9110 13.1).
func conditions() []string {
	return []string{"If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range"}
}

func dropConditions(h http.Header) (dropped []string) {
	for _, name := range conditions() {
		if h.Get(name) != "" {
			dropped = append(dropped, name)
			h.Del(name)
		}
	}
	return dropped
}
