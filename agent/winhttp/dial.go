package winhttp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/transcript"
)

// DialResolved gives a DialFunc that connects to where r says that a name
// lies; addresses are taken as they are, and names that r does not know do not
// exist. With a nil r the real network's names are used.
func DialResolved(r Resolver) DialFunc {
	return func(ctx context.Context, host string, port int) (net.Conn, error) {
		addr := net.JoinHostPort(host, strconv.Itoa(port))
		if r != nil {
			known, ok := r.Resolve(host, port)
			_, notIP := netip.ParseAddr(host)
			switch {
			case ok:
				addr = known
			case notIP != nil:
				return nil, fmt.Errorf("%q: %w", host, ErrNameNotResolved)
			}
		}
		return new(net.Dialer).DialContext(ctx, "tcp", addr)
	}
}

// key says which connection the call needs.
func (k *call) key() connKey {
	key := connKey{session: k.req.Session, addr: authority(k.url), tls: k.url.Scheme == "https"}
	if key.tls {
		key.security = k.req.Security
		if c := k.req.Certificate; c != nil {
			key.shown = string(c.Certificate[0])
		}
	}
	if k.proxy != "" {
		key.addr, key.proxy = k.proxy, true
		if key.tls {
			key.tunnel = authority(k.url)
		}
	}
	return key
}

// connect gives a connection that the request can be sent on; fresh: a new
// one. The reply is the proxy's when it refuses the tunnel.
func (k *call) connect(fresh bool) (*conn, *reply, error) {
	key := k.key()
	if !fresh {
		if cn := k.c.take(key); cn != nil {
			return cn, nil, nil
		}
	}
	if key.tunnel != "" {
		return k.tunnel(key)
	}
	cn, err := k.dial(key)
	if err != nil {
		return nil, nil, err
	}
	if key.tls {
		return k.secured(cn)
	}
	cn.speak(cn.wire)
	return cn, nil, nil
}

// dial makes the TCP connection.
func (k *call) dial(key connKey) (*conn, error) {
	host, port, err := net.SplitHostPort(key.addr)
	n, err2 := strconv.Atoi(port)
	if err != nil || err2 != nil {
		return nil, k.fail("connect", nil, fmt.Errorf("%q: %w", key.addr, errBadURL), hresult.ERROR_WINHTTP_INVALID_URL)
	}
	ctx, cancel := context.WithCancel(k.ctx)
	defer cancel()
	var raw net.Conn
	connecting := span{"winhttp connect to " + key.addr, k.c.cfg.Limits.ConnectTimeout}
	err = k.c.guard(k.ctx, k.hold, connecting, cancel, func(*clock.Patience) (err error) {
		if err := k.c.cfg.Link.RoundTrip(ctx, k.hold, k.req.Class); err != nil {
			return err
		}
		raw, err = k.c.cfg.Dial(ctx, host, n)
		return err
	})
	if err != nil {
		if raw != nil {
			_ = raw.Close()
		}
		return nil, k.fail("connect", nil, dialError(err), hresult.ERROR_WINHTTP_CANNOT_CONNECT)
	}
	raw = k.c.cfg.Clock.Track(raw)
	wire, m := k.c.meter(raw)
	cn := &conn{client: k.c, key: key, raw: raw, metered: m, wire: wire, logins: map[loginKey]httpauth.Scheme{}}
	if err := k.c.keep(cn); err != nil {
		_ = cn.raw.Close()
		return nil, k.fail("connect", nil, err, hresult.ERROR_WINHTTP_CANNOT_CONNECT)
	}
	return cn, nil
}

// dialError marks the time-outs of the real network. The address is left out: it
// is the resolver's choice, and another port in every run.
func dialError(err error) error {
	err = transcript.WithoutAddresses(err)
	var network net.Error
	if errors.As(err, &network) && network.Timeout() && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%w: %w", errTimeout, err)
	}
	return err
}

// tunnel asks the proxy for a tunnel and speaks TLS in it. The 407 loop of
// CONNECT is its own.
func (k *call) tunnel(key connKey) (*conn, *reply, error) {
	r, err := k.converse(&message{
		method:  http.MethodConnect,
		logins:  []*login{k.proxyLogin()},
		targets: map[httpauth.Target]string{httpauth.Proxy: authority(k.url)},
		bytes:   k.connectBytes,
		connect: func(bool) (*conn, *reply, error) {
			cn, err := k.dial(key)
			if err == nil {
				cn.speak(cn.wire)
			}
			return cn, nil, err
		},
	})
	if err != nil {
		return nil, nil, err
	}
	if r.resp.StatusCode/100 != 2 {
		r.connect, r.stays = true, false // no tunnel: of no use to others
		return nil, r, nil
	}
	if r.cn.br.Buffered() > 0 {
		err := fmt.Errorf("%w: bytes follow the answer to CONNECT", errBadResponse)
		r.cn.drop(err)
		return nil, nil, k.fail("connect", r.cn, err, hresult.ERROR_WINHTTP_INVALID_SERVER_RESPONSE)
	}
	return k.secured(r.cn)
}

// secured makes the TLS connection over what cn is so far.
func (k *call) secured(cn *conn) (*conn, *reply, error) {
	secure := tls.Client(cn.wire, k.tlsConfig())
	k.c.bind(cn, k.hold)
	cn.metered.serve(k)
	err := k.guard(cn, span{"winhttp TLS handshake", k.c.cfg.Limits.ConnectTimeout}, func() error {
		return secure.HandshakeContext(k.ctx)
	})
	if err != nil {
		fallback := tlsCode(err)
		if isEnd(err) && !isAlert(err) {
			fallback = hresult.ERROR_WINHTTP_CONNECTION_ERROR
		}
		cn.drop(err)
		return nil, nil, k.fail("TLS handshake", cn, err, fallback)
	}
	cn.peer = secure.ConnectionState().PeerCertificates[0]
	if k.req.Security.CheckRevocation {
		if err := k.checkRevocation(cn.peer); err != nil {
			cn.drop(err)
			return nil, nil, k.fail("TLS handshake", cn, err, hresult.ERROR_WINHTTP_SECURE_CERT_REV_FAILED)
		}
	}
	cn.speak(secure)
	return cn, nil, nil
}

func (k *call) tlsConfig() *tls.Config {
	cfg := &tls.Config{}
	if k.c.cfg.TLS != nil {
		cfg = k.c.cfg.TLS.Clone()
	}
	if cfg.ServerName == "" {
		cfg.ServerName = k.url.Hostname()
	}
	if cfg.Time == nil {
		cfg.Time = k.c.cfg.Clock.Now
	}
	k.judge(cfg)
	k.identify(cfg)
	return cfg
}
