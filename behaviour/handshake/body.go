package handshake

import (
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/behaviour/answers"
	"github.com/wualab/wualab/fakehttp"
)

// The forms of a challenge's body.
const (
	formChunked  = "chunked"
	formNone     = "none"
	formNoLength = "no-length"
)

// challengeBody frames the body of target's challenges in another way than by
// Content-Length. A client must read such a body to its end before the connection is
// good for the next leg (RFC 9112 6.3).
func challengeBody(target httpauth.Target) behaviour.Definition {
	return behaviour.Definition{
		Name:    "challenge-body",
		Help:    "Frames the body of a challenge (401 of a server, 407 of a proxy) in another way than by Content-Length.",
		Source:  "RFC 9112 6.3",
		Example: "{challenge-body: {form: chunked}}",
		Params: []behaviour.Param{
			{Name: "form", Type: behaviour.Enum, Enum: []string{formChunked, formNone, formNoLength}, Required: true,
				Help: "chunked: in chunks. no-length: up to the end of the connection. " +
					"none: neither a length nor a body nor Connection: close, so that the client waits for the end of the connection."},
			{Name: "open", Type: behaviour.Duration, Help: "How long form none leaves the connection open; absent: not at all."},
		},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			switch a.String("form") {
			case formNone:
				return bodiless(target, a.Duration("open")), nil
			case formChunked:
				return reframe(target, "chunked", "in chunks"), nil
			}
			return reframe(target, "identity", "up to the end of the connection"), nil
		},
	}
}

// reframe has net/http frame the body by a transfer coding in place of a length.
func reframe(target httpauth.Target, coding, words string) behaviour.Middleware {
	return answers.EditHead(func(r *http.Request, status int, h http.Header) {
		if status != target.Status() || r.Method == http.MethodHead {
			return
		}
		h.Del("Content-Length")
		if coding == "identity" || r.ProtoAtLeast(1, 1) { // there are no chunks in HTTP/1.0
			h.Set("Transfer-Encoding", coding)
		}
		note(r, "challenge-body", "sent the body %s", words)
	})
}

// bodiless writes the head of a challenge by hand and nothing after it.
func bodiless(target httpauth.Target, open time.Duration) behaviour.Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			held := &holder{ResponseWriter: w, status: target.Status()}
			next.ServeHTTP(held, r)
			if !held.holds {
				return
			}
			note(r, "challenge-body", "sent no body and no length")
			fakehttp.Raw(w, r, func(c net.Conn) error {
				if err := writeHead(c, held.status, w.Header()); err != nil {
					return err
				}
				return fakehttp.Sleep(r, open)
			})
		})
	}
}

func writeHead(c net.Conn, status int, h http.Header) error {
	h.Del("Content-Length")
	h.Del("Transfer-Encoding")
	if _, err := fmt.Fprintf(c, "HTTP/1.1 %d %s\r\n", status, http.StatusText(status)); err != nil {
		return err
	}
	if err := h.Write(c); err != nil {
		return err
	}
	_, err := c.Write([]byte("\r\n"))
	return err
}

// holder keeps an answer of one status back.
type holder struct {
	http.ResponseWriter
	status int
	wrote  bool
	holds  bool
}

// Unwrap is for http.ResponseController.
func (w *holder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *holder) WriteHeader(status int) {
	if !w.wrote && status >= http.StatusOK {
		w.wrote, w.holds = true, status == w.status
	}
	if !w.holds {
		w.ResponseWriter.WriteHeader(status)
	}
}

func (w *holder) Write(p []byte) (int, error) {
	if !w.wrote {
		w.WriteHeader(http.StatusOK)
	}
	if w.holds {
		return len(p), nil
	}
	return w.ResponseWriter.Write(p)
}

// FlushError is for http.ResponseController.
func (w *holder) FlushError() error {
	if w.holds {
		return nil
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}
