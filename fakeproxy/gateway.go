package fakeproxy

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
)

// dialError says that no connection could be opened, as opposed to one that failed.
type dialError struct {
	addr string
	err  error
}

func (e *dialError) Error() string { return fmt.Sprintf("cannot connect to %s: %v", e.addr, e.err) }
func (e *dialError) Unwrap() error { return e.err }

// gatewayFailure turns a failed attempt upstream into the answer for the client (RFC
// 9110 15.6.3 and 15.6.5). Assumed: 502 for a name that can't be resolved, where
// products differ.
func gatewayFailure(proxy, host string, err error) (status int, words string) {
	var (
		dial    *dialError
		resolve *net.DNSError
		network net.Error
	)
	timedOut := errors.Is(err, context.DeadlineExceeded) || errors.As(err, &network) && network.Timeout()
	switch {
	case errors.As(err, &resolve):
		return http.StatusBadGateway, fmt.Sprintf("proxy %s: cannot resolve host %s: %v\n", proxy, resolve.Name, resolve.Err)
	case timedOut:
		return http.StatusGatewayTimeout, fmt.Sprintf("proxy %s: no answer from %s in time: %v\n", proxy, host, err)
	case errors.As(err, &dial):
		return http.StatusBadGateway, fmt.Sprintf("proxy %s: %v\n", proxy, dial)
	}
	return http.StatusBadGateway, fmt.Sprintf("proxy %s: no usable answer from %s: %v\n", proxy, host, err)
}

// refuse answers with a page of the proxy's own in plain words.
func refuse(w http.ResponseWriter, status int, words string) {
	page(w, status, "text/plain", words)
}

func page(w http.ResponseWriter, status int, contentType, text string) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", fmt.Sprint(len(text)))
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text)) // a client that is gone is nobody to tell
}
