package fakeserver

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/transcript"
)

// Server is a running origin. It is safe for concurrent use; a request that is
// under way while something is set is finished as it began.
type Server struct {
	cfg   Config
	root  *os.Root // nil without Config.Dir
	rand  *lockedRand
	http  *fakehttp.Server
	site  atomic.Pointer[site]
	began time.Time
	state behaviour.State

	mu sync.Mutex // for those who change site
}

// New checks the configuration and starts to serve. Errors say which file, route or
// behaviour is wrong.
func New(cfg Config) (*Server, error) {
	s, err := newServer(cfg)
	if err != nil {
		return nil, fmt.Errorf("fakeserver %q: %w", s.cfg.Name, errors.Join(err, s.closeRoot()))
	}
	return s, nil
}

func newServer(cfg Config) (*Server, error) {
	if cfg.Name == "" {
		cfg.Name = "origin"
	}
	if cfg.Clock == nil {
		cfg.Clock = clock.Wall{}
	}
	s := &Server{cfg: cfg, rand: newLockedRand(cfg.Seed), began: cfg.Clock.Now()}
	if cfg.Dir != "" {
		root, err := os.OpenRoot(cfg.Dir)
		if err != nil {
			return s, fmt.Errorf("opening the directory of files: %w", err)
		}
		s.root = root
	}
	if err := s.state.SetAll(cfg.State); err != nil {
		return s, err
	}
	built, err := s.build(cfg)
	if err != nil {
		return s, err
	}
	s.site.Store(built)
	s.http, err = fakehttp.Start(fakehttp.Config{
		Name: cfg.Name, Role: transcript.Server, Addr: cfg.Addr, Listener: cfg.Listener, Clock: cfg.Clock,
		Recorder: cfg.Recorder, TLS: s.tlsConfig(), Handler: http.HandlerFunc(s.serve), Limits: cfg.Limits,
	})
	return s, err
}

// Addr returns the address that the server listens on, "127.0.0.1:49152".
func (s *Server) Addr() string { return s.http.Addr() }

// URL returns the absolute URL of a path on this server, by its address.
func (s *Server) URL(path string) string {
	scheme := "http"
	if s.cfg.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + s.Addr() + path
}

// Disconnect closes the connections of all clients, who may come again.
func (s *Server) Disconnect() { s.http.Disconnect() }

// Close stops the server, closes its connections and waits for its handlers.
func (s *Server) Close() error { return errors.Join(s.http.Close(), s.closeRoot()) }

func (s *Server) closeRoot() error {
	if s.root == nil {
		return nil
	}
	return s.root.Close()
}

// SetFiles adds files to the server's own, or replaces those at the same paths.
func (s *Server) SetFiles(files map[string]File) error {
	return s.change(func(old site) (*site, error) {
		if err := s.checkFiles(files); err != nil {
			return nil, err
		}
		old.files = maps.Clone(old.files)
		maps.Copy(old.files, files)
		return &old, nil
	})
}

// Files returns a copy of the server's own files, by path.
func (s *Server) Files() map[string]File { return maps.Clone(s.site.Load().files) }

// RemoveFiles takes files of the server's own away.
func (s *Server) RemoveFiles(paths ...string) error {
	return s.change(func(old site) (*site, error) {
		old.files = maps.Clone(old.files)
		for _, path := range paths {
			delete(old.files, path)
		}
		return &old, nil
	})
}

// SetBehaviours replaces the behaviours of the whole server; what the old ones
// counted is forgotten. Those of routes stay.
func (s *Server) SetBehaviours(uses []Use) error {
	return s.change(func(old site) (*site, error) { return &old, old.setBehaviours(s, uses) })
}

// State returns a copy of the named values that behaviours share, by name.
func (s *Server) State() map[string]string { return s.state.All() }

// SetState gives a name a value that behaviours can ask for with when; the empty value
// takes it away. The limits are those of behaviour.State.
func (s *Server) SetState(name, value string) error {
	if err := s.state.Set(name, value); err != nil {
		return fmt.Errorf("fakeserver %q: %w", s.cfg.Name, err)
	}
	return nil
}

// SetRoutes replaces all routes.
func (s *Server) SetRoutes(routes []Route) error {
	return s.change(func(old site) (*site, error) { return &old, old.setRoutes(s, routes) })
}

// change makes a new site from a copy of the present one; after an error the old
// one stays.
func (s *Server) change(f func(site) (*site, error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	next, err := f(*s.site.Load())
	if err != nil {
		return fmt.Errorf("fakeserver %q: %w", s.cfg.Name, err)
	}
	s.site.Store(next)
	return nil
}
