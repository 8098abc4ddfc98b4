package quirks

import (
	"bufio"
	"net"
	"net/http"
	"strings"

	"github.com/wualab/wualab/behaviour"
)

// headWriter changes the head of an answer at the moment when it is written.
type headWriter struct {
	http.ResponseWriter
	edit  func(status int, h http.Header)
	wrote bool
}

// editHead makes a behaviour of a change to every answer's head.
func editHead(edit func(r *http.Request, status int, h http.Header)) (behaviour.Middleware, error) {
	return middleware(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		head := &headWriter{ResponseWriter: w, edit: func(status int, h http.Header) { edit(r, status, h) }}
		next.ServeHTTP(head, r)
		if !head.wrote { // a handler that said nothing, which means 200
			head.WriteHeader(http.StatusOK)
		}
	})
}

// WriteHeader implements http.ResponseWriter.
func (w *headWriter) WriteHeader(status int) {
	if !w.wrote && status >= 200 {
		w.wrote = true
		w.edit(status, w.Header())
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *headWriter) Write(b []byte) (int, error) {
	if !w.wrote {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(b)
}

// FlushError is for http.ResponseController.
func (w *headWriter) FlushError() error {
	if !w.wrote {
		w.WriteHeader(http.StatusOK)
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Hijack is for http.ResponseController; after it there is no head to change.
func (w *headWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.wrote = true
	return http.NewResponseController(w.ResponseWriter).Hijack()
}

// Unwrap is for http.ResponseController.
func (w *headWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

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
