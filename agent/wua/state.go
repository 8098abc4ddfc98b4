package wua

import (
	"slices"
	"time"

	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

// State is what an agent keeps from one scan to the next, as real ones do in their data
// store: MS-WUSP 3.2.1 and 3.2.5. It can be marshalled as JSON. The zero value is an
// agent that never scanned.
type State struct {
	ServerURL  string // that the rest is of
	Config     *wusp.Config
	Cookie     *wusp.Cookie
	Registered *wusp.ComputerInfo // what the server was last told; nil: nothing
	Cache      []Cached           // by ID
	Hidden     []wusp.GUID
	Events     []wusp.ReportingEvent // that wait to be sent
	History    []HistoryEntry        // the oldest first
	Eulas      []wusp.GUID           // license terms that were accepted at the PC
	Sampling   int                   // 1 more than the number; 0: none yet
}

// Cached is a revision in the agent's cache.
type Cached struct {
	ID         int // the server's number of it
	Deployment wusp.Deployment
	IsLeaf     bool
	Core       string // the fragment

	Installed bool // as it was last judged

	core *metadata.Core // Core read; nil until it is asked for
}

// parsed reads the fragment, once.
func (c *Cached) parsed() (*metadata.Core, error) {
	if c.core != nil {
		return c.core, nil
	}
	core, err := metadata.ParseCore(c.Core)
	if err == nil {
		c.core = core
	}
	return core, err
}

func (s *State) clone() *State {
	out := *s
	out.Cache = slices.Clone(s.Cache)
	out.Hidden = slices.Clone(s.Hidden)
	out.Events = slices.Clone(s.Events)
	out.History = slices.Clone(s.History)
	out.Eulas = slices.Clone(s.Eulas)
	return &out
}

// forget drops what belongs to another server than url. Cached revisions stay: their
// numbers are asked for anew when the server says that it does not know the cookie.
func (s *State) forget(url string) {
	if s.ServerURL != url {
		s.ServerURL, s.Config, s.Registered = url, nil, nil
	}
}

func (s *State) find(id int) *Cached {
	for i := range s.Cache {
		if s.Cache[i].ID == id {
			return &s.Cache[i]
		}
	}
	return nil
}

func (s *State) drop(ids []int) {
	s.Cache = slices.DeleteFunc(s.Cache, func(c Cached) bool { return slices.Contains(ids, c.ID) })
}

// expired says whether the clear-text copy of the cookie's end has come.
func (s *State) expired(now time.Time) bool {
	return s.Cookie != nil && !now.Before(s.Cookie.Expiration.Time)
}

// ids gives the cached revisions as SyncUpdates names them, MS-WUSP 3.1.5.7.
func (s *State) ids() (nonLeaf, other, drivers []int) {
	for i := range s.Cache {
		c := &s.Cache[i]
		core, err := c.parsed()
		switch {
		case err == nil && core.Type == metadata.Driver:
			drivers = append(drivers, c.ID)
		case c.Installed && !c.IsLeaf:
			nonLeaf = append(nonLeaf, c.ID)
		default:
			other = append(other, c.ID)
		}
	}
	return nonLeaf, other, drivers
}
