package winhttp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"slices"
	"sync"

	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/transcript"
)

// Config sets up a [Client].
type Config struct {
	// Node names the client in the record; empty is "client".
	Node string
	// Dial connects to a host and port. Nil is [DialResolved] with Resolver.
	Dial DialFunc
	// Resolver says where names lie, usually the *machine.Machine. Nil asks the
	// real network. It is not used when Dial is set.
	Resolver Resolver
	// Discovery serves automatic proxy configuration; nil finds none.
	Discovery Discovery
	// Clock is the world's time; nil is real time.
	Clock clock.Clock
	// Recorder takes what crosses the wire; nil records nothing.
	Recorder *transcript.Recorder
	// TLS is used for https, with ServerName set to the host and Time to the
	// Clock where they are empty.
	TLS    *tls.Config
	Limits Limits
	// Link is the PC's network link, which all bytes take their time on, as long as
	// it is Timed; nothing is sent while it is down. Nil is always there.
	Link *link.Link
}

// DialFunc makes a connection to a host, by name or address, and a port. A name
// that does not exist must give an error that wraps ErrNameNotResolved or a
// *net.DNSError.
type DialFunc func(ctx context.Context, host string, port int) (net.Conn, error)

// Resolver says at which network address, host:port, a name and port lie.
type Resolver interface {
	Resolve(name string, port int) (addr string, ok bool)
}

// ErrNameNotResolved says that there is no such name.
var ErrNameNotResolved = errors.New("no such host name")

// Client is a WinHTTP client with its connections. Make it with New. It is safe
// for concurrent use.
type Client struct {
	cfg Config

	mu     sync.Mutex
	closed bool
	conns  map[*conn]struct{}
	idle   map[connKey][]*conn
	lists  map[string]*x509.RevocationList // by URL
}

// connKey says what a connection can be used for.
type connKey struct {
	session string
	addr    string // host:port that the socket leads to: server or proxy
	tunnel  string // host:port at the end of a tunnel through the proxy
	tls     bool
	proxy   bool // addr is a proxy

	security Security // by which the server's certificate was judged; zero without TLS
	shown    string   // the client's certificate, in DER; empty for none and without TLS
}

// New gives a client. Close it when it is no longer needed.
func New(cfg Config) *Client {
	if cfg.Node == "" {
		cfg.Node = "client"
	}
	if cfg.Dial == nil {
		cfg.Dial = DialResolved(cfg.Resolver)
	}
	if cfg.Clock == nil {
		cfg.Clock = clock.Wall{}
	}
	cfg.Limits = cfg.Limits.withDefaults()
	return &Client{cfg: cfg, conns: map[*conn]struct{}{}, idle: map[connKey][]*conn{}, lists: map[string]*x509.RevocationList{}}
}

// Close closes all connections. Requests under way fail, as do later ones.
// Closing twice does nothing.
func (c *Client) Close() {
	c.mu.Lock()
	c.closed = true
	var open []*conn
	for cn := range c.conns {
		if cn.stopIdle != nil {
			cn.stopIdle()
		}
		if cn.hold != nil {
			cn.hold.Reclaim()
		}
		open = append(open, cn)
	}
	c.conns, c.idle = map[*conn]struct{}{}, map[connKey][]*conn{}
	c.mu.Unlock()
	for _, cn := range open {
		_ = cn.raw.Close()
		_ = cn.wire.Close()
	}
}

// keep takes a new connection into the client's care.
func (c *Client) keep(cn *conn) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return errClosed
	}
	c.conns[cn] = struct{}{}
	return nil
}

func (c *Client) forget(cn *conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	cn.hold = nil
	delete(c.conns, cn)
}

// bind makes h wait on the connection.
func (c *Client) bind(cn *conn, h clock.Hold) {
	c.mu.Lock()
	cn.hold = h
	c.mu.Unlock()
	h.Bind(cn.raw)
}

// take gives the connection for key that was used last, or nil.
func (c *Client) take(key connKey) *conn {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := c.idle[key]
	if len(list) == 0 {
		return nil
	}
	cn := list[len(list)-1]
	c.leaveIdle(cn)
	if cn.stopIdle != nil {
		cn.stopIdle()
	}
	return cn
}

// leaveIdle takes cn off the idle list and reports whether it was there; c.mu
// is held.
func (c *Client) leaveIdle(cn *conn) bool {
	list := c.idle[cn.key]
	i := slices.Index(list, cn)
	if i < 0 {
		return false
	}
	c.idle[cn.key] = slices.Delete(list, i, i+1)
	if len(c.idle[cn.key]) == 0 {
		delete(c.idle, cn.key)
	}
	return true
}

// release gives a connection back whose answer is read. It is kept for
// IdleTime.
func (c *Client) release(cn *conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	cn.hold = nil
	cn.rests++
	rest := cn.rests
	c.idle[cn.key] = append(c.idle[cn.key], cn)
	if c.cfg.Limits.IdleTime < 0 {
		return
	}
	cn.stopIdle = c.cfg.Clock.AfterFunc(c.cfg.Limits.IdleTime, "winhttp idle connection", func() {
		c.mu.Lock()
		idle := cn.rests == rest && c.leaveIdle(cn)
		c.mu.Unlock()
		if idle {
			cn.drop(nil)
		}
	})
}
