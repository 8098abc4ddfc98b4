package bitsupload

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/wualab/wualab/fakeserver/content"
)

// Server is the virtual directory: an http.Handler. It is safe for concurrent use.
type Server struct {
	cfg     Config
	store   store
	replies content.Handler

	mu       sync.Mutex
	rand     *rand.Rand
	sessions map[string]*session // by identifier
	created  int
	used     int64 // of Config.FreeSpace
	cleaned  time.Time
	faults   []Fault
	packets  map[PacketType]int
}

// New checks the configuration and makes the server. With a directory the caller
// should Close it.
func New(cfg Config) (*Server, error) {
	cfg = cfg.withDefaults()
	s := &Server{cfg: cfg, sessions: map[string]*session{}, faults: slices.Clone(cfg.Faults), packets: map[PacketType]int{}}
	if err := cfg.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", cfg.Name, err)
	}
	if err := s.openStore(); err != nil {
		return nil, fmt.Errorf("%s: %w", cfg.Name, err)
	}
	s.cleaned = cfg.Clock.Now()
	farm := fnv.New64a()
	_, _ = fmt.Fprint(farm, cfg.Name, "|", cfg.Path, "|", cfg.Properties.HostID)
	s.rand = rand.New(rand.NewPCG(uint64(cfg.Seed), farm.Sum64()))
	return s, nil
}

func (s *Server) openStore() error {
	s.replies.Lookup = s.findReply
	if s.cfg.Dir == "" {
		m, err := newMemory(s.cfg.Files, s.cfg.Folders)
		s.store = m
		return err
	}
	d, err := newDisk(s.cfg.Dir)
	if err != nil {
		return err
	}
	s.store, s.replies.Root = d, d.root
	return nil
}

// Close gives the directory back; open sessions and their data stay. No request may
// be under way.
func (s *Server) Close() error {
	s.mu.Lock()
	for _, one := range s.sessions {
		if u, ok := one.data.(*diskUpload); ok {
			_ = u.closeFile()
		}
	}
	s.mu.Unlock()
	return s.store.close()
}

// Files returns the files of the virtual directory, sorted by name; not those of
// sessions. It fails when the disk does.
func (s *Server) Files() ([]FileInfo, error) { return s.store.list() }

// File returns the content of a file of the virtual directory; the name is what
// follows Config.Path in its URL. The error is fs.ErrNotExist when there is none.
func (s *Server) File(name string) ([]byte, error) { return s.store.read(name) }

// Remove takes a file of the virtual directory away. The error is fs.ErrNotExist when
// there is none.
func (s *Server) Remove(name string) error { return s.store.remove(name) }

// ServeHTTP answers packets, and downloads of replies.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == Verb:
		s.serve(w, r)
	case s.isReply(r):
		s.replies.ServeHTTP(w, r)
	case s.cfg.Next != nil:
		s.cfg.Next.ServeHTTP(w, r)
	default:
		w.Header().Set("Allow", Verb)
		content.Page(w, r, http.StatusMethodNotAllowed)
	}
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.sweep()
	c := &call{Server: s, w: w, r: r}
	ack, err := c.handle()
	if err != nil {
		ack = c.refusal(err)
		c.reset = c.reset || c.has(DropConnection)
	}
	c.answer(ack)
}
