package quirks

import (
	"net/http"
	"strings"
)

// drop removes a field whatever its spelling and reports whether it was there. Date
// stays away only as an empty entry.
func drop(h http.Header, name string) bool {
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
