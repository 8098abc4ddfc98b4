package control

import (
	"context"
	"crypto/rand"
	_ "embed" // for OpenAPI
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/net/netutil"

	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/scenarios"
)

// Config says what is driven, and how. Served must be set.
type Config struct {
	Served      *scenarios.Served
	Addr        string // "" is "127.0.0.1:0"
	Token       string // that requests must show as "Authorization: Bearer"; "" wants none on loopback, and makes one elsewhere
	ShowSecrets bool   // the transcript is given as it is, not redacted
	Version     string // of the program, for GET /v1

	// Shutdown is called once when a client asks for the end; nil answers 501. It must
	// not wait for Close.
	Shutdown func()
}

// Server is a running API. It is safe for concurrent use.
type Server struct {
	cfg      Config
	listener net.Listener
	http     *http.Server
	routes   []route
	ctx      context.Context // done when the server ends
	cancel   context.CancelFunc
	running  sync.WaitGroup
	stopping sync.Once
	streams  chan struct{} // has a place for each that may be open
}

const (
	mostConns   = 256
	mostStreams = 64
	headerTime  = 10 * time.Second
	idleTime    = 2 * time.Minute
	answerTime  = time.Minute // for a client to send its body and to take the answer
	graceTime   = 2 * time.Second
)

// OpenAPI is the description of the API (OpenAPI 3.1), in YAML.
//
//go:embed openapi.yaml
var OpenAPI []byte

// Start listens and serves until Close.
func Start(cfg Config) (*Server, error) {
	if cfg.Served == nil {
		return nil, errors.New("starting the control API: nothing is served")
	}
	if cfg.Addr == "" {
		cfg.Addr = "127.0.0.1:0"
	}
	listener, err := net.Listen("tcp", cfg.Addr)
	if err != nil {
		return nil, fmt.Errorf("starting the control API: %w", err)
	}
	if cfg.Token == "" && !loopback(listener.Addr().String()) {
		cfg.Token = newToken()
	}
	s := &Server{cfg: cfg, listener: listener, routes: routes(), streams: make(chan struct{}, mostStreams)}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.http = &http.Server{
		Handler:           http.HandlerFunc(s.serve),
		ErrorLog:          log.New(io.Discard, "", 0),
		ReadHeaderTimeout: headerTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    32 << 10,
		BaseContext:       func(net.Listener) context.Context { return s.ctx },

		DisableGeneralOptionsHandler: true,
	}
	s.running.Go(func() { _ = s.http.Serve(netutil.LimitListener(listener, mostConns)) })
	return s, nil
}

func newToken() string {
	b := make([]byte, 18)
	_, _ = rand.Read(b) // it never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// Addr returns the address that the server listens on, "127.0.0.1:8079".
func (s *Server) Addr() string { return s.listener.Addr().String() }

// URL returns the beginning of URLs on the server, for programs of this computer.
func (s *Server) URL() string {
	host, port, err := net.SplitHostPort(s.Addr())
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		return "http://" + net.JoinHostPort("127.0.0.1", port)
	}
	return "http://" + s.Addr()
}

// Token returns what requests must show, or "" when they need nothing.
func (s *Server) Token() string { return s.cfg.Token }

// Close ends the server: streams and those who wait for an expectation at once, other
// requests when they are answered, or after 2 seconds. Closing twice does nothing more.
func (s *Server) Close() error {
	s.cancel()
	grace, cancel := context.WithTimeout(context.Background(), graceTime)
	defer cancel()
	err := s.http.Shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		err = s.http.Close()
	}
	s.running.Wait()
	return err
}

// serve is the first to see a request.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.running.Add(1)
	defer s.running.Done()
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_ = http.NewResponseController(w).SetReadDeadline(deadline())
	_ = http.NewResponseController(w).SetWriteDeadline(deadline())
	defer func() { // a fault of ours must not end the fakes
		if fault := recover(); fault != nil && fault != http.ErrAbortHandler {
			s.note("the control API failed at %s %s: %v", r.Method, r.URL.Path, fault)
			answerProblem(w, problem(http.StatusInternalServerError, "fault", "%v", fault))
		}
	}()
	if p := s.guard(r); p != nil {
		answerProblem(w, p)
		return
	}
	one, params, p := s.find(r)
	if p != nil {
		answerProblem(w, p)
		return
	}
	call := &call{Server: s, w: w, r: r, params: params, query: r.URL.Query()}
	if p := call.checkQuery(one); p == nil {
		p = one.handle(call)
		if p != nil {
			answerProblem(w, p)
		}
	} else {
		answerProblem(w, p)
	}
}

// deadline is until when a client must have sent its body and taken the answer.
func deadline() time.Time { return clock.Wall{}.Now().Add(answerTime) }
