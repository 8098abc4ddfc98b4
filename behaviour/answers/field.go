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
