package content

import (
	"net/http"

	"github.com/wualab/wualab/fakeserver/byterange"
)

// Answer is how a file is about to be answered: what a quirk may bend before any
// byte is sent.
type Answer struct {
	Status    int
	Resource  *Resource
	Requested byterange.Set // of a Range field that counts; nil without
	Parts     []Part        // what is sent of the file, in this order
	Multipart bool          // as multipart/byteranges; else Parts has one element, or none

	// Preamble stands before the first boundary of a multipart answer, PartFields,
	// whole header lines, in the head of each part.
	Preamble, PartFields string

	// MultipartType is the Content-Type of a multipart answer; "" is the right one.
	MultipartType string
	Endless       bool // the last boundary of a multipart answer is left out
	BareLF        bool // lines of a multipart answer's own end with LF alone

	// Overstate is added to the Content-Length without being delivered; the
	// connection is closed then.
	Overstate int64

	// Send, when set, answers in place of everything above.
	Send http.HandlerFunc
}

// Part is a stretch of the file.
type Part struct {
	byterange.Range
	ContentRange string // the header field's value; "" sends none
}

// plan is the faithful answer to a request whose conditions hold.
func plan(h http.Header, useRange bool, r *Resource) *Answer {
	a := &Answer{Status: http.StatusOK, Resource: r}
	a.Whole()
	value := h.Get("Range")
	if value == "" || !useRange {
		return a
	}
	set, err := byterange.Parse(value)
	if err != nil { // ignored (RFC 9110 14.2)
		return a
	}
	a.Requested = set
	ranges := set.Resolve(r.Size)
	if len(ranges) == 0 {
		a.Unsatisfiable()
		return a
	}
	a.Status, a.Parts = http.StatusPartialContent, a.Parts[:0]
	for _, one := range ranges {
		a.Add(one)
	}
	// Assumed: of several ranges of which one can be satisfied, the answer is no
	// multipart; RFC 9110 15.3.7.2 leaves that open.
	a.Multipart = len(a.Parts) > 1
	return a
}

// Whole makes it the answer to a request without Range: 200 and all bytes.
func (a *Answer) Whole() {
	a.Status, a.Multipart = http.StatusOK, false
	a.Parts = []Part{{Range: byterange.Range{Last: a.Resource.Size - 1}}}
}

// Unsatisfiable makes it a 416 answer (RFC 9110 15.5.17).
func (a *Answer) Unsatisfiable() {
	a.Status, a.Multipart, a.Parts = http.StatusRequestedRangeNotSatisfiable, false, nil
}

// Add appends a part with its faithful Content-Range.
func (a *Answer) Add(r byterange.Range) {
	a.Parts = append(a.Parts, Part{Range: r, ContentRange: r.ContentRange(a.Resource.Size)})
}
