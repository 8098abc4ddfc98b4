package smsdp

import (
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/wualab/wualab/fakeserver/content"
	"github.com/wualab/wualab/smswire"
)

// Site is the site. Make it with [New]. It is safe for concurrent use.
type Site struct {
	cfg    Config
	hashes map[string]string // by package

	mu       sync.Mutex
	points   []Point
	offered  []offer
	serial   int // counts changes of policy
	removed  int // the serial at which something was last taken away
	faults   []Fault
	calls    map[string]int
	messages []smswire.Status
	clients  map[string]Client
}

// offer is an advertisement with the serial of its last change.
type offer struct {
	Advertisement
	serial int
}

// Client is a client that has asked for policy.
type Client struct {
	ID, Name string
	Requests int // for policy
}

// New checks the configuration and makes the site. Errors name what is wrong.
func New(cfg Config) (*Site, error) {
	cfg = cfg.withDefaults()
	if err := cfg.check(); err != nil {
		return nil, fmt.Errorf("SMS site %s: %w", cfg.SiteCode, err)
	}
	s := &Site{cfg: cfg, hashes: map[string]string{}, points: cfg.Points, faults: slices.Clone(cfg.Faults), calls: map[string]int{}, clients: map[string]Client{}, serial: 1}
	for _, a := range cfg.Advertisements {
		s.offered = append(s.offered, offer{a, s.serial})
	}
	for i := range cfg.Packages {
		hash, err := cfg.Packages[i].hash(cfg.Root)
		if err != nil {
			return nil, fmt.Errorf("SMS site %s: %w", cfg.SiteCode, err)
		}
		s.hashes[cfg.Packages[i].ID] = hash
	}
	return s, nil
}

// Advertise adds an advertisement, or replaces the one with its ID.
func (s *Site) Advertise(a Advertisement) error {
	if err := s.cfg.checkAdvertisement(a); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial++
	s.offered = append(slices.DeleteFunc(s.offered, func(o offer) bool { return o.ID == a.ID }), offer{a, s.serial})
	return nil
}

// Withdraw takes an advertisement away; false when there is none.
func (s *Site) Withdraw(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	left := slices.DeleteFunc(slices.Clone(s.offered), func(o offer) bool { return o.ID == id })
	if len(left) == len(s.offered) {
		return false
	}
	s.serial++
	s.offered, s.removed = left, s.serial
	return true
}

// Points gives the distribution points as they are now.
func (s *Site) Points() []Point {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.points)
}

// SetPoint replaces the distribution point of that server; its routes have to be asked for
// anew.
func (s *Site) SetPoint(p Point) error {
	p = p.withDefaults()
	if err := s.cfg.checkPoint(p); err != nil {
		return fmt.Errorf("distribution point %s: %w", p.Server, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.points {
		if s.points[i].Server == p.Server {
			s.points = slices.Clone(s.points)
			s.points[i] = p
			return nil
		}
	}
	return fmt.Errorf("distribution point %s: the site has none of that name", p.Server)
}

// SetFaults replaces the faults that are to come; the counts of requests begin anew.
func (s *Site) SetFaults(faults []Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults, s.calls = slices.Clone(faults), map[string]int{}
}

// Messages gives the status messages of clients, in the order of their coming.
func (s *Site) Messages() []smswire.Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// Clients gives the clients that have asked for policy, by their IDs.
func (s *Site) Clients() map[string]Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]Client{}
	for id, c := range s.clients {
		out[id] = c
	}
	return out
}

// Hash gives what the site knows to be the hash of a package's content.
func (s *Site) Hash(id string) string { return s.hashes[id] }

// faultOf says whether the next request for a part of the management point fails.
func (s *Site) faultOf(on string) (Fault, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[on]++
	for _, f := range s.faults {
		if (f.On == "" || f.On == on) && (f.Nth == 0 || f.Nth == s.calls[on]) {
			return f, true
		}
	}
	return Fault{}, false
}

// sectionOf reads an open file from its beginning.
func sectionOf(r *content.Resource) io.Reader { return io.NewSectionReader(r, 0, r.Size) }
