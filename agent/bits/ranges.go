package bits

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/wualab/wualab/hresult"
)

// LengthToEOF is BG_LENGTH_TO_EOF: the range reaches to the end of the file.
const LengthToEOF = math.MaxUint64

// FileRange is BG_FILE_RANGE.
type FileRange struct {
	InitialOffset uint64
	Length        uint64 // LengthToEOF to the end
}

// checkRanges refuses what AddFileWithRanges refuses: no ranges
// (E_INVALIDARG), an offset to EOF or a range that ends past what a file can
// have (BG_E_INVALID_RANGE), and ranges that overlap or occur twice
// (BG_E_OVERLAPPING_RANGES). As documented, ranges are compared after a sort
// by offset alone, so an empty range behind a longer one of the same offset
// overlaps.
//
// Source: BITS documentation, IBackgroundCopyJob3::AddFileWithRanges.
func checkRanges(ranges []FileRange) error {
	if len(ranges) == 0 {
		return called(hresult.E_INVALIDARG, "add file with ranges: there is no range")
	}
	for _, r := range ranges {
		if r.InitialOffset == LengthToEOF || r.Length != LengthToEOF && r.InitialOffset+r.Length < r.InitialOffset {
			return called(hresult.BG_E_INVALID_RANGE, "add file with ranges: %v", r)
		}
	}
	sorted := slices.Clone(ranges)
	slices.SortStableFunc(sorted, func(a, b FileRange) int { return cmp.Compare(a.InitialOffset, b.InitialOffset) })
	for i := 1; i < len(sorted); i++ {
		before, after := sorted[i-1], sorted[i]
		if before == after || before.Length == LengthToEOF || before.InitialOffset+before.Length > after.InitialOffset {
			return called(hresult.BG_E_OVERLAPPING_RANGES, "add file with ranges: %v and %v", before, after)
		}
	}
	return nil
}

// String gives "100-199" or "100-eof".
func (r FileRange) String() string {
	switch r.Length {
	case LengthToEOF:
		return fmt.Sprintf("%d-eof", r.InitialOffset)
	case 0:
		return fmt.Sprintf("%d, empty", r.InitialOffset)
	}
	return fmt.Sprintf("%d-%d", r.InitialOffset, r.InitialOffset+r.Length-1)
}

// section is a part of the remote file, [from, to).
type section struct{ from, to int64 }

// resolve gives the sections that ranges stand for in a file of that size, in
// the order of the ranges; empty ones are left out. A range outside the file
// is BG_E_INVALID_RANGE at run time (BITS documentation: AddFileWithRanges).
func resolve(ranges []FileRange, size int64) ([]section, error) {
	var out []section
	for _, r := range ranges {
		from, to := r.InitialOffset, r.InitialOffset+r.Length
		if r.Length == LengthToEOF {
			to = uint64(size)
		}
		if from > uint64(size) || to > uint64(size) || to < from {
			return nil, fmt.Errorf("range %v lies outside the file of %d bytes", r, size)
		}
		if to > from {
			out = append(out, section{int64(from), int64(to)})
		}
	}
	return out, nil
}

// total is how long the local file gets.
func total(sections []section) int64 {
	var n int64
	for _, s := range sections {
		n += s.to - s.from
	}
	return n
}

// fragment gives the sections that the bytes from offset on, length of them at
// most, of the local file come from. In single-range mode it ends with the
// first section (MC-BUP 3.6.4.3).
func fragment(sections []section, offset, length int64, single bool) []section {
	var out []section
	for _, s := range sections {
		size := s.to - s.from
		if offset >= size {
			offset -= size
			continue
		}
		take := min(size-offset, length)
		out = append(out, section{s.from + offset, s.from + offset + take})
		length -= take
		offset = 0
		if length == 0 || single {
			break
		}
	}
	return out
}

// rangeHeader gives the value of the Range field for the sections.
func rangeHeader(sections []section) string {
	var parts []string
	for _, s := range sections {
		parts = append(parts, fmt.Sprintf("%d-%d", s.from, s.to-1))
	}
	return "bytes=" + strings.Join(parts, ",")
}
