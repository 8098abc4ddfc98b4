package fakeserver

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/behaviour/handshake"
	"github.com/wualab/wualab/behaviour/transport"
	"github.com/wualab/wualab/fakeserver/content"
	"github.com/wualab/wualab/fakeserver/recorded"
)

// site is everything that can change while the server runs. A request sees one site
// from its beginning to its end; a site does not change once it is stored.
type site struct {
	files   map[string]File
	gate    *handshake.Gates // nil: open
	routes  []*route         // longest path first
	rest    *route           // for paths without a route
	enter   http.Handler     // the server's behaviours in front of authentication, around the route's
	handler http.Handler     // the server's other behaviours around the routes
	placed  bool             // Authenticate stands in the server's list

	refuseTLS *transport.Refusal // ends handshakes; nil: does not
}

// route is a Route made ready.
type route struct {
	path    string
	anyCase bool
	files   map[string]File
	gate    *handshake.Gates
	enter   http.Handler // the route's behaviours in front of authentication, around that
	handler http.Handler // the route's other behaviours
	placed  bool         // Authenticate stands in the route's list
}

// call is what a request carries with it.
type call struct {
	site    *site
	route   *route
	checked bool   // credentials were
	account string // who has logged in
}

type callKey struct{}

func callOf(r *http.Request) *call { return r.Context().Value(callKey{}).(*call) }

func (s *Server) build(cfg Config) (*site, error) {
	if err := s.checkFiles(cfg.Files); err != nil {
		return nil, err
	}
	gate, err := s.newGate(cfg.Auth)
	if err != nil {
		return nil, err
	}
	built := &site{files: maps.Clone(cfg.Files), gate: gate}
	if built.files == nil {
		built.files = map[string]File{}
	}
	if err := built.setRoutes(s, cfg.Routes); err != nil {
		return nil, err
	}
	return built, built.setBehaviours(s, cfg.Behaviours)
}

func (s *Server) checkFiles(files map[string]File) error {
	for _, path := range slices.Sorted(maps.Keys(files)) {
		if !strings.HasPrefix(path, "/") {
			return fmt.Errorf("file %q: the path does not begin with a slash", path)
		}
		if err := files[path].Check(s.root); err != nil {
			return fmt.Errorf("file %s: %w", path, err)
		}
	}
	return nil
}

func (st *site) setBehaviours(s *Server, uses []Use) error {
	dispatch := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		callOf(r).route.handler.ServeHTTP(w, r)
	})
	enter := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		callOf(r).route.enter.ServeHTTP(w, r)
	})
	var err error
	if st.enter, st.handler, st.placed, err = s.wrap(uses, enter, dispatch); err != nil {
		return err
	}
	st.refuseTLS, err = transport.RefuseTLS(uses)
	return err
}

func (st *site) setRoutes(s *Server, routes []Route) error {
	files, err := s.recordedAnswers(s.fileHandler())
	if err != nil {
		return err
	}
	st.rest = &route{gate: st.gate, handler: files, enter: s.entrance()}
	st.routes = nil
	for _, one := range routes {
		built, err := s.newRoute(one, st.gate, files)
		if err != nil {
			return fmt.Errorf("route %q: %w", one.Path, err)
		}
		st.routes = append(st.routes, built)
	}
	slices.SortStableFunc(st.routes, func(a, b *route) int { return len(b.path) - len(a.path) })
	return nil
}

func (s *Server) newRoute(cfg Route, gate *handshake.Gates, files http.Handler) (*route, error) {
	if !strings.HasPrefix(cfg.Path, "/") {
		return nil, fmt.Errorf("the path does not begin with a slash")
	}
	if err := s.checkFiles(cfg.Files); err != nil {
		return nil, err
	}
	built := &route{path: cfg.Path, anyCase: cfg.AnyCase, files: maps.Clone(cfg.Files), gate: gate}
	var err error
	if cfg.Auth != nil {
		if built.gate, err = s.newGate(cfg.Auth); err != nil {
			return nil, err
		}
	}
	inner := answerer(cfg, files)
	built.enter, built.handler, built.placed, err = s.wrap(cfg.Behaviours, s.entrance(), inner)
	return built, err
}

