package report

import (
	"fmt"
	"io"
)

// Progress is a line that tells how far a run is, rewritten in place on a
// terminal. The nil Progress writes nothing. It is for one goroutine.
type Progress struct {
	out   io.Writer
	total int
	shown bool
}

// NewProgress begins a line for a run of total cells. out must be a terminal.
func NewProgress(out io.Writer, total int) *Progress { return &Progress{out: out, total: total} }

// Show writes the line anew.
func (p *Progress) Show(done, failed int) {
	if p == nil {
		return
	}
	fmt.Fprintf(p.out, "\r\x1b[K%d of %s", done, count(p.total, "cell"))
	if failed > 0 {
		fmt.Fprintf(p.out, ", %d failed", failed)
	}
	p.shown = true
}

// Clear takes the line away, so that other text can be written.
func (p *Progress) Clear() {
	if p != nil && p.shown {
		fmt.Fprint(p.out, "\r\x1b[K")
		p.shown = false
	}
}
