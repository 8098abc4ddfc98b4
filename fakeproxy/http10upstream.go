package fakeproxy

import (
	"bytes"
	"io"
	"net/http"

	"github.com/wualab/wualab/behaviour"
)

// http10Upstream is a proxy whose own client speaks HTTP/1.0, whatever its clients do.
func http10Upstream() behaviour.Definition {
	return behaviour.Definition{
		Name: "http10-upstream",
		Help: "Asks the next hop in HTTP/1.0, for tunnels too: a connection of its own for each request, so that no NTLM login to a server survives; no chunked requests.",
		Source: "RFC 9112 6.1 (no chunks to HTTP/1.0), 9.3 and C.2.2; RFC 9110 15.5.12; nginx documentation, ngx_http_proxy_module: proxy_http_version and proxy_request_buffering, " +
			"whose default it was. Assumed: Host goes along, Expect does not",
		Example: "{http10-upstream: {keep-alive: true}}",
		Params: []behaviour.Param{
			{Name: "keep-alive", Type: behaviour.Bool, Help: "Asks for the connection to be kept, with Connection: keep-alive."},
			{Name: "chunked", Type: behaviour.Enum, Enum: []string{"refuse", "buffer"}, Default: "refuse",
				Help: "What becomes of a request whose body comes in chunks. refuse: 411. buffer: it is read as a whole and sent with its length."},
			memory("Memory for one buffered body; a longer one is refused with 413."),
		},
		New: newHTTP10Upstream,
	}
}

func newHTTP10Upstream(a behaviour.Args) (behaviour.Middleware, error) {
	limit, buffer, keep := a.Size("limit"), a.String("chunked") == "buffer", a.Bool("keep-alive")
	if err := checkMemory("limit", limit); err != nil {
		return nil, err
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := hopOf(r)
			if r.Method != http.MethodConnect && r.ContentLength < 0 {
				if !buffer {
					h.note(r, "http10-upstream: refused a body in chunks with 411")
					_, _ = io.CopyN(io.Discard, r.Body, maxDrain)
					showPage(w, http.StatusLengthRequired, "This proxy passes on requests with Content-Length only.")
					return
				}
				if !takeIn(w, r, limit, 0) {
					return
				}
			}
			h.note(r, "http10-upstream: asked the next hop in HTTP/1.0")
			h.old = &http10Hop{keep: keep}
			next.ServeHTTP(w, r)
		})
	}, nil
}

// http10Hop says that a request goes to the next hop in HTTP/1.0.
type http10Hop struct {
	keep bool // the connection is asked to stay
}

// edit makes the fields of a request those that an HTTP/1.0 client sends.
func (o *http10Hop) edit(header http.Header) {
	header.Del("Expect") // RFC 9110 10.1.1: it means nothing in HTTP/1.0
	if o.keep {
		header.Set("Connection", "keep-alive")
	}
}

// closes reports whether the connection is not used again; of nil it is false.
func (o *http10Hop) closes() bool { return o != nil && !o.keep }

// writer gives what a request is written to; of nil that is w itself.
func (o *http10Hop) writer(w io.Writer) io.Writer {
	if o == nil {
		return w
	}
	return &oldVersion{to: w}
}

// oldVersion writes a request in HTTP/1.0 that comes as HTTP/1.1.
type oldVersion struct {
	to   io.Writer
	line []byte // the request line, as far as it has come
	done bool   // the request line is written
}

func (o *oldVersion) Write(p []byte) (int, error) {
	if o.done {
		return o.to.Write(p)
	}
	end := bytes.IndexByte(p, '\n')
	if end < 0 {
		o.line = append(o.line, p...)
		return len(p), nil
	}
	o.done = true
	o.line = append(o.line, p[:end+1]...)
	if head, ok := bytes.CutSuffix(o.line, []byte("HTTP/1.1\r\n")); ok {
		o.line = append(head, "HTTP/1.0\r\n"...)
	}
	if _, err := o.to.Write(o.line); err != nil {
		return 0, err
	}
	n, err := o.to.Write(p[end+1:])
	return end + 1 + n, err
}
