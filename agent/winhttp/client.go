package winhttp

import (
	"context"
	"crypto/tls"
	"errors"
	"net"

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
	// Clock is the world's time; nil is real time.
	Clock clock.Clock
	// Recorder takes what crosses the wire; nil records nothing.
	Recorder *transcript.Recorder
	// TLS is used for https, with ServerName set to the host when it is empty.
	TLS    *tls.Config
	Limits Limits
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
}

// New gives a client. Close it when it is no longer needed.
func New(cfg Config) *Client { return &Client{cfg: cfg} }

// Close closes all connections, also those in use. Requests fail afterwards.
func (c *Client) Close() {}

// Do sends a request and returns the final answer. A status of any kind is no
// error; an error is an *Error. h is the caller's hold on the clock: it is
// bound to the connection while an answer is due, and reading the body needs
// it still.
func (c *Client) Do(ctx context.Context, h clock.Hold, r *Request) (*Response, error) {
	return nil, errors.New("not written yet")
}
