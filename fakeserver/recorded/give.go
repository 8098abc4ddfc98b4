package recorded

import (
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/wualab/wualab/behaviour/answers"
	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/fakeserver/byterange"
	"github.com/wualab/wualab/fakeserver/content"
)

// made are the fields that are made anew: those that frame the message or are about the
// connection (RFC 9110 7.6.1), and the date, which is that of the world.
var made = map[string]bool{
	"Connection": true, "Keep-Alive": true, "Proxy-Connection": true, "Transfer-Encoding": true, "Trailer": true, "Te": true, "Upgrade": true,
	"Content-Length": true, "Date": true,
}

// Made reports whether an answer's field of that name is made anew when the answer is
// given again, so that a recording need not hold it.
func Made(name string) bool { return made[http.CanonicalHeaderKey(name)] }

// describe sets the recorded header fields in place of the server's own.
func (a *Answer) describe(h http.Header) {
	delete(h, "Server")
	for _, f := range a.Fields {
		if !Made(f.Name) {
			h[f.Name] = append(h[f.Name], f.Value)
		}
	}
	if _, typed := h["Content-Type"]; !typed {
		h["Content-Type"] = nil // net/http would guess one
	}
}

// give answers as it was recorded.
func (h *handler) give(w http.ResponseWriter, r *http.Request, a *Answer) {
	if a.Closed {
		fakehttp.ConnOf(r).Note("recorded: closed the connection without an answer")
		fakehttp.Close(w, r)
		return
	}
	body, err := a.Body.Open(h.root)
	if err != nil {
		fakehttp.ConnOf(r).Note("recorded: %v", err)
		content.Page(w, r, http.StatusBadGateway)
		return
	}
	defer body.Close()
	a.describe(w.Header())
	a.frame(w.Header(), r.Method, body.Size)
	w.WriteHeader(a.Status)
	if r.Method == http.MethodHead || a.Status == http.StatusNotModified || a.Status == http.StatusNoContent {
		return
	}
	_, _ = io.Copy(w, io.NewSectionReader(body, 0, body.Size))
	if a.Length > body.Size {
		fakehttp.ConnOf(r).Note("recorded: broke off after %d of %d bytes", body.Size, a.Length)
		_ = fakehttp.Settle(w, r)
	}
}

// frame sets the fields that tell the end of the body.
func (a *Answer) frame(h http.Header, method string, size int64) {
	switch a.Framing {
	case Chunked:
		h.Set("Transfer-Encoding", "chunked")
	case ToClose:
		h.Set("Transfer-Encoding", "identity") // tells net/http not to use chunks
		h.Set("Connection", "close")
	case ByLength:
		switch {
		case a.Length >= 0:
			size = a.Length
		case a.Status == http.StatusNotModified, a.Status == http.StatusNoContent, method == http.MethodHead && a.Method == method:
			return
		}
		h.Set("Content-Length", strconv.FormatInt(size, 10))
	}
}

// fromWhole answers another request for what was recorded whole, as a server of files
// does. Assumed: that the real server would have served ranges, unless its answer said
// Accept-Ranges: none.
func (h *handler) fromWhole(w http.ResponseWriter, r *http.Request, a *Answer) {
	file := a.Body
	got := http.Header{}
	for _, f := range a.Fields {
		got.Add(f.Name, f.Value)
	}
	file.ETag, file.ContentType = got.Get("ETag"), got.Get("Content-Type")
	if t, err := http.ParseTime(got.Get("Last-Modified")); err == nil {
		file.LastModified = t
	}
	if file.Check(h.root) != nil {
		file.ETag = "" // one that is none
	}
	if got.Get("Accept-Ranges") == "none" || a.Range != "" { // a range that was answered with 200 was ignored
		r.Header.Del("Range")
	}
	serve := &content.Handler{Root: h.root, Lookup: func(*http.Request) (content.File, bool) { return file, true }}
	answers.EditHead(func(_ *http.Request, status int, out http.Header) {
		if status < http.StatusBadRequest {
			a.dress(out, got)
		}
	})(serve).ServeHTTP(w, r)
}

