// Package byterange reads the Range header field and says which bytes of a file it
// means (RFC 9110 14.1 and 14.2, RFC 2616 14.35). It is the pure part of
// fakeserver: text in, numbers out.
//
//	set, err := byterange.Parse(r.Header.Get("Range"))
//	ranges := set.Resolve(size) // empty: answer 416
package byterange

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// MaxRanges is how many ranges one header field may hold. Assumed: no document
// sets a number for IIS; RFC 9110 17.15 advises to have one.
const MaxRanges = 1024

// Open is the Last of a range without an end, "500-".
const Open int64 = -1

// Spec is one range as written. The zero value is "0-0".
type Spec struct {
	First, Last int64 // Last may be Open
	Suffix      bool  // the last Last bytes, "-500"; First is 0
}

// Set is a Range header field's ranges in the order written.
type Set []Spec

// Range is a stretch of bytes, both ends counted. It is empty when Last < First.
type Range struct{ First, Last int64 }

// Length returns the number of bytes.
func (r Range) Length() int64 { return max(r.Last-r.First+1, 0) }

// ContentRange returns the Content-Range value for a file of size bytes (RFC 9110
// 14.4).
func (r Range) ContentRange(size int64) string {
	b := append(make([]byte, 0, 64), "bytes "...)
	b = append(strconv.AppendInt(b, r.First, 10), '-')
	b = append(strconv.AppendInt(b, r.Last, 10), '/')
	return string(strconv.AppendInt(b, size, 10))
}

// Unsatisfied returns the Content-Range value of a 416 answer.
func Unsatisfied(size int64) string { return "bytes */" + strconv.FormatInt(size, 10) }

// Parse reads a Range header field's value. A server ignores a field that is in
// error (RFC 9110 14.2).
func Parse(value string) (Set, error) {
	unit, list, ok := strings.Cut(value, "=")
	if !ok || !strings.EqualFold(strings.TrimSpace(unit), "bytes") {
		return nil, fmt.Errorf("range %q: the unit is not bytes", value)
	}
	var set Set
	for part := range strings.SplitSeq(list, ",") {
		part = strings.Trim(part, " \t")
		if part == "" { // empty list elements are allowed (RFC 9110 5.6.1.2)
			continue
		}
		if len(set) == MaxRanges {
			return nil, fmt.Errorf("range: more than %d ranges", MaxRanges)
		}
		spec, err := parseSpec(part)
		if err != nil {
			return nil, fmt.Errorf("range %q: %w", part, err)
		}
		set = append(set, spec)
	}
	if len(set) == 0 {
		return nil, fmt.Errorf("range %q: no range in it", value)
	}
	return set, nil
}

func parseSpec(s string) (Spec, error) {
	from, to, ok := strings.Cut(s, "-")
	if !ok {
		return Spec{}, errors.New("no hyphen")
	}
	last, err := number(to)
	if from == "" {
		return Spec{Last: last, Suffix: true}, err
	}
	first, firstErr := number(from)
	switch {
	case firstErr != nil:
		return Spec{}, firstErr
	case to == "":
		return Spec{First: first, Last: Open}, nil
	case err != nil:
		return Spec{}, err
	case last < first:
		return Spec{}, errors.New("it ends before it begins")
	}
	return Spec{First: first, Last: last}, nil
}

// number reads digits only. Positions that do not fit stand for the greatest
// number, which is past the end of any file.
func number(s string) (int64, error) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, fmt.Errorf("%q is not a number", s)
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 1<<63 - 1, nil
	}
	return n, nil
}

// Resolve returns the ranges that a file of size bytes can satisfy, in the order
// written, with ends past the file's end brought back to it (RFC 9110 14.1.2).
// Nothing of an empty file can be satisfied; Assumed for suffix ranges, which
// Content-Range has no way to tell of then.
func (s Set) Resolve(size int64) []Range {
	var ranges []Range
	for _, spec := range s {
		if r, ok := spec.resolve(size); ok {
			ranges = append(ranges, r)
		}
	}
	return ranges
}

func (s Spec) resolve(size int64) (Range, bool) {
	end := size - 1
	switch {
	case s.Suffix:
		return Range{First: max(size-s.Last, 0), Last: end}, s.Last > 0 && size > 0
	case s.Last == Open:
		return Range{First: s.First, Last: end}, s.First < size
	}
	return Range{First: s.First, Last: min(s.Last, end)}, s.First < size
}

// Overshoots reports whether the range names a last byte that a file of size bytes
// does not have. Open and suffix ranges never do.
func (s Spec) Overshoots(size int64) bool {
	return !s.Suffix && s.Last != Open && s.Last >= size
}

// Overshoots reports whether any range does.
func (s Set) Overshoots(size int64) bool {
	for _, spec := range s {
		if spec.Overshoots(size) {
			return true
		}
	}
	return false
}

// String writes the set as a header field's value.
func (s Set) String() string {
	parts := make([]string, len(s))
	for i, spec := range s {
		switch {
		case spec.Suffix:
			parts[i] = fmt.Sprintf("-%d", spec.Last)
		case spec.Last == Open:
			parts[i] = fmt.Sprintf("%d-", spec.First)
		default:
			parts[i] = fmt.Sprintf("%d-%d", spec.First, spec.Last)
		}
	}
	return "bytes=" + strings.Join(parts, ",")
}
