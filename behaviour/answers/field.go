package answers

import (
	"net/http"
	"strings"
)

// DropField removes a field whatever its spelling and reports whether it was there. Date
// stays away from an answer only as an empty entry.
func DropField(h http.Header, name string) bool {
	found := false
	for key := range h {
		if strings.EqualFold(key, name) {
			delete(h, key)
			found = true
		}
	}
	if strings.EqualFold(name, "Date") {
		h["Date"] = nil
	}
	return found
}

// IsFieldValue reports whether s can stand as the value of a field: it has no control
// characters but tabs (RFC 9110 5.5).
func IsFieldValue(s string) bool { return strings.IndexFunc(s, isControl) < 0 }

// fieldValue puts spaces in place of what can't stand in a value.
func fieldValue(s string) string {
	return strings.Map(func(c rune) rune {
		if isControl(c) {
			return ' '
		}
		return c
	}, s)
}

func isControl(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }
