// Package rawhttp is the client of fakeserver's specs: one connection of its own,
// requests written as given, answers with everything that a spec may ask for.
package rawhttp

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

// patience bounds every read, so that a spec fails instead of hanging.
const patience = 20 * time.Second

// Conn is one client connection. It is not safe for concurrent use.
type Conn struct {
	net.Conn
	r *bufio.Reader
}

// Dial connects to addr; wrap, when not nil, wraps the connection.
func Dial(addr string, wrap func(net.Conn) net.Conn) (*Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("dialling %s: %w", addr, err)
	}
	if wrap != nil {
		conn = wrap(conn)
	}
	return &Conn{Conn: conn, r: bufio.NewReader(conn)}, conn.SetDeadline(time.Now().Add(patience))
}

// Answer is what came back.
type Answer struct {
	Proto  string
	Status int
	Reason string // of the status line
	Header http.Header
	Body   []byte
	Length int64 // as Content-Length says; -1 without
	TE     []string
	Close  bool  // the server said that it closes
	Err    error // where the answer broke off; the rest is what came before
}

// Do sends a request with the given header lines and reads the answer. Without a Host
// among them it is for the host origin.
func (c *Conn) Do(method, path string, lines ...string) Answer {
	if !slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, "Host:") }) {
		lines = append([]string{"Host: origin"}, lines...)
	}
	head := method + " " + path + " HTTP/1.1\r\n" + strings.Join(append(lines, "", ""), "\r\n")
	if _, err := io.WriteString(c, head); err != nil {
		return Answer{Err: err}
	}
	resp, err := http.ReadResponse(c.r, &http.Request{Method: method})
	if err != nil {
		return Answer{Err: err}
	}
	defer resp.Body.Close()
	_, reason, _ := strings.Cut(resp.Status, " ")
	a := Answer{Reason: reason, Proto: resp.Proto, Status: resp.StatusCode, Header: resp.Header, Length: resp.ContentLength,
		TE: resp.TransferEncoding, Close: resp.Close}
	a.Body, a.Err = io.ReadAll(resp.Body)
	return a
}

// Get sends a GET request.
func (c *Conn) Get(path string, lines ...string) Answer { return c.Do(http.MethodGet, path, lines...) }

// Head sends a HEAD request.
func (c *Conn) Head(path string, lines ...string) Answer {
	return c.Do(http.MethodHead, path, lines...)
}

// End reads on after the last answer and returns how the server ended the
// connection: io.EOF, a reset, or a time-out when it did not.
func (c *Conn) End() error {
	_, err := c.r.ReadByte()
	return err
}
