package fakeproxy

import (
	"net"
	"net/http"

	"github.com/wualab/wualab/fakehttp"
)

// client is what belongs to one client connection and dies with it, but for the
// login: the connections upstream. Its requests come one after the other.
type client struct {
	server  *Server
	refused bool // over the limit of connections
	conn    *fakehttp.Conn
	down    net.Conn // the same as the clock knows it; nil only under a foreign http server
	up      *upstream
	next    *nextProxy // an open connection to the next proxy on which a CONNECT is under way
}

type clientKey struct{}

func (s *Server) clientOf(r *http.Request) *client {
	conn := fakehttp.ConnOf(r)
	return conn.Value(clientKey{}, func() any {
		c := &client{server: s, conn: conn, down: conn.NetConn()}
		c.refused = s.conns.Add(1) > int64(s.cfg.MaxConns)
		c.up = s.newUpstream()
		return c
	}).(*client)
}

// Close is called when the client's connection has ended.
func (c *client) Close() error {
	c.server.conns.Add(-1)
	return c.up.Close()
}
