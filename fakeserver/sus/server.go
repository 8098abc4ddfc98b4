package sus

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/wsus"
	"github.com/wualab/wualab/spelling"
	"github.com/wualab/wualab/wuv4"
)

// ClientVersion is that of the client which the server gives out unless told otherwise:
// the one that came with SUS 1.0 SP1. Assumed.
const ClientVersion = "5.4.3630.11"

// Config describes the server. The zero value is one without updates.
type Config struct {
	Name     string // in notes; "" is "sus"
	Updates  []Update
	Approved []string // IDs of updates; of what is not there New is an error
	// ClientVersion is the version that iuident.cab names; a client with a lower one
	// fetches the client first. "" is [ClientVersion].
	ClientVersion string
	// ContentURL is where the files are, "http://download.example.com"; "" is this
	// server. Servers could leave the files with Microsoft and keep the approvals alone.
	ContentURL string
	NoIdent    bool        // there is no iuident.cab: 404, as where the server's root belongs to another program
	Clock      clock.Clock // nil is clock.Wall
	Root       *os.Root    // that files From disk are beneath; nil allows none
}

// Update is an update in the server's catalogue.
type Update struct {
	wsus.Update
	ID      string   // "com_microsoft.842773"; "" is com_microsoft. and the number of its article
	Systems []string // versions of Windows that it is listed for, "5.1"; none: all
	Locales []string // that it is listed for, "en"; none: all
}

// Server is the server. Make it with [New]. It is safe for concurrent use.
type Server struct {
	cfg   Config
	items []entry
	files map[string]fakeserver.File

	mu       sync.Mutex
	approved []string
	pings    []wuv4.Ping
}

type entry struct {
	wuv4.Item
	systems, locales []string
}

// New checks the configuration and makes the server.
func New(cfg Config) (*Server, error) {
	if cfg.Name == "" {
		cfg.Name = "sus"
	}
	if cfg.ClientVersion == "" {
		cfg.ClientVersion = ClientVersion
	}
	if cfg.Clock == nil {
		cfg.Clock = clock.Wall{}
	}
	s := &Server{cfg: cfg, files: map[string]fakeserver.File{}}
	for i, u := range cfg.Updates {
		if err := s.add(u); err != nil {
			return nil, fmt.Errorf("%s: update %d of the catalogue: %w", cfg.Name, i+1, err)
		}
	}
	if err := s.Approve(cfg.Approved...); err != nil {
		return nil, fmt.Errorf("%s: %w", cfg.Name, err)
	}
	return s, s.addIdent()
}

// selfUpdatePath is where the client lies. Invented, but for its folder.
const selfUpdatePath = wuv4.SelfUpdate + "iuctl.cab"

func (s *Server) addIdent() error {
	if s.cfg.NoIdent {
		return nil
	}
	ident, err := wuv4.Ident{Version: s.cfg.ClientVersion, SelfUpdate: selfUpdatePath, Catalogue: wuv4.CataloguePath, Ping: wuv4.PingPath}.Pack()
	s.files[wuv4.IdentPath] = fakeserver.File{Body: ident}
	s.files[selfUpdatePath] = fakeserver.File{Size: 150_000, Seed: 3630}
	return err
}

func (s *Server) add(u Update) error {
	p, err := wsus.Prepare(u.Update, s.cfg.Root)
	if err != nil {
		return err
	}
	m := p.Metadata
	if u.ID == "" && len(m.KBArticleIDs) > 0 {
		u.ID = "com_microsoft." + m.KBArticleIDs[0]
	}
	if u.ID == "" {
		return errors.New("it has no ID, and no article to take one from")
	}
	if slices.ContainsFunc(s.items, func(e entry) bool { return strings.EqualFold(e.ID, u.ID) }) {
		return fmt.Errorf("%s is there twice", u.ID)
	}
	e := entry{Item: wuv4.Item{ID: u.ID, Core: &m.Core, Extended: &m.Extended, URLs: map[string]string{}, CoreXML: p.Fragments.Core, ExtendedXML: p.Fragments.Extended},
		systems: u.Systems, locales: u.Locales}
	if len(m.Localized) > 0 {
		e.Title = m.Localized[0].Title
	}
	for i, f := range m.Files {
		path := wuv4.ContentPath + p.Paths[i][strings.LastIndexByte(p.Paths[i], '/')+1:]
		e.URLs[string(f.Digest)] = path
		if file, there := p.Files[p.Paths[i]]; there {
			s.files[path] = file
		}
	}
	s.items = append(s.items, e)
	return nil
}

