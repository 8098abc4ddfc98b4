package recording

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/wualab/wualab/transcript"
)

// client is one client connection, with the upstream connections that are its alone.
type client struct {
	*Recorder
	tap    *transcript.Conn
	in     *bufio.Reader
	fixed  *Origin // where all requests go; nil for a forward proxy
	inner  bool    // the connection is within a tunnel that was taken apart
	direct bool    // no proxy is asked on the way
	ups    map[string]*upstream
}

// upstream is a connection to a server or to the next proxy.
type upstream struct {
	net.Conn
	in      *bufio.Reader
	watched net.Conn // beneath; nil when somebody else ends it
}

func newUpstream(c net.Conn) *upstream { return &upstream{Conn: c, in: bufio.NewReader(c)} }

func (u *upstream) end(r *Recorder) {
	_ = u.Close()
	if u.watched != nil {
		r.unwatch(u.watched)
	}
}

// relay serves the requests of a connection one after the other.
func (r *Recorder) relay(tap *transcript.Conn, fixed *Origin) {
	c := &client{Recorder: r, tap: tap, in: bufio.NewReader(tap), fixed: fixed, direct: r.cfg.UpstreamProxy == "", ups: map[string]*upstream{}}
	c.serve()
}

func (c *client) serve() {
	defer func() {
		_ = c.tap.Close()
		for _, up := range c.ups {
			up.end(c.Recorder)
		}
	}()
	for {
		m, err := readHead(c.in, false)
		if err != nil {
			if err != io.EOF && !isNetwork(err) {
				c.refuse(http.StatusBadRequest, "wualab record: "+err.Error())
			}
			return
		}
		if !c.request(m) {
			return
		}
	}
}

func isNetwork(err error) bool {
	var n net.Error
	return errors.As(err, &n) || errors.Is(err, net.ErrClosed) || errors.Is(err, io.ErrUnexpectedEOF)
}

// request passes one request on, and reports whether another may follow.
func (c *client) request(m *transcript.Message) bool {
	if m.Method == http.MethodConnect && c.fixed == nil {
		return c.connect(m)
	}
	origin, target, err := c.target(m)
	if err != nil {
		c.refuse(http.StatusBadRequest, "wualab record: "+err.Error())
		return false
	}
	up, err := c.upstream(origin)
	if err != nil {
		c.refuse(http.StatusBadGateway, "wualab record: "+err.Error())
		return false
	}
	return c.exchange(m, up, c.head(m, origin, target))
}

// target finds the server that a request is for, and how the target is written to it.
func (c *client) target(m *transcript.Message) (Origin, string, error) {
	if c.fixed != nil {
		if strings.HasPrefix(m.URL, "/") || m.URL == "*" {
			return *c.fixed, m.URL, nil
		}
		if u, err := url.Parse(m.URL); err == nil && u.Host != "" {
			return *c.fixed, u.RequestURI(), nil
		}
		return Origin{}, "", fmt.Errorf("the request target %q is no path", m.URL)
	}
	u, err := url.Parse(m.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" {
		return Origin{}, "", fmt.Errorf("%q is no URL of http: this is a proxy", m.URL)
	}
	origin, err := OriginOf(u)
	return origin, pathOf(m.URL), err
}

// pathOf gives the target in origin-form, with the spelling that it has.
func pathOf(target string) string {
	_, rest, ok := strings.Cut(target, "://")
	if !ok {
		return target
	}
	i := strings.IndexAny(rest, "/?#")
	switch {
	case i < 0:
		return "/"
	case rest[i] == '/':
		return rest[i:]
	}
	return "/" + rest[i:]
}

// head is the request's as it goes on.
func (c *client) head(m *transcript.Message, origin Origin, target string) []byte {
	if c.fixed == nil && !c.direct {
		return m.Head // from proxy to proxy
	}
	if !c.direct && !c.inner && !origin.TLS {
		target = origin.URL() + target
	}
	hasConnection := m.Get("Connection") != ""
	return rewrite(m, target, func(name string, line []byte) []byte {
		switch {
		case name == "host" && c.fixed != nil && !c.inner:
			return []byte("Host: " + origin.Authority() + "\r\n")
		case name == "proxy-authorization" && c.fixed == nil:
			return nil // for the recorder, who demands nothing
		case name == "proxy-connection" && c.fixed == nil:
			if hasConnection {
				return nil
			}
			return append([]byte("Connection"), line[strings.IndexByte(string(line), ':'):]...)
		}
		return line
	})
}

