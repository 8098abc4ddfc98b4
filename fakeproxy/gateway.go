package fakeproxy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
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
		tooLong *http.MaxBytesError
	)
	timedOut := errors.Is(err, context.DeadlineExceeded) || errors.As(err, &network) && network.Timeout()
	switch {
	case errors.As(err, &resolve):
		return http.StatusBadGateway, fmt.Sprintf("proxy %s: cannot resolve host %s: %v\n", proxy, resolve.Name, resolve.Err)
	case timedOut:
		return http.StatusGatewayTimeout, fmt.Sprintf("proxy %s: no answer from %s in time: %v\n", proxy, host, err)
	case errors.As(err, &tooLong):
		return http.StatusRequestEntityTooLarge, fmt.Sprintf("proxy %s: the body has more than %d bytes\n", proxy, tooLong.Limit)
	case errors.As(err, &dial):
		return http.StatusBadGateway, fmt.Sprintf("proxy %s: %v\n", proxy, dial)
	}
	return http.StatusBadGateway, fmt.Sprintf("proxy %s: no usable answer from %s: %v\n", proxy, host, err)
}

// refuse answers in plain words.
func refuse(w http.ResponseWriter, status int, words string) {
	write(w, status, "text/plain", words)
}

// statusPage is the page of a status that the proxy was told to answer.
func statusPage(w http.ResponseWriter, _ *http.Request, status int) {
	showPage(w, status, "The proxy answers so because it was told to.")
}

// showPage answers with a page for a person. Assumed: its form.
func showPage(w http.ResponseWriter, status int, text string) {
	title := strconv.Itoa(status) + " " + http.StatusText(status)
	write(w, status, "text/html", "<html><head><title>"+title+"</title></head>\r\n<body><h1>"+title+"</h1>\r\n<p>"+text+"</p></body></html>\r\n")
}

func write(w http.ResponseWriter, status int, contentType, text string) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text) // a client that is gone is nobody to tell
}
