package transport

import "net/http"

// afterWriter lets left bytes of a body pass, and when more would follow asks then: with
// an error the answer is over, else the rest passes.
type afterWriter struct {
	http.ResponseWriter
	left int64
	then func() error
	done bool
	over error
}

func (w *afterWriter) Write(b []byte) (int, error) {
	switch {
	case w.over != nil:
		return 0, w.over
	case w.done:
		return w.ResponseWriter.Write(b)
	case int64(len(b)) <= w.left:
		w.left -= int64(len(b))
		return w.ResponseWriter.Write(b)
	}
	w.done = true
	n, err := w.ResponseWriter.Write(b[:w.left])
	if err != nil {
		return n, err
	}
	if w.over = w.then(); w.over != nil {
		return n, w.over
	}
	rest, err := w.ResponseWriter.Write(b[n:])
	return n + rest, err
}

// Unwrap is for http.ResponseController.
func (w *afterWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
