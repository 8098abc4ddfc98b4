package smb

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/wualab/wualab/smbwire"
)

// Moment says at which request of a client a fault acts.
type Moment string

// The moments.
const (
	OnConnect Moment = "connect" // to the share
	OnOpen    Moment = "open"    // of a file
	OnRead    Moment = "read"    // of a file
	OnWrite   Moment = "write"   // of a file
	OnRename  Moment = "rename"  // of a file
	OnDelete  Moment = "delete"  // of a file
	OnClose   Moment = "close"   // of a file
)

// Moments lists the moments, in order.
func Moments() []Moment {
	return []Moment{OnConnect, OnOpen, OnRead, OnWrite, OnRename, OnDelete, OnClose}
}

// Fault is something that goes wrong. One of Status, Cut and Delay must be set; Delay
// may go with the others.
type Fault struct {
	On     Moment         // "" is OnOpen
	Path   string         // of the file in the share, with slashes; "" is every file
	After  int64          // for OnRead and OnWrite: once that many bytes of the file were read, or written, by the handle
	Status smbwire.Status // answer this
	Cut    bool           // close the connection in place of an answer
	Delay  time.Duration  // answer later
	Times  int            // how often it acts; 0 is always
}

func (f Fault) check() error {
	moment := f.On == ""
	for _, m := range Moments() {
		moment = moment || f.On == m
	}
	switch {
	case !moment:
		return fmt.Errorf("unknown moment %q: want connect, open, read, write, rename, delete or close", f.On)
	case f.Status == smbwire.StatusSuccess && !f.Cut && f.Delay == 0:
		return errors.New("it says neither status nor cut nor delay")
	case f.Status != smbwire.StatusSuccess && f.Cut:
		return errors.New("it says status and cut: only one can happen")
	case f.After < 0 || f.Delay < 0 || f.Times < 0:
		return errors.New("a number is negative")
	case f.After > 0 && f.On != OnRead && f.On != OnWrite:
		return errors.New("after counts bytes that were read or written: it goes with on: read and on: write")
	case f.Path != "" && f.On == OnConnect:
		return errors.New("path names a file: it does not go with on: connect")
	}
	return nil
}

// fault counts how often a Fault has acted.
type fault struct {
	Fault
	mu    sync.Mutex
	acted int
}

// SetFaults replaces what goes wrong on a share; what has happened so far is forgotten.
// Its files and the connections to it stay. After an error nothing has changed.
func (s *Server) SetFaults(name string, faults []Fault) error {
	sh := s.share(name)
	if sh == nil {
		return fmt.Errorf("there is no share %q", name)
	}
	if err := sh.setFaults(faults); err != nil {
		return fmt.Errorf("share %q: %w", name, err)
	}
	return nil
}

func (sh *share) setFaults(faults []Fault) error {
	list := make([]*fault, 0, len(faults))
	for i, f := range faults {
		if err := f.check(); err != nil {
			return fmt.Errorf("fault %d: %w", i+1, err)
		}
		list = append(list, &fault{Fault: f})
	}
	sh.faults.Store(&list)
	return nil
}

// due reports whether the fault acts now, and counts it.
func (f *fault) due(on Moment, path string, read int64) bool {
	when := f.On
	if when == "" {
		when = OnOpen
	}
	if when != on || f.Path != "" && !strings.EqualFold(strings.TrimPrefix(f.Path, "/"), path) || read < f.After {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.Times > 0 && f.acted >= f.Times {
		return false
	}
	f.acted++
	return true
}

// room gives how many bytes of a file may be read, or written, before a fault that
// waits for a count of them is due: an answer ends there, so that the fault comes
// exactly then.
func (sh *share) room(on Moment, path string, read int64) (int64, bool) {
	for _, f := range *sh.faults.Load() {
		f.mu.Lock()
		spent := f.Times > 0 && f.acted >= f.Times
		f.mu.Unlock()
		if f.On == on && !spent && f.After > read && (f.Path == "" || strings.EqualFold(strings.TrimPrefix(f.Path, "/"), path)) {
			return f.After - read, true
		}
	}
	return 0, false
}

// errCut says that the connection ends in place of an answer.
var errCut = errors.New("cut by a fault")

// faulty lets the first fault act that is due.
func (c *conn) faulty(sh *share, on Moment, path string, read int64) error {
	for _, f := range *sh.faults.Load() {
		if !f.due(on, path, read) {
			continue
		}
		if f.Delay > 0 {
			c.tap.Note("fault on %s: answers %v later", on, f.Delay)
			if err := c.server.cfg.Clock.SleepFor(c.server.ctx, c.raw, f.Delay); err != nil {
				return errCut
			}
		}
		switch {
		case f.Cut:
			c.tap.Note("fault on %s: cuts the connection", on)
			return errCut
		case f.Status != smbwire.StatusSuccess:
			return f.Status
		}
		return nil
	}
	return nil
}
