package fakeproxy

import (
	"context"
	"net/http"
	"slices"
)

// hop is what is known of one request on its way through the proxy. Behaviours set
// its switches; one goroutine at a time uses it.
type hop struct {
	client      *client
	target      string // the request target as the client wrote it
	credentials string // Proxy-Authorization as the client wrote it

	shared             bool       // upstream connections are shared with other clients
	forwardCredentials bool       // Proxy-Authorization goes on to the next hop
	old                *http10Hop // the next hop is asked in HTTP/1.0; nil: in HTTP/1.1

	account string      // who has logged in
	login   http.Header // what the gate has for the head of the answer

	exchange *exchange // that the answer comes from; nil when it is the proxy's own
	cut      error     // why the response's body ended early
}

// ready reports whether the beginning of the answer's body has arrived.
func (h *hop) ready() bool {
	return h.exchange != nil && !h.exchange.over && h.exchange.conn.in.Buffered() > 0
}

// addLogin puts in what the gate has to say, in front of what came from upstream
// under the same name.
func (h *hop) addLogin(header http.Header) {
	for name, values := range h.login {
		if !slices.Equal(header[name], values) {
			header[name] = slices.Concat(values, header[name])
		}
	}
}

type hopKey struct{}

func withHop(r *http.Request, h *hop) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), hopKey{}, h))
}

// hopOf returns the hop that the server put into every request.
func hopOf(r *http.Request) *hop {
	h, _ := r.Context().Value(hopKey{}).(*hop)
	if h == nil {
		return new(hop)
	}
	return h
}
