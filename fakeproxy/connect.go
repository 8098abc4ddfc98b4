package fakeproxy

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
)

// connect opens a tunnel (RFC 9110 9.3.6). Until the next hop is reached the client's
// connection stays with net/http, so that every refusal leaves it open.
func (s *Server) connect(w http.ResponseWriter, r *http.Request) {
	target := r.RequestURI
	if _, port, err := net.SplitHostPort(target); err != nil || port == "" {
		refuse(w, http.StatusBadRequest, fmt.Sprintf("proxy %s: CONNECT wants host:port, not %q (RFC 9112 3.2.3)\n", s.cfg.Name, target))
		return
	}
	if s.cfg.Via != "" {
		s.connectVia(w, r, target)
		return
	}
	c := hopOf(r).client
	up, err := c.up.dial(r.Context(), target)
	if err != nil {
		s.gatewayError(w, r, target, err)
		return
	}
	s.workFor(up, c.down)
	s.tunnel(w, r, &buffered{Conn: up, r: up})
}

func (s *Server) gatewayError(w http.ResponseWriter, r *http.Request, host string, err error) {
	if unwanted(r) {
		abort(r, err)
	}
	status, words := gatewayFailure(s.cfg.Name, host, err)
	hopOf(r).note(r, "%s", strings.TrimSpace(words))
	refuse(w, status, words)
}

// tunnel takes the client's connection over and copies until both sides are done.
func (s *Server) tunnel(w http.ResponseWriter, r *http.Request, up *buffered) {
	defer up.Close()
	conn, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		hopOf(r).note(r, "taking the connection over: %v", err)
		return
	}
	defer conn.Close()
	if err := established(conn, r); err != nil {
		return
	}
	join(&buffered{Conn: conn, r: rw.Reader}, up)
}

// established tells the client that the tunnel is open, and what the gate has to say.
func established(conn net.Conn, r *http.Request) error {
	head := fmt.Sprintf("HTTP/%d.%d 200 Connection established\r\n", r.ProtoMajor, r.ProtoMinor)
	var fields strings.Builder
	if err := hopOf(r).login.Write(&fields); err != nil {
		return err
	}
	_, err := io.WriteString(conn, head+fields.String()+"\r\n")
	return err
}

// join copies both ways. An end of file is passed on as such and leaves the other
// way open; an error breaks both.
func join(a, b *buffered) {
	var both sync.WaitGroup
	both.Go(func() { pump(a, b) })
	both.Go(func() { pump(b, a) })
	both.Wait()
}

func pump(to, from *buffered) {
	_, err := io.Copy(to.Conn, from.r)
	if err == nil {
		err = closeWrite(to.Conn)
	}
	if err != nil {
		_ = to.Close()
		_ = from.Close()
	}
}

// buffered is a connection of which some bytes may have been read already.
type buffered struct {
	net.Conn
	r io.Reader
}

func closeWrite(c net.Conn) error {
	if half, ok := c.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return c.Close()
}
