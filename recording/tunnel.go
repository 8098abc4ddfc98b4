package recording

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/wualab/wualab/transcript"
)

// established is what a client reads when its tunnel stands.
const established = "HTTP/1.1 200 Connection established\r\n\r\n"

// connect makes a tunnel, and reports whether another request may follow: that is so
// when the next proxy refused it.
func (c *client) connect(m *transcript.Message) bool {
	origin, err := connectOrigin(m.URL)
	if err != nil {
		c.refuse(http.StatusBadRequest, "wualab record: "+err.Error())
		return false
	}
	opens := c.cfg.Authority != nil && c.cfg.Intercept != nil && c.cfg.Intercept(origin.Host)
	if c.direct {
		conn, err := c.dial(origin.Addr())
		if err != nil {
			c.refuse(http.StatusBadGateway, "wualab record: "+err.Error())
			return false
		}
		defer c.unwatch(conn)
		c.through(conn, origin, opens, []byte(established))
		return false
	}
	up, err := c.upstream(Origin{Host: origin.Host, Port: origin.Port})
	if err != nil {
		c.refuse(http.StatusBadGateway, "wualab record: "+err.Error())
		return false
	}
	if _, err := up.Write(m.Head); err != nil {
		return false
	}
	reply, err := readHead(up.in, true)
	switch {
	case err != nil:
		c.tap.Note("recorder: %v", transcript.WithoutAddresses(short(err)))
		return false
	case reply.Status/100 == 2:
		c.through(&buffered{up.Conn, up.in}, origin, opens, reply.Head)
		return false
	}
	if _, err := c.tap.Write(reply.Head); err != nil {
		return false
	}
	frame := responseFraming(reply, "")
	if frame.empty() {
		return stays(reply) && stays(m)
	}
	goes, err := c.content(up, reply, frame)
	return goes && err == nil && stays(m)
}

// connectOrigin reads host:port.
func connectOrigin(target string) (Origin, error) {
	host, port, err := net.SplitHostPort(target)
	n, bad := strconv.Atoi(port)
	if err != nil || bad != nil || host == "" || n < 1 || n > 65535 {
		return Origin{}, fmt.Errorf("%q is no host:port", target)
	}
	return Origin{Host: strings.ToLower(host), Port: n, TLS: true}, nil
}

// through joins the client to a server, unseen or taken apart.
func (c *client) through(conn net.Conn, origin Origin, opens bool, reply []byte) {
	if !opens {
		if _, err := c.tap.Write(reply); err == nil {
			c.tunnel(newUpstream(conn))
		}
		return
	}
	up, err := c.secure(conn, origin)
	if err != nil {
		c.refuse(http.StatusBadGateway, "wualab record: "+err.Error())
		return
	}
	config, err := c.certificate(origin.Host)
	if err != nil {
		c.refuse(http.StatusBadGateway, "wualab record: "+err.Error())
		return
	}
	if _, err := c.tap.Write(reply); err != nil {
		return
	}
	c.tap.Note("recorder: took the tunnel apart")
	near := tls.Server(&buffered{c.tap, c.in}, config)
	if err := near.HandshakeContext(c.ctx); err != nil {
		c.tap.Note("recorder: TLS with the client: %v", transcript.WithoutAddresses(err))
		return
	}
	tap := c.record.Tap(c.node(origin), transcript.Server, near)
	inner := &client{Recorder: c.Recorder, tap: tap, in: bufio.NewReader(tap), fixed: &origin, inner: true, direct: true,
		ups: map[string]*upstream{origin.Addr(): up}}
	inner.serve()
}

// throughProxy gives a connection to a server with TLS behind the next proxy.
func (c *client) throughProxy(o Origin) (*upstream, error) {
	if up := c.ups[o.Addr()]; up != nil {
		return up, nil
	}
	conn, err := c.dial(c.cfg.UpstreamProxy)
	if err != nil {
		return nil, err
	}
	in := bufio.NewReader(conn)
	if _, err = fmt.Fprintf(conn, "CONNECT %s HTTP/1.1\r\nHost: %[1]s\r\n\r\n", o.Addr()); err == nil {
		var reply *transcript.Message
		if reply, err = readHead(in, true); err == nil && reply.Status/100 != 2 {
			err = fmt.Errorf("the proxy %s answered %d to CONNECT; a client that can log in must ask the recorder as its proxy", c.cfg.UpstreamProxy, reply.Status)
		}
	}
	if err != nil {
		c.unwatch(conn)
		return nil, err
	}
	up, err := c.secure(&buffered{conn, in}, o)
	if err != nil {
		c.unwatch(conn)
		return nil, err
	}
	up.watched = conn
	c.ups[o.Addr()] = up
	return up, nil
}

// secure speaks TLS with a server. HTTP/2 is not offered.
func (c *client) secure(conn net.Conn, o Origin) (*upstream, error) {
	config := &tls.Config{}
	if c.cfg.ServerTLS != nil {
		config = c.cfg.ServerTLS.Clone()
	}
	config.ServerName = o.Host
	far := tls.Client(conn, config)
	if err := far.HandshakeContext(c.ctx); err != nil {
		return nil, fmt.Errorf("TLS with %s: %w", o.Addr(), err)
	}
	return newUpstream(far), nil
}

// tunnel passes bytes both ways until both directions have ended.
func (c *client) tunnel(up *upstream) {
	var sent, received int64
	var both sync.WaitGroup
	both.Add(2)
	go func() {
		defer both.Done()
		sent, _ = io.Copy(up.Conn, c.in)
		closeWrite(up.Conn)
	}()
	go func() {
		defer both.Done()
		received, _ = io.Copy(c.tap, up.in)
		closeWrite(c.tap)
	}()
	both.Wait()
	c.tap.Note("recorder: a tunnel of %d bytes up and %d bytes down", sent, received)
}

// closeWrite ends one direction; the other may go on.
func closeWrite(c net.Conn) {
	if w, ok := c.(interface{ CloseWrite() error }); ok {
		_ = w.CloseWrite()
		return
	}
	_ = c.Close()
}

// buffered is a connection of which something was read ahead.
type buffered struct {
	net.Conn
	in *bufio.Reader
}

func (b *buffered) Read(p []byte) (int, error) { return b.in.Read(p) }

// CloseWrite shuts the writing direction.
func (b *buffered) CloseWrite() error {
	if w, ok := b.Conn.(interface{ CloseWrite() error }); ok {
		return w.CloseWrite()
	}
	return b.Close()
}
