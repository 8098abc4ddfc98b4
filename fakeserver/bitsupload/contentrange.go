package bitsupload

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ContentRange is the place of a fragment in its file: First up to and without End,
// of Total bytes. An empty file has one fragment, the zero ContentRange.
type ContentRange struct{ First, End, Total int64 }

// Length returns the number of bytes in the fragment.
func (r ContentRange) Length() int64 { return r.End - r.First }

// String writes the field's value, "bytes 0-131071/3145728". That of an empty file is
// "bytes */0". Assumed: no document says how an empty file is uploaded.
func (r ContentRange) String() string {
	if r.Length() == 0 {
		return "bytes */" + strconv.FormatInt(r.Total, 10)
	}
	return fmt.Sprintf("bytes %d-%d/%d", r.First, r.End-1, r.Total)
}

// ParseContentRange reads a Content-Range field (RFC 2616 14.16, MC-BUP 2.2.1.1). The
// unit may be missing, stand in any case, and be followed by "=" in place of a space;
// that much is Assumed of the server. The total must be a number: what the server
// wants to know at the first fragment is the size of the file.
func ParseContentRange(value string) (ContentRange, error) {
	r, err := parseContentRange(withoutUnit(value))
	if err != nil {
		return ContentRange{}, fmt.Errorf("content-range %q: %w", value, err)
	}
	return r, nil
}

func withoutUnit(value string) string {
	const unit = "bytes"
	value = strings.Trim(value, " \t")
	if len(value) > len(unit) && strings.EqualFold(value[:len(unit)], unit) && strings.ContainsRune(" \t=", rune(value[len(unit)])) {
		return strings.Trim(value[len(unit)+1:], " \t")
	}
	return value
}

func parseContentRange(value string) (ContentRange, error) {
	span, size, ok := strings.Cut(value, "/")
	if !ok {
		return ContentRange{}, errors.New("no total length")
	}
	total, err := number(size)
	if err != nil {
		return ContentRange{}, fmt.Errorf("total length: %w", err)
	}
	if total == 0 && span == "*" {
		return ContentRange{}, nil
	}
	from, to, ok := strings.Cut(span, "-")
	if !ok {
		return ContentRange{}, errors.New("no hyphen")
	}
	first, err := number(from)
	if err != nil {
		return ContentRange{}, fmt.Errorf("first byte: %w", err)
	}
	last, err := number(to)
	switch {
	case err != nil:
		return ContentRange{}, fmt.Errorf("last byte: %w", err)
	case last < first:
		return ContentRange{}, errors.New("it ends before it begins")
	case last >= total:
		return ContentRange{}, errors.New("it ends behind the end of the file")
	}
	return ContentRange{First: first, End: last + 1, Total: total}, nil
}

// number reads digits only.
func number(s string) (int64, error) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, fmt.Errorf("%q is not a number", s)
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s is out of range", s)
	}
	return n, nil
}
