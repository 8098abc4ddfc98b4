package fakeproxy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakehttp"
)

// bufferUploads takes a request's body in as a whole before it asks the next hop.
func bufferUploads() behaviour.Definition {
	return behaviour.Definition{
		Name:    "buffer-uploads",
		Help:    "Reads the whole body of a request before it goes on to the next hop; a longer one than limit is refused with 413.",
		Source:  "nginx documentation, ngx_http_proxy_module: proxy_request_buffering; FortiOS Handbook: server comforting",
		Example: "{buffer-uploads: {pause: 30s}}",
		Params: []behaviour.Param{
			{Name: "pause", Type: behaviour.Duration, Help: "Time between the last byte and the next hop, as of a scan."},
			memory("Memory for one body."),
		},
		New: newBufferUploads,
	}
}

func newBufferUploads(a behaviour.Args) (behaviour.Middleware, error) {
	limit, pause := a.Size("limit"), a.Duration("pause")
	if err := checkMemory("limit", limit); err != nil {
		return nil, err
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodConnect || r.Body == nil || r.Body == http.NoBody {
				next.ServeHTTP(w, r)
				return
			}
			if takeIn(w, r, limit, pause) {
				next.ServeHTTP(w, r)
			}
		})
	}, nil
}

// takeIn puts the body of r into memory; false: r was answered.
func takeIn(w http.ResponseWriter, r *http.Request, limit int64, pause time.Duration) bool {
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	if err != nil {
		abort(r, fmt.Errorf("buffer-uploads: %w", err))
	}
	if int64(len(body)) > limit {
		hopOf(r).note(r, "buffer-uploads: refused a body of more than %d bytes", limit)
		tooLarge(w, http.StatusRequestEntityTooLarge, limit)
		return false
	}
	hopOf(r).note(r, "buffer-uploads: took in %d bytes before the next hop got any", len(body))
	if pause > 0 {
		if err := fakehttp.Sleep(r, pause); err != nil {
			abort(r, fmt.Errorf("buffer-uploads: %w", err))
		}
	}
	r.Body, r.ContentLength, r.TransferEncoding = io.NopCloser(bytes.NewReader(body)), int64(len(body)), nil
	return true
}

// maxBody limits what a request may carry.
func maxBody() behaviour.Definition {
	return behaviour.Definition{
		Name:    "max-body",
		Help:    "Refuses requests with a longer body, by their Content-Length and before it is read.",
		Source:  "RFC 9110 15.5.14; Squid configuration reference: request_body_max_size; MC-BUP 3.1.5: a client makes its fragments smaller after 413",
		Example: "{max-body: {size: 64kB}}",
		Params: []behaviour.Param{
			{Name: "size", Type: behaviour.Size, Required: true, Help: "The longest body that passes."},
			{Name: "status", Type: behaviour.Status, Default: http.StatusRequestEntityTooLarge, Help: "The status of the refusal."},
		},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			limit, status := a.Size("size"), a.Int("status")
			return func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.ContentLength <= limit {
						next.ServeHTTP(w, r)
						return
					}
					hopOf(r).note(r, "max-body: refused %d bytes, more than %d, with %d", r.ContentLength, limit, status)
					_, _ = io.CopyN(io.Discard, r.Body, maxDrain)
					tooLarge(w, status, limit)
				})
			}, nil
		},
	}
}

func tooLarge(w http.ResponseWriter, status int, limit int64) {
	showPage(w, status, fmt.Sprintf("This proxy takes no requests of more than %d bytes.", limit))
}

// allowMethods refuses methods that it does not know.
func allowMethods() behaviour.Definition {
	return behaviour.Definition{
		Name:    "allow-methods",
		Help:    "Refuses all other methods, such as BITS_POST.",
		Source:  "RFC 9110 15.6.2; Squid configuration reference: extension_methods, by which versions before 3.2 took methods that they did not know",
		Example: "{allow-methods: {methods: 'GET, HEAD, POST, CONNECT'}}",
		Params: []behaviour.Param{
			{Name: "methods", Type: behaviour.String, Default: "GET, HEAD, POST, PUT, DELETE, OPTIONS, TRACE, CONNECT", Help: "The methods that pass, separated by commas."},
			{Name: "status", Type: behaviour.Status, Default: http.StatusNotImplemented, Help: "The status of the refusal."},
		},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			known, status := words(a.String("methods")), a.Int("status")
			if len(known) == 0 {
				return nil, errors.New(`parameter "methods" names no method`)
			}
			return func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if slices.Contains(known, r.Method) {
						next.ServeHTTP(w, r)
						return
					}
					hopOf(r).note(r, "allow-methods: refused %s with %d", r.Method, status)
					_, _ = io.CopyN(io.Discard, r.Body, maxDrain)
					showPage(w, status, "This proxy passes on "+strings.Join(known, ", ")+" only.")
				})
			}, nil
		},
	}
}
