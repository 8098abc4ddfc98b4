package fakeproxy

import "net/http"

// relay writes a response as a proxy passes it on: at once, whatever has arrived, so
// that a slow origin is slow for the client too, and without what net/http would add.
type relay struct {
	http.ResponseWriter
	names map[string]string
	wrote bool
}

// Unwrap is for http.ResponseController.
func (w *relay) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *relay) WriteHeader(status int) {
	w.wrote = true
	h := w.Header()
	for _, name := range []string{"Date", "Content-Type"} {
		if _, ok := h[name]; !ok {
			h[name] = nil // net/http then does not make one up
		}
	}
	respell(h, w.names)
	w.ResponseWriter.WriteHeader(status)
	w.flush()
}

func (w *relay) Write(p []byte) (int, error) {
	if !w.wrote {
		w.WriteHeader(http.StatusOK)
	}
	n, err := w.ResponseWriter.Write(p)
	if err != nil {
		return n, err
	}
	return n, w.flush()
}

func (w *relay) flush() error { return http.NewResponseController(w.ResponseWriter).Flush() }
