package fakeproxy

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// directives are those of Cache-Control (RFC 9111 5.2), by name in lower case.
type directives map[string]string

func directivesOf(h http.Header) directives {
	d := directives{}
	for _, one := range strings.Split(strings.Join(h.Values("Cache-Control"), ","), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(one), "=")
		if name = strings.ToLower(strings.TrimSpace(name)); name != "" {
			d[name] = strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	return d
}

func (d directives) has(name string) bool { _, ok := d[name]; return ok }

// seconds gives a directive that is a number of them.
func (d directives) seconds(name string) (time.Duration, bool) {
	n, err := strconv.ParseInt(d[name], 10, 32)
	return time.Duration(n) * time.Second, err == nil && n >= 0
}

// lifetime is how long an answer is fresh by its own words (RFC 9111 4.2.1); otherwise
// it is what the proxy makes up.
func lifetime(h http.Header, otherwise time.Duration) time.Duration {
	d := directivesOf(h)
	if d.has("no-cache") {
		return 0
	}
	for _, name := range []string{"s-maxage", "max-age"} {
		if life, ok := d.seconds(name); ok {
			return life
		}
	}
	if h.Get("Expires") == "" {
		return otherwise
	}
	expires, err := http.ParseTime(h.Get("Expires"))
	date, err2 := http.ParseTime(h.Get("Date"))
	if err != nil || err2 != nil {
		return 0 // RFC 9111 5.3: what is no date lies in the past
	}
	return max(0, expires.Sub(date))
}

// wantsNew reports whether a request takes no copy unasked (RFC 9111 5.2.1.1, 5.2.1.4
// and 5.4).
func wantsNew(h http.Header) bool {
	d := directivesOf(h)
	if age, ok := d.seconds("max-age"); ok && age == 0 {
		return true
	}
	return d.has("no-cache") || len(d) == 0 && strings.EqualFold(h.Get("Pragma"), "no-cache")
}

// varyOf lists the fields of requests on which an answer hangs, sorted; any is that of
// "Vary: *" (RFC 9110 12.5.5).
func varyOf(h http.Header) (names []string, any bool) {
	for _, one := range strings.Split(strings.Join(h.Values("Vary"), ","), ",") {
		switch name := http.CanonicalHeaderKey(strings.TrimSpace(one)); name {
		case "":
		case "*":
			return nil, true
		default:
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), false
}

// selected is what a copy is found by: the URL, and the fields that chose it (RFC 9111
// 4.1).
func selected(url string, names []string, r *http.Request) string {
	var key strings.Builder
	key.WriteString(url)
	for _, name := range names {
		key.WriteString("\n" + name + ": " + strings.Join(r.Header.Values(name), ", "))
	}
	return key.String()
}

// ageOf is how many seconds an answer had been kept elsewhere when it came (RFC 9111 5.1).
func ageOf(h http.Header) int64 {
	n, err := strconv.ParseInt(h.Get("Age"), 10, 32)
	if err != nil {
		return 0
	}
	return max(0, n)
}

// isSafe reports whether requests with a method change nothing (RFC 9110 9.2.1).
func isSafe(method string) bool {
	return slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace, http.MethodConnect}, method)
}

// forgetful drops what is kept of a URL when a request has changed it (RFC 9111 4.4).
type forgetful struct {
	http.ResponseWriter
	shelf *shelf
	r     *http.Request
}

// Unwrap is for http.ResponseController.
func (w *forgetful) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *forgetful) WriteHeader(status int) {
	if status >= http.StatusOK && status < http.StatusBadRequest && w.shelf.forget(w.r.URL.String()) {
		hopOf(w.r).note(w.r, "cache: %s: dropped what was kept of the URL", w.r.Method)
	}
	w.ResponseWriter.WriteHeader(status)
}
