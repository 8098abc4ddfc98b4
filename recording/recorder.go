package recording

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"sync"
	"time"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/authority"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/transcript"
)

// ProxyNode is the recorder's name in the record where it stands as a forward proxy.
const ProxyNode = "proxy"

// Config says where to stand. Bodies must be set.
type Config struct {
	Addr          string   // to listen at; "" is a free port of loopback
	Upstream      *url.URL // the server to stand before; nil: a forward proxy
	UpstreamProxy string   // host:port of the proxy that is asked in turn; "" asks servers

	// Authority makes the certificates where the recorder takes TLS apart: at its own
	// listener with TLS, and in tunnels to the hosts that Intercept tells. Nil passes
	// tunnels on unseen.
	Authority *authority.Authority
	TLS       bool
	Intercept func(host string) bool
	ServerTLS *tls.Config // towards servers; nil trusts the authorities of this computer

	Bodies *Bodies
	Conns  int           // client connections at a time; 0 is 500, further ones wait
	Idle   time.Duration // that a connection may be silent; 0 is 2 minutes
	Ended  func(*transcript.Exchange)
}

// Recorder is one that runs. It is safe for concurrent use.
type Recorder struct {
	cfg      Config
	listener net.Listener
	record   *transcript.Recorder
	ctx      context.Context
	cancel   context.CancelFunc
	running  sync.WaitGroup
	places   chan struct{}

	mu      sync.Mutex
	closed  bool
	conns   map[net.Conn]struct{}
	origins map[string]Origin // by node of the record
}

// Start listens and records until Close.
func Start(cfg Config) (*Recorder, error) {
	if cfg.Addr == "" {
		cfg.Addr = "127.0.0.1:0"
	}
	if cfg.Conns == 0 {
		cfg.Conns = 500
	}
	if cfg.Idle == 0 {
		cfg.Idle = 2 * time.Minute
	}
	r := &Recorder{cfg: cfg, conns: map[net.Conn]struct{}{}, origins: map[string]Origin{}, places: make(chan struct{}, cfg.Conns)}
	r.record = transcript.New(transcript.Options{Now: clock.Wall{}.Now, Decode: httpauth.DecodeForTranscript, Ended: cfg.Ended})
	if cfg.Upstream != nil {
		origin, err := OriginOf(cfg.Upstream)
		if err != nil {
			return nil, fmt.Errorf("recording: %w", err)
		}
		r.origins[r.node(origin)] = origin
	}
	var err error
	if r.listener, err = net.Listen("tcp", cfg.Addr); err != nil {
		return nil, fmt.Errorf("recording: %w", err)
	}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	r.running.Add(1)
	go r.accept()
	return r, nil
}

// Addr is where the recorder listens.
func (r *Recorder) Addr() string { return r.listener.Addr().String() }

// URL is the beginning of the recorder's own URLs.
func (r *Recorder) URL() string {
	if r.cfg.TLS {
		return "https://" + r.Addr()
	}
	return "http://" + r.Addr()
}

// Record gives what has happened so far, not redacted.
func (r *Recorder) Record() transcript.Record { return r.record.Record() }

// Origins gives the servers that nodes of the record stand for. The forward proxy's own
// node is none of them.
func (r *Recorder) Origins() map[string]Origin {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := map[string]Origin{}
	for node, origin := range r.origins {
		out[node] = origin
	}
	return out
}

// Close breaks all connections and waits for their ends. What is recorded stays.
func (r *Recorder) Close() error {
	r.mu.Lock()
	first := !r.closed
	r.closed = true
	for c := range r.conns {
		_ = c.Close()
	}
	r.mu.Unlock()
	var err error
	if first {
		r.cancel()
		err = r.listener.Close()
	}
	r.running.Wait()
	return err
}

func (r *Recorder) accept() {
	defer r.running.Done()
	for {
		select {
		case r.places <- struct{}{}:
		case <-r.ctx.Done():
			return
		}
		conn, err := r.listener.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			<-r.places
			continue
		}
		r.running.Add(1)
		go func() {
			defer r.running.Done()
			defer func() { <-r.places }()
			r.serve(conn)
		}()
	}
}

// watch lets Close break a connection; it is false when that was too late.
func (r *Recorder) watch(c net.Conn) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return false
	}
	r.conns[c] = struct{}{}
	return true
}

func (r *Recorder) unwatch(c net.Conn) {
	_ = c.Close()
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.conns, c)
}

// nodeName is what a scenario file takes for the name of a server.
var nodeName = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`)

// node names a server in the record.
func (r *Recorder) node(o Origin) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	for node, known := range r.origins {
		if known == o {
			return node
		}
	}
	node := o.Host
	if net.ParseIP(o.Host) != nil || o.Host == ProxyNode || o.Host == "client" || o.Host == "none" || o.Host == "localhost" || !nodeName.MatchString(o.Host) {
		node = "origin"
	}
	for i := 2; ; i++ {
		if _, taken := r.origins[node]; !taken {
			break
		}
		node = fmt.Sprintf("origin-%d", i)
	}
	r.origins[node] = o
	return node
}

// serve records one client connection.
func (r *Recorder) serve(tcp net.Conn) {
	if !r.watch(tcp) {
		_ = tcp.Close()
		return
	}
	defer r.unwatch(tcp)
	conn := net.Conn(&silent{Conn: tcp, most: r.cfg.Idle})
	if r.cfg.Upstream == nil {
		r.relay(r.record.Tap(ProxyNode, transcript.Proxy, conn), nil)
		return
	}
	origin, _ := OriginOf(r.cfg.Upstream) // Start has looked at it
	if r.cfg.TLS {
		config, err := r.certificate(origin.Host)
		if err != nil {
			return
		}
		conn = tls.Server(conn, config)
	}
	r.relay(r.record.Tap(r.node(origin), transcript.Server, conn), &origin)
}

// certificate is for a host that the recorder takes the place of.
func (r *Recorder) certificate(host string) (*tls.Config, error) {
	if r.cfg.Authority == nil {
		return nil, errors.New("no certification authority")
	}
	var names []string
	var ips []net.IP
	if ip := net.ParseIP(host); ip != nil {
		ips = append(ips, ip)
	} else {
		names = append(names, host)
	}
	return r.cfg.Authority.Server(host, names, ips)
}

// silent is a connection that is given up when nothing crosses it for too long.
type silent struct {
	net.Conn
	most time.Duration
}

func (s *silent) Read(p []byte) (int, error) {
	if err := s.SetReadDeadline(clock.Wall{}.Now().Add(s.most)); err != nil {
		return 0, err
	}
	return s.Conn.Read(p)
}

func (s *silent) Write(p []byte) (int, error) {
	if err := s.SetWriteDeadline(clock.Wall{}.Now().Add(s.most)); err != nil {
		return 0, err
	}
	return s.Conn.Write(p)
}

// CloseWrite shuts the writing direction.
func (s *silent) CloseWrite() error {
	if c, ok := s.Conn.(interface{ CloseWrite() error }); ok {
		return c.CloseWrite()
	}
	return s.Close()
}
