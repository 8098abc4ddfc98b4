package content

import (
	"cmp"
	"io"
	"net/http"
	"strconv"
	"sync"

	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/fakeserver/byterange"
)

const bufferSize = 32 << 10

// buffers are reused between answers, so that a range read costs no allocation of
// its size.
type buffers struct{ pool sync.Pool }

func (b *buffers) get() *[bufferSize]byte {
	if p, ok := b.pool.Get().(*[bufferSize]byte); ok {
		return p
	}
	return new([bufferSize]byte)
}

// copy sends a part; the error is the client's connection's or the disk's.
func (b *buffers) copy(w io.Writer, src io.ReaderAt, part byterange.Range) error {
	buf := b.get()
	defer b.pool.Put(buf)
	for off := part.First; off <= part.Last; {
		chunk := buf[:min(part.Last-off+1, bufferSize)]
		n, err := src.ReadAt(chunk, off)
		if n > 0 {
			if _, err := w.Write(chunk[:n]); err != nil {
				return err
			}
			off += int64(n)
		}
		if err != nil && n < len(chunk) {
			return err
		}
	}
	return nil
}

// send writes the answer. An error on the way ends the connection, since fewer bytes
// follow than Content-Length says.
func (h *Handler) send(w http.ResponseWriter, r *http.Request, a *Answer) {
	switch {
	case a.Send != nil:
		a.Send(w, r)
		return
	case a.Status == http.StatusRequestedRangeNotSatisfiable:
		w.Header().Set("Content-Range", byterange.Unsatisfied(a.Resource.Size))
		fallthrough
	case a.Status >= 400:
		Page(w, r, a.Status)
		return
	}
	a.describe(w.Header())
	if a.Multipart {
		h.sendParts(w, r, a)
		return
	}
	var length int64
	for _, part := range a.Parts {
		length += part.Length()
	}
	setLength(w.Header(), length+a.Overstate)
	w.WriteHeader(a.Status)
	if r.Method == http.MethodHead {
		return
	}
	if to, ok := w.(io.ReaderFrom); ok && len(a.Parts) == 1 { // no behaviour stands between
		a.stream(w, r, to)
		return
	}
	for _, part := range a.Parts {
		if h.buffers.copy(w, a.Resource.body, part.Range) != nil {
			return
		}
	}
}

// stream sends the only part after its head, with which it goes out together when it is
// short; from disk within the kernel when it is long and nobody looks at it.
func (a *Answer) stream(w http.ResponseWriter, r *http.Request, to io.ReaderFrom) {
	part := a.Parts[0]
	src, err := a.Resource.stretch(part.First, part.Length())
	if err != nil {
		fakehttp.ConnOf(r).Note("%v", err)
		return
	}
	fakehttp.ConnOf(r).Cork()
	if http.NewResponseController(w).Flush() == nil {
		_, _ = to.ReadFrom(src) // the client's connection or the disk fails
	}
}

// describe sets the fields that say what is sent.
func (a *Answer) describe(h http.Header) {
	validators(h, a.Resource)
	h.Set("Content-Type", a.Resource.ContentType)
	if a.Multipart {
		h.Set("Content-Type", cmp.Or(a.MultipartType, "multipart/byteranges; boundary="+Boundary))
	} else if len(a.Parts) == 1 && a.Parts[0].ContentRange != "" {
		h.Set("Content-Range", a.Parts[0].ContentRange)
	}
}

func validators(h http.Header, r *Resource) {
	h.Set("Accept-Ranges", "bytes")
	h.Set("Last-Modified", r.Modified.Format(http.TimeFormat))
	h["ETag"] = []string{r.ETag} // in IIS's spelling, which Set would change
}

func setLength(h http.Header, n int64) { h.Set("Content-Length", strconv.FormatInt(n, 10)) }

// Page answers with a status and a small page that names it, as IIS does for
// errors. Assumed: its words.
func Page(w http.ResponseWriter, r *http.Request, status int) {
	title := strconv.Itoa(status) + " " + http.StatusText(status)
	body := "<html><head><title>" + title + "</title></head><body><h1>" + title + "</h1></body></html>\r\n"
	w.Header().Set("Content-Type", "text/html")
	setLength(w.Header(), int64(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = io.WriteString(w, body)
	}
}
