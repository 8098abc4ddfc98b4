package answers

import "net/http"

// BeforeHead returns a writer that lets change see and alter the head of the answer,
// once, before it is written.
func BeforeHead(w http.ResponseWriter, change func(status int, h http.Header)) http.ResponseWriter {
	return &head{ResponseWriter: w, change: change}
}

type head struct {
	http.ResponseWriter
	change func(status int, h http.Header)
}

// Unwrap is for http.ResponseController, to take the connection over.
func (w *head) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *head) WriteHeader(status int) {
	if w.change != nil && status >= http.StatusOK {
		w.change(status, w.Header())
		w.change = nil
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *head) Write(p []byte) (int, error) {
	w.begin()
	return w.ResponseWriter.Write(p)
}

// FlushError is for http.ResponseController: a flush sends the head too.
func (w *head) FlushError() error {
	w.begin()
	return http.NewResponseController(w.ResponseWriter).Flush()
}

func (w *head) begin() {
	if w.change != nil {
		w.WriteHeader(http.StatusOK)
	}
}

// around serves next with the head of every answer changed.
func around(next http.Handler, change func(r *http.Request, status int, h http.Header)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		wrapped := &head{ResponseWriter: w, change: func(status int, h http.Header) { change(r, status, h) }}
		next.ServeHTTP(wrapped, r)
		wrapped.end()
	})
}

// end makes sure that an answer to which the handler wrote nothing went through
// change too; after a connection was taken over that has no effect.
func (w *head) end() {
	if w.change != nil {
		w.change(http.StatusOK, w.Header())
		w.change = nil
	}
}
