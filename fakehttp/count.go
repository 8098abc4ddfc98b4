package fakehttp

import (
	"net"
	"net/netip"
)

// maxClients bounds the addresses whose connections are counted by themselves; those of
// all further addresses are counted together.
const maxClients = 1 << 16

// Number tells the how-manieth connection of its client's address this is at the fake,
// from 1, in the order in which they were accepted. A nil Conn has 0.
func (c *Conn) Number() int {
	if c == nil {
		return 0
	}
	return c.number
}

// Requests tells how many requests have come on the connection, with the one under
// way. A nil Conn has 0.
func (c *Conn) Requests() int {
	if c == nil {
		return 0
	}
	return int(c.requests.Load())
}

// Client gives the address that the connection came from, without the port; the zero
// Addr when that is none of IP. A nil Conn has the zero Addr.
func (c *Conn) Client() netip.Addr {
	if c == nil {
		return netip.Addr{}
	}
	if tcp, ok := c.tcp.RemoteAddr().(*net.TCPAddr); ok {
		return tcp.AddrPort().Addr().Unmap()
	}
	return netip.Addr{}
}

// number counts a new connection; the server's lock is held.
func (s *Server) number(c *Conn) int {
	client := c.Client()
	if _, known := s.clients[client]; !known && len(s.clients) >= maxClients {
		client = netip.Addr{}
	}
	s.clients[client]++
	return s.clients[client]
}