// dress gives an answer that was made the fields of the recorded one, and takes away
// those that it did not have.
func (a *Answer) dress(out, got http.Header) {
	for _, name := range []string{"Server", "Accept-Ranges", "ETag", "Last-Modified"} {
		if name = http.CanonicalHeaderKey(name); got.Get(name) == "" || name == "Server" || name == "Accept-Ranges" {
			delete(out, name)
		}
		if name == "Etag" && got.Get(name) == "" {
			delete(out, "ETag") // as content writes it
		}
	}
	if got.Get("Content-Type") == "" && !strings.HasPrefix(out.Get("Content-Type"), "multipart/") {
		out["Content-Type"] = nil // net/http would guess one
	}
	has := map[string]bool{}
	for name := range out {
		has[http.CanonicalHeaderKey(name)] = true
	}
	for _, f := range a.Fields {
		if name := http.CanonicalHeaderKey(f.Name); !Made(name) && !has[name] {
			out[f.Name] = append(out[f.Name], f.Value)
		}
	}
}

// stretch is a range of a file that was recorded.
type stretch struct {
	byterange.Range
	total  int64
	answer *Answer
}

// stretchOf reads Content-Range of an answer with a single range.
func stretchOf(a *Answer) (s stretch, ok bool) {
	for _, f := range a.Fields {
		if http.CanonicalHeaderKey(f.Name) == "Content-Range" {
			first, last, total, ok := byterange.ParseContentRange(f.Value)
			return stretch{byterange.Range{First: first, Last: last}, total, a}, ok && total >= 0
		}
	}
	return s, false
}

// fromPart answers a request for a range that lies in a recorded one, and a HEAD by the
// size that a recorded range told. It reports whether it could.
func (h *handler) fromPart(w http.ResponseWriter, r *http.Request, parts []stretch) bool {
	if len(parts) == 0 {
		return false
	}
	if r.Method == http.MethodHead {
		fakehttp.ConnOf(r).Note("recorded: no answer to HEAD; made from the size that a range told")
		parts[0].describe(w.Header())
		w.Header().Set("Content-Length", strconv.FormatInt(parts[0].total, 10))
		w.WriteHeader(http.StatusOK)
		return true
	}
	set, err := byterange.Parse(r.Header.Get("Range"))
	if r.Method != http.MethodGet || err != nil {
		return false
	}
	for _, s := range parts {
		if asked := set.Resolve(s.total); len(asked) == 1 && asked[0].First >= s.First && asked[0].Last <= s.Last {
			h.slice(w, r, s, asked[0])
			return true
		}
	}
	return false
}

// describe sets the fields of a recorded range, without its place.
func (s stretch) describe(h http.Header) {
	s.answer.describe(h)
	for name := range h {
		if http.CanonicalHeaderKey(name) == "Content-Range" {
			delete(h, name)
		}
	}
}

func (h *handler) slice(w http.ResponseWriter, r *http.Request, s stretch, asked byterange.Range) {
	body, err := s.answer.Body.Open(h.root)
	if err != nil {
		fakehttp.ConnOf(r).Note("recorded: %v", err)
		content.Page(w, r, http.StatusBadGateway)
		return
	}
	defer body.Close()
	fakehttp.ConnOf(r).Note("recorded: bytes %d-%d are out of the recorded bytes %d-%d", asked.First, asked.Last, s.First, s.Last)
	s.describe(w.Header())
	w.Header().Set("Content-Range", asked.ContentRange(s.total))
	w.Header().Set("Content-Length", strconv.FormatInt(asked.Length(), 10))
	w.WriteHeader(http.StatusPartialContent)
	_, _ = io.Copy(w, io.NewSectionReader(body, asked.First-s.First, asked.Length()))
}