// Approve puts updates on the list of those that all clients get; each is named by its
// ID. Without an error nothing was left out.
func (s *Server) Approve(ids ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := slices.Clone(s.approved)
	for _, id := range ids {
		var known []string
		found := ""
		for _, e := range s.items {
			if strings.EqualFold(e.ID, id) {
				found = e.ID
			}
			known = append(known, e.ID)
		}
		if found == "" {
			hint := ""
			if near, ok := spelling.Nearest(id, known); ok {
				hint = "; did you mean " + near + "?"
			}
			return fmt.Errorf("approval of %q: it is not in the catalogue%s", id, hint)
		}
		if !slices.Contains(next, found) {
			next = append(next, found)
		}
	}
	s.approved = next
	return nil
}

// Withdraw takes updates off the list; what is not on it is passed over.
func (s *Server) Withdraw(ids ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.approved = slices.DeleteFunc(slices.Clone(s.approved), func(on string) bool {
		return slices.ContainsFunc(ids, func(id string) bool { return strings.EqualFold(id, on) })
	})
}

// Pings gives the status pings in the order of their coming.
func (s *Server) Pings() []wuv4.Ping {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.pings)
}

// Files gives the files by their paths: the cabinets and the content.
func (s *Server) Files() map[string]fakeserver.File { return maps.Clone(s.files) }

// Routes gives the rest as routes of a fakeserver. The case of paths does not matter, as
// with IIS.
func (s *Server) Routes() []fakeserver.Route {
	return []fakeserver.Route{
		{Path: wuv4.CataloguePath, AnyCase: true, Handler: http.HandlerFunc(s.catalogue)},
		{Path: wuv4.PingPath, AnyCase: true, Handler: http.HandlerFunc(s.ping)},
	}
}

// mostFacts bounds the request for the catalogue.
const mostFacts = 64 << 10

func (s *Server) catalogue(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		http.Error(w, "the catalogue is asked for by POST", http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostFacts))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		http.Error(w, "the request is too large", http.StatusRequestEntityTooLarge)
		return
	case err != nil:
		return
	}
	facts, err := wuv4.ReadFacts(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	items := s.listed(facts)
	note(r, "%s: %d approved updates for Windows %s, locale %s (this exchange is invented: no document tells of the real one)", s.cfg.Name, len(items), facts.System, facts.Locale)
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	_, _ = w.Write(wuv4.WriteCatalogue(items)) // who asked may be gone
}

// listed gives the approved updates for a PC.
func (s *Server) listed(f wuv4.Facts) (items []wuv4.Item) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.items {
		fits := len(e.systems) == 0 || slices.ContainsFunc(e.systems, func(v string) bool { return f.System == v || strings.HasPrefix(f.System, v+".") })
		spoken := len(e.locales) == 0 || slices.ContainsFunc(e.locales, func(l string) bool { return strings.EqualFold(l, f.Locale) })
		if fits && spoken && slices.Contains(s.approved, e.ID) {
			item := e.Item
			item.URLs = map[string]string{}
			for digest, path := range e.URLs {
				item.URLs[digest] = s.cfg.ContentURL + path
			}
			items = append(items, item)
		}
	}
	return items
}

// ping keeps a status ping, and answers with nothing, as the empty file of real servers.
func (s *Server) ping(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.Error(w, "pings come by GET", http.StatusMethodNotAllowed)
		return
	}
	p, err := wuv4.ParsePing(r.URL.RawQuery)
	if err != nil {
		note(r, "%s: %v", s.cfg.Name, err) // the real server's log takes anything
	} else {
		s.mu.Lock()
		s.pings = append(s.pings, p)
		s.mu.Unlock()
		note(r, "%s: ping of %v, status %s", s.cfg.Name, p.Activity, p.Status)
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.WriteHeader(http.StatusOK)
}

func note(r *http.Request, format string, args ...any) {
	if c := fakehttp.ConnOf(r); c != nil {
		c.Note(format, args...)
	}
}
