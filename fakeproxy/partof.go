package fakeproxy

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// byteSpan is a range of a file, from the first byte to before the last.
type byteSpan struct{ from, to int64 }

// singleRange reads a Range of one span of a file of that size (RFC 9110 14.1.2). Not
// ok: there is none, several, or one in another unit or form, which are ignored.
// unsatisfiable: it begins past the end.
func singleRange(value string, size int64) (s byteSpan, ok, unsatisfiable bool) {
	spec, isBytes := strings.CutPrefix(value, "bytes=")
	first, last, isSpan := strings.Cut(strings.TrimSpace(spec), "-")
	if !isBytes || !isSpan || strings.Contains(spec, ",") {
		return byteSpan{}, false, false
	}
	from, err1 := strconv.ParseInt(first, 10, 64)
	to, err2 := strconv.ParseInt(last, 10, 64)
	switch {
	case first == "" && err2 == nil:
		return byteSpan{max(0, size-to), size}, to > 0 && size > 0, to == 0 || size == 0
	case err1 != nil || from < 0 || last != "" && (err2 != nil || to < from):
		return byteSpan{}, false, false
	case from >= size:
		return byteSpan{}, false, true
	case last == "" || to >= size:
		return byteSpan{from, size}, true, false
	}
	return byteSpan{from, to + 1}, true, false
}

// answerFrom answers r with a whole file or the range of it that r asks for; the head
// of the whole file is in w. Of several ranges it sends the whole (RFC 9110 14.2).
func answerFrom(w http.ResponseWriter, r *http.Request, body []byte) {
	h := w.Header()
	size := int64(len(body))
	s, ok, unsatisfiable := singleRange(r.Header.Get("Range"), size)
	status := condition(r, h)
	switch {
	case status != 0:
		answerCondition(w, status)
	case !sameRange(r, h) || !ok && !unsatisfiable:
		h.Set("Content-Length", strconv.FormatInt(size, 10))
		w.WriteHeader(http.StatusOK)
		_, _ = w.Write(body)
	case unsatisfiable:
		drop(h)
		h.Set("Content-Range", fmt.Sprintf("bytes */%d", size))
		refuse(w, http.StatusRequestedRangeNotSatisfiable, "the range begins past the end\n")
	default:
		h.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", s.from, s.to-1, size))
		h.Set("Content-Length", strconv.FormatInt(s.to-s.from, 10))
		w.WriteHeader(http.StatusPartialContent)
		_, _ = w.Write(body[s.from:s.to])
	}
}

// forWhole gives r as a request for the whole file in its present state.
func forWhole(r *http.Request) *http.Request {
	whole := r.Clone(r.Context())
	whole.Method = http.MethodGet
	whole.Header.Del("Range")
	dropConditions(whole.Header)
	return whole
}
