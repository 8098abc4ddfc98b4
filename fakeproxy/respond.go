package fakeproxy

import (
	"errors"
	"io"
	"net/http"
)

// relay writes a response as a proxy passes it on: at once, whatever has arrived, so
// that a slow origin is slow for the client too, and without what net/http would add.
type relay struct {
	http.ResponseWriter
	server *Server
	hop    *hop
	wrote  bool
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
	respell(h, w.server.names)
	w.hop.addLogin(h)
	w.ResponseWriter.WriteHeader(status)
	if _, plain := w.ResponseWriter.(io.ReaderFrom); plain && w.hop.ready() { // no behaviour stands between
		w.hop.client.conn.Cork()
	}
	_ = w.flush()
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

// ReadFrom passes on what comes from r as it comes. io.Copy calls it; the buffer that
// it would make for each response costs more memory than all else of a login.
func (w *relay) ReadFrom(r io.Reader) (n int64, err error) {
	buffer := w.server.buffers.Get().(*[bufferSize]byte)
	defer w.server.buffers.Put(buffer)
	for {
		got, readErr := r.Read(buffer[:])
		if got > 0 {
			wrote, err := w.Write(buffer[:got])
			n += int64(wrote)
			if err != nil {
				return n, err
			}
		}
		if errors.Is(readErr, io.EOF) {
			return n, nil
		}
		if readErr != nil {
			return n, readErr
		}
	}
}

// bufferSize is that of io.Copy.
const bufferSize = 32 << 10

func newBuffer() any { return new([bufferSize]byte) }

func (w *relay) flush() error { return http.NewResponseController(w.ResponseWriter).Flush() }