// answerer is what answers requests of a route.
func answerer(cfg Route, files http.Handler) http.Handler {
	switch {
	case cfg.Handler == nil:
		return files
	case cfg.Methods == nil:
		return cfg.Handler
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if slices.Contains(cfg.Methods, r.Method) {
			cfg.Handler.ServeHTTP(w, r)
			return
		}
		files.ServeHTTP(w, r)
	})
}

// entrance authenticates where no list says the place for it, and goes on to the
// server's behaviours.
func (s *Server) entrance() http.Handler {
	behaviours := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		callOf(r).site.handler.ServeHTTP(w, r)
	})
	guarded := s.authenticate(behaviours)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c := callOf(r); c.site.placed || c.route.placed {
			behaviours.ServeHTTP(w, r)
			return
		}
		guarded.ServeHTTP(w, r)
	})
}

// wrap puts behaviours around a handler, the first outermost. Unless the list says
// where the server authenticates, those that belong in front of that go around enter.
func (s *Server) wrap(uses []Use, enter, h http.Handler) (entered, wrapped http.Handler, placed bool, err error) {
	placed = slices.ContainsFunc(uses, func(u Use) bool { return u.Name == Authenticate })
	known := table(s.authenticate)
	for i := len(uses) - 1; i >= 0; i-- {
		use := uses[i]
		env := s.env(i)
		m, err := known.Build(use.Name, use.Params, env)
		if err != nil {
			return nil, nil, false, fmt.Errorf("behaviour %d of %d: %w", i+1, len(uses), err)
		}
		if !placed && known.Inside(use, func(u Use) bool { return handshake.Has(u.Name) }) {
			enter = m(enter)
		} else {
			h = m(h)
		}
	}
	return enter, h, placed, nil
}

// env is the world of the ith behaviour of a list.
func (s *Server) env(i int) behaviour.Env {
	return behaviour.Env{
		Clock: s.cfg.Clock, Rand: behaviour.NewRand(rand.NewPCG(uint64(s.cfg.Seed), uint64(i))), Began: s.began, State: &s.state,
		Account:  func(r *http.Request) string { return callOf(r).account },
		ReadFile: behaviour.FilesBeneath(s.cfg.Dir), Fault: s.cfg.Fault,
	}
}

// fileHandler serves the files of the route and of the site that a request sees.
func (s *Server) fileHandler() *content.Handler {
	return &content.Handler{Root: s.root, Lookup: func(r *http.Request) (File, bool) {
		c := callOf(r)
		if f, ok := c.route.files[r.URL.Path]; ok {
			return f, true
		}
		f, ok := c.site.files[r.URL.Path]
		return f, ok
	}}
}

// recordedAnswers puts what was recorded before the files.
func (s *Server) recordedAnswers(files *content.Handler) (http.Handler, error) {
	if len(s.cfg.Recorded) == 0 {
		return files, nil
	}
	return recorded.New(s.cfg.Recorded, s.root, files)
}

func (st *site) route(path string) *route {
	for _, r := range st.routes {
		if behaviour.MatchPath(r.path, path) || r.anyCase && behaviour.MatchPath(strings.ToLower(r.path), strings.ToLower(path)) {
			return r
		}
	}
	return st.rest
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	st := s.site.Load()
	c := &call{site: st, route: st.route(r.URL.Path)}
	r = r.WithContext(context.WithValue(r.Context(), callKey{}, c))
	w.Header().Set("Server", "Microsoft-IIS/6.0")
	handshake.Disclose(r)
	if s.admit(w, r) {
		st.enter.ServeHTTP(w, r)
	}
}
