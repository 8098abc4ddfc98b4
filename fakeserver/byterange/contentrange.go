package byterange

import "strings"

// ParseContentRange reads a Content-Range value of a 206 answer (RFC 9110 14.4). total is
// -1 where the value has "*". ok is false for all else that the field can say.
func ParseContentRange(value string) (first, last, total int64, ok bool) {
	unit, rest, _ := strings.Cut(strings.TrimSpace(value), " ")
	span, size, sized := strings.Cut(strings.TrimSpace(rest), "/")
	from, to, ranged := strings.Cut(span, "-")
	if !strings.EqualFold(unit, "bytes") || !sized || !ranged {
		return 0, 0, 0, false
	}
	first, errFirst := number(from)
	last, errLast := number(to)
	total, errTotal := number(size)
	if size == "*" {
		total, errTotal = -1, nil
	}
	ok = errFirst == nil && errLast == nil && errTotal == nil && first <= last && (total < 0 || last < total)
	return first, last, total, ok
}
