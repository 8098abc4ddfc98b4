package content

import (
	"io"
	"net/http"
	"strings"
)

// Boundary separates parts. Assumed: its text; IIS has one of its own.
const Boundary = "wualab-part-4f1c9a7de2b05836"

// lastBoundary ends the body.
func (a *Answer) lastBoundary() string {
	if a.Endless {
		return ""
	}
	return a.lines("\r\n--" + Boundary + "--\r\n")
}

// lines gives lines with the ends that they are to have.
func (a *Answer) lines(text string) string {
	if a.BareLF {
		return strings.ReplaceAll(text, "\r\n", "\n")
	}
	return text
}

// partHead is the head of the ith part: boundary, Content-Type and Content-Range and
// nothing more, which keeps inside the 180 bytes of other MIME headers and the two
// CRLF before the first boundary that BITS allows (BITS documentation, "HTTP
// Requirements for BITS Downloads").
func (a *Answer) partHead(i int) string {
	head := "--" + Boundary + "\r\nContent-Type: " + a.Resource.ContentType + "\r\n"
	if i > 0 {
		head = "\r\n" + head
	} else {
		head = a.Preamble + head
	}
	if v := a.Parts[i].ContentRange; v != "" {
		head += "Content-Range: " + v + "\r\n"
	}
	return a.lines(head + a.PartFields + "\r\n")
}

// sendParts writes multipart/byteranges (RFC 9110 14.6) with a Content-Length.
func (h *Handler) sendParts(w http.ResponseWriter, r *http.Request, a *Answer) {
	length := int64(len(a.lastBoundary())) + a.Overstate
	for i, part := range a.Parts {
		length += int64(len(a.partHead(i))) + part.Length()
	}
	setLength(w.Header(), length)
	w.WriteHeader(a.Status)
	for i, part := range a.Parts {
		if _, err := io.WriteString(w, a.partHead(i)); err != nil {
			return
		}
		if h.buffers.copy(w, a.Resource.body, part.Range) != nil {
			return
		}
	}
	_, _ = io.WriteString(w, a.lastBoundary())
}
