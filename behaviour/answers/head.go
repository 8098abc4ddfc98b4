package answers

import (
	"bufio"
	"net"
	"net/http"

	"github.com/wualab/wualab/behaviour"
)

// EditHead makes a behaviour of a change to the head of every answer, at the moment
// when it is written. Interim answers (1xx) are left alone.
func EditHead(edit func(r *http.Request, status int, h http.Header)) behaviour.Middleware {
	return one(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		edited := &headWriter{ResponseWriter: w, edit: func(status int, h http.Header) { edit(r, status, h) }}
		next.ServeHTTP(edited, r)
		edited.end()
	})
}

type headWriter struct {
	http.ResponseWriter
	edit func(status int, h http.Header) // nil when that was done
}

// Unwrap is for http.ResponseController.
func (w *headWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Hijack is for http.ResponseController: from then on there is no head to edit.
func (w *headWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.edit = nil
	return http.NewResponseController(w.ResponseWriter).Hijack()
}

func (w *headWriter) WriteHeader(status int) {
	if w.edit != nil && status >= http.StatusOK {
		w.edit(status, w.Header())
		w.edit = nil
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *headWriter) Write(p []byte) (int, error) {
	w.begin()
	return w.ResponseWriter.Write(p)
}

// FlushError is for http.ResponseController: a flush sends the head too.
func (w *headWriter) FlushError() error {
	w.begin()
	return http.NewResponseController(w.ResponseWriter).Flush()
}

func (w *headWriter) begin() {
	if w.edit != nil {
		w.WriteHeader(http.StatusOK)
	}
}

// end edits the head of an answer to which the handler wrote nothing.
func (w *headWriter) end() {
	if w.edit != nil {
		w.edit(http.StatusOK, w.Header())
		w.edit = nil
	}
}
