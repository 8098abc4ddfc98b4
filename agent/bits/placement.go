package bits

import (
	"fmt"
	"math"
	"strings"
)

// Placement says where the ranges of a background download end.
//
// KB 842309 documents that BITS 2.0 may ask for ranges that reach past the
// end of the file, not when. Both ways that are known to be possible are
// offered: an unclamped last block, and a first request of 2^31-1 bytes as
// captures of later versions show it.
type Placement int

// The placements. The zero value, ByVersion, takes what the BITS version does.
const (
	ByVersion    Placement = iota
	Clamped                // no range ends past the end, once the size is known
	LastBlock              // the last block is as long as the others
	FirstRequest           // the first request is for bytes 0 to 2147483646
)

var placementNames = [...]string{"by-version", "clamped", "last-block", "first-request"}

// String gives "by-version", "clamped", "last-block" or "first-request".
func (p Placement) String() string {
	if p < 0 || int(p) >= len(placementNames) {
		return fmt.Sprintf("placement %d", int(p))
	}
	return placementNames[p]
}

// ParsePlacement reads what String gives.
func ParsePlacement(name string) (Placement, error) {
	for i, n := range placementNames {
		if n == name {
			return Placement(i), nil
		}
	}
	return 0, fmt.Errorf("unknown range placement %q: want one of %s", name, strings.Join(placementNames[:], ", "))
}

// sizeUnknown is BG_SIZE_UNKNOWN as a file's size here.
const sizeUnknown = -1

// span is the part of a file that one GET asks for: [from, to). whole means
// that the request has no Range field.
type span struct {
	from, to int64
	whole    bool
}

// header gives the value of the Range field, empty for the whole file.
func (s span) header() string {
	if s.whole {
		return ""
	}
	return fmt.Sprintf("bytes=%d-%d", s.from, s.to-1)
}

// maxRequest is how many bytes one request asks for at most.
//
// BITS documentation, "Best Practices When Using BITS": a foreground download
// gets through without range support at the server when the file is smaller
// than 2 GB. Assumed: that this is the bound of a request, as captures of later
// versions have it (FirstRequest), and that a longer file is asked for in ranges
// of that length.
const maxRequest = math.MaxInt32

// nextSpan decides what the next GET of a file asks for.
//
// MC-BUP 3.6: a fragment that is one range covering the entire URL leaves the
// Range field out. Foreground jobs take all that is missing at once, the
// others a block.
func nextSpan(done, size, block int64, foreground bool, p Placement) span {
	block = min(block, maxRequest)
	switch {
	case foreground && done == 0 && size <= maxRequest:
		return span{to: max(size, 0), whole: true}
	case foreground:
		return span{from: done, to: min(size, done+maxRequest)}
	case size == sizeUnknown && p == FirstRequest:
		return span{from: done, to: maxRequest}
	case size == sizeUnknown:
		return span{from: done, to: done + block}
	case done == 0 && block >= size:
		return span{to: size, whole: true}
	case p == LastBlock:
		return span{from: done, to: done + block}
	}
	return span{from: done, to: min(done+block, size)}
}
