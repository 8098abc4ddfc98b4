package fakeproxy

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
)

// nextProxy is a connection to the next proxy in a chain on which CONNECT is tried.
// It stays while that proxy answers with challenges, since a login there belongs to
// it too.
type nextProxy struct {
	conn net.Conn
	in   *bufio.Reader
}

// connectVia asks the next proxy for the tunnel. Any answer but a 2xx is the
// client's.
func (s *Server) connectVia(w http.ResponseWriter, r *http.Request, target string) {
	c := hopOf(r).client
	resp, err := s.askNext(r, target)
	if err != nil {
		c.dropNext()
		s.gatewayError(w, r, s.cfg.Via, err)
		return
	}
	if resp.StatusCode/100 == 2 {
		next := c.next
		c.next = nil
		s.tunnel(w, r, &buffered{Conn: next.conn, r: next.in})
		return
	}
	s.relayRefusal(w, resp, r)
	if resp.Close || hopOf(r).old.closes() {
		c.dropNext()
	}
}

func (s *Server) askNext(r *http.Request, target string) (*http.Response, error) {
	h := hopOf(r)
	header := r.Header.Clone()
	dropHopByHop(header)
	s.showCredentials(header, h)
	addVia(header, r.ProtoMajor, r.ProtoMinor, s.cfg.Name)
	if _, ok := header["User-Agent"]; !ok {
		header["User-Agent"] = nil
	}
	if h.old != nil {
		h.old.edit(header)
	}
	ask := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: target}, Host: r.Host, Header: header}
	if err := h.client.openNext(r.Context()); err != nil {
		return nil, err
	}
	next := h.client.next
	defer context.AfterFunc(r.Context(), func() { _ = next.conn.Close() })()
	if err := ask.Write(h.old.writer(next.conn)); err != nil {
		return nil, fmt.Errorf("asking for the tunnel: %w", err)
	}
	return http.ReadResponse(next.in, ask)
}

func (c *client) openNext(ctx context.Context) error {
	if c.next != nil {
		return nil
	}
	conn, err := c.up.dial(ctx, c.server.cfg.Via)
	if err != nil {
		return err
	}
	c.server.workFor(conn, c.down)
	c.next = &nextProxy{conn: conn, in: bufio.NewReader(conn)}
	return nil
}

func (c *client) dropNext() {
	if c.next != nil {
		_ = c.next.conn.Close()
		c.next = nil
	}
}

// relayRefusal passes a refusal on.
func (s *Server) relayRefusal(w http.ResponseWriter, resp *http.Response, r *http.Request) {
	defer resp.Body.Close()
	s.forwardedResponse(resp, r)
	h := w.Header()
	clear(h)
	for name, values := range resp.Header {
		h[name] = values
	}
	out := &relay{ResponseWriter: w, server: s, hop: hopOf(r)}
	out.WriteHeader(resp.StatusCode)
	if _, err := io.Copy(out, resp.Body); err != nil {
		abort(r, fmt.Errorf("the next proxy's body ended early: %w", err))
	}
}