// exchange sends a request, relays what is answered, and reports whether another may
// follow.
func (c *client) exchange(m *transcript.Message, up *upstream, head []byte) bool {
	if _, err := up.Write(head); err != nil {
		c.tap.Note("recorder: %v", transcript.WithoutAddresses(err))
		return false
	}
	sent := make(chan error, 1)
	frame := requestFraming(m)
	if frame.empty() {
		sent <- nil
	} else {
		go func() { sent <- copyBody(up, c.in, frame, io.Discard) }()
	}
	goes, err := c.answer(m, up)
	if err != nil {
		c.tap.Note("recorder: %v", transcript.WithoutAddresses(err))
		goes = false
	}
	if goes {
		return <-sent == nil && stays(m)
	}
	_, _ = c.tap.Close(), up.Close() // ends the copying
	<-sent
	return false
}

// answer relays the answer to a request, and the interim ones before it.
func (c *client) answer(m *transcript.Message, up *upstream) (goes bool, err error) {
	waits := m.Get("Expect") != "" // with the body for an interim answer
	for {
		reply, err := readHead(up.in, true)
		if err != nil {
			return false, short(err)
		}
		if _, err := c.tap.Write(c.homeward(reply)); err != nil {
			return false, err
		}
		switch {
		case reply.Status == http.StatusSwitchingProtocols:
			c.tunnel(up)
			return false, nil
		case reply.Status/100 == 1:
			waits = false
			continue
		}
		frame := responseFraming(reply, m.Method)
		if frame.empty() {
			return stays(reply) && !waits, nil
		}
		goes, err = c.content(up, reply, frame)
		return goes && !waits, err
	}
}

// homeward is the head of an answer as the client gets it: a redirect to the server leads
// to the recorder that stands before it.
func (c *client) homeward(reply *transcript.Message) []byte {
	to := reply.Get("Location")
	if c.fixed == nil || c.inner || to == "" {
		return reply.Head
	}
	u, err := url.Parse(to)
	if err != nil || u.Host == "" {
		return reply.Head
	}
	if o, err := OriginOf(u); err != nil || o != *c.fixed {
		return reply.Head
	}
	first, rest, _ := strings.Cut(string(reply.Head), "\n")
	lines := strings.SplitAfter(rest, "\n")
	for i, line := range lines {
		if name, _, ok := strings.Cut(line, ":"); ok && strings.EqualFold(strings.TrimSpace(name), "Location") {
			lines[i] = name + ": " + c.URL() + pathOf(to) + "\r\n"
		}
	}
	return []byte(first + "\n" + strings.Join(lines, ""))
}

// content relays and keeps the body of an answer.
func (c *client) content(up *upstream, reply *transcript.Message, frame framing) (goes bool, err error) {
	kept := c.cfg.Bodies.begin()
	err = copyBody(c.tap, up.in, frame, kept)
	if _, why := kept.commit(); why != nil {
		c.tap.Note("recorder: a body was not kept: %v", why)
	}
	return err == nil && !frame.toClose && stays(reply), err
}

// upstream gives the client's connection to a server, or to the next proxy.
func (c *client) upstream(o Origin) (*upstream, error) {
	addr := o.Addr()
	if !c.direct && !c.inner {
		if !o.TLS || c.fixed == nil {
			addr = c.cfg.UpstreamProxy
		} else {
			return c.throughProxy(o)
		}
	}
	if up := c.ups[addr]; up != nil {
		return up, nil
	}
	conn, err := c.dial(addr)
	if err != nil {
		return nil, err
	}
	up := newUpstream(conn)
	if o.TLS && addr == o.Addr() {
		if up, err = c.secure(conn, o); err != nil {
			c.unwatch(conn)
			return nil, err
		}
	}
	up.watched = conn
	c.ups[addr] = up
	return up, nil
}

func (c *client) dial(addr string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: c.cfg.Idle}
	conn, err := dialer.DialContext(c.ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("reaching %s: %w", addr, err)
	}
	quiet := &silent{Conn: conn, most: c.cfg.Idle}
	if !c.watch(quiet) {
		_ = conn.Close()
		return nil, net.ErrClosed
	}
	return quiet, nil
}

// refusalNote begins the note of an exchange that the recorder answered in place of a
// server.
const refusalNote = "the recorder answered itself: "

// refuse answers in place of a server.
func (c *client) refuse(status int, text string) {
	c.tap.Note("%s%s", refusalNote, strings.TrimPrefix(text, "wualab record: "))
	_, _ = fmt.Fprintf(c.tap, "HTTP/1.1 %d %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s\n",
		status, http.StatusText(status), len(text)+1, text)
}
