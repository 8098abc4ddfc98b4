package content

import (
	"net/http"
	"strings"
	"time"
)

// verdict is what a request's conditions come to.
type verdict struct {
	status   int  // 412, 304, or 0 to go on
	useRange bool // the Range field counts
}

// judge evaluates the conditions in the order of RFC 9110 13.2.2.
func judge(method string, h http.Header, r *Resource) verdict {
	if v := h.Get("If-Match"); v != "" {
		if !listed(v, r.ETag, false) {
			return verdict{status: http.StatusPreconditionFailed}
		}
	} else if t, ok := date(h, "If-Unmodified-Since"); ok && r.Modified.After(t) {
		return verdict{status: http.StatusPreconditionFailed}
	}
	if v := h.Get("If-None-Match"); v != "" {
		if listed(v, r.ETag, true) {
			return verdict{status: http.StatusNotModified}
		}
	} else if t, ok := date(h, "If-Modified-Since"); ok && !r.Modified.After(t) {
		return verdict{status: http.StatusNotModified}
	}
	return verdict{useRange: method == http.MethodGet && ifRange(h.Get("If-Range"), r)}
}

// date reads a field that is ignored when it is no HTTP date (RFC 9110 13.1.3).
func date(h http.Header, name string) (time.Time, bool) {
	v := h.Get(name)
	if v == "" {
		return time.Time{}, false
	}
	t, err := http.ParseTime(v)
	return t, err == nil
}

// ifRange is RFC 9110 13.1.5: a strong ETag or the exact date.
func ifRange(v string, r *Resource) bool {
	if v == "" {
		return true
	}
	if isETag(v) {
		return v == r.ETag && !strings.HasPrefix(v, "W/")
	}
	t, err := http.ParseTime(v)
	return err == nil && t.Equal(r.Modified)
}

// listed reports whether a list of ETags, or "*", holds etag.
func listed(list, etag string, weak bool) bool {
	if strings.TrimSpace(list) == "*" {
		return true
	}
	for rest := list; ; {
		rest = strings.TrimLeft(rest, " \t,")
		opening := strings.IndexByte(rest, '"')
		if opening < 0 {
			return false
		}
		closing := strings.IndexByte(rest[opening+1:], '"')
		if closing < 0 {
			return false
		}
		end := opening + closing + 2
		if sameETag(rest[:end], etag, weak) {
			return true
		}
		rest = rest[end:]
	}
}

// sameETag is RFC 9110 8.8.3.2.
func sameETag(a, b string, weak bool) bool {
	if weak {
		return strings.TrimPrefix(a, "W/") == strings.TrimPrefix(b, "W/")
	}
	return a == b && !strings.HasPrefix(a, "W/")
}

func isETag(s string) bool {
	s = strings.TrimPrefix(s, "W/")
	return len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' && !strings.Contains(s[1:len(s)-1], `"`)
}
