package script

import (
	"bufio"
	"errors"
	"net"
	"net/http"
	"time"

	"go.starlark.net/starlark"

	"github.com/wualab/wualab/behaviour/answers"
	"github.com/wualab/wualab/fakehttp"
)

// The ends of a connection that a script can ask for.
const (
	endClose = "close"
	endReset = "reset"
)

// reply is what a function gives; nil goes on.
type reply struct {
	status  int // 0: no answer, only changes
	reason  string
	kind    string
	body    string
	headers []field
	delay   time.Duration
	end     string
}

// field is a header field to set, or to take away.
type field struct {
	name, value string
	away        bool
}

// String names the value in messages.
func (p *reply) String() string { return "reply" }

// Type is the type's name in messages.
func (p *reply) Type() string { return "reply" }

// Freeze does nothing: a script can't change a reply.
func (p *reply) Freeze() {}

// Truth is that of a value.
func (p *reply) Truth() starlark.Bool { return true }

// Hash is refused.
func (p *reply) Hash() (uint32, error) { return 0, errors.New("a reply is no key") }

// send waits, answers or ends the connection, and reports whether the request is
// finished with that.
func (p *reply) send(w http.ResponseWriter, r *http.Request) bool {
	if p == nil {
		return false
	}
	if p.delay > 0 {
		fakehttp.ConnOf(r).Note("script: waited %v", p.delay)
		if err := fakehttp.Sleep(r, p.delay); err != nil {
			fakehttp.ConnOf(r).Note("script: gave up: %v", err)
			fakehttp.Close(w, r)
			return true
		}
	}
	switch {
	case p.end == endReset:
		fakehttp.ConnOf(r).Note("script: reset the connection")
		fakehttp.Reset(w, r)
	case p.end == endClose:
		fakehttp.ConnOf(r).Note("script: closed the connection")
		fakehttp.Close(w, r)
	case p.status != 0:
		fakehttp.ConnOf(r).Note("script: answered %d", p.status)
		p.edit(w.Header())
		answers.Send(w, r, p.status, p.reason, p.kind, p.body)
	default:
		return false
	}
	return true
}

// edit sets the fields and takes fields away.
func (p *reply) edit(h http.Header) {
	if p == nil {
		return
	}
	for _, f := range p.headers {
		answers.DropField(h, f.name)
		if !f.away {
			h[http.CanonicalHeaderKey(f.name)] = []string{f.value}
		}
	}
}

// responseWriter asks on_response when the head of the answer is to be written.
type responseWriter struct {
	http.ResponseWriter
	call    *call
	asked   bool
	dropped bool // the script has answered in place of the handler
}

// Unwrap is for http.ResponseController.
func (w *responseWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Hijack is for http.ResponseController: from then on there is no head to ask about.
func (w *responseWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.asked = true
	return http.NewResponseController(w.ResponseWriter).Hijack()
}

func (w *responseWriter) WriteHeader(status int) {
	if !w.asked && status >= http.StatusOK {
		w.asked = true
		w.ask(status)
	}
	if !w.dropped {
		w.ResponseWriter.WriteHeader(status)
	}
}

func (w *responseWriter) ask(status int) {
	c, s := w.call, w.call.script
	p, err := c.run(s.onResponse, c.request(), c.response(status, w.Header()))
	if err != nil {
		w.dropped = true
		s.fail(w.ResponseWriter, c.r, err)
		return
	}
	if p != nil && p.status != 0 { // what the handler meant to say of its body
		for _, name := range []string{"Content-Range", "Transfer-Encoding", "Content-Encoding", "Etag", "ETag", "Last-Modified", "Accept-Ranges"} {
			delete(w.Header(), name)
		}
	}
	if w.dropped = p.send(w.ResponseWriter, c.r); !w.dropped {
		p.edit(w.Header())
	}
}

func (w *responseWriter) Write(p []byte) (int, error) {
	w.begin()
	if w.dropped {
		return len(p), nil
	}
	return w.ResponseWriter.Write(p)
}

// FlushError is for http.ResponseController: a flush sends the head too.
func (w *responseWriter) FlushError() error {
	w.begin()
	if w.dropped {
		return nil
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}

func (w *responseWriter) begin() {
	if !w.asked {
		w.WriteHeader(http.StatusOK)
	}
}

// end asks about an answer to which the handler wrote nothing.
func (w *responseWriter) end() {
	if !w.asked {
		w.asked = true
		w.ask(http.StatusOK)
	}
}
