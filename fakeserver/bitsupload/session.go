package bitsupload

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/wualab/wualab/fakeserver/content"
)

// State is where a session stands (MC-BUP 3.2.1.4).
type State string

// The states of a session. Those that a session ends in are not listed: the session
// is gone.
const (
	Init             State = "INIT"              // no fragment yet
	ReceiveFragments State = "RECEIVE_FRAGMENTS" // also after the application failed
	Notify           State = "NOTIFY"            // the application has the file
	WaitForClose     State = "WAIT_FOR_CLOSE"
)

// Session is what the server knows of an upload.
type Session struct {
	ID       string
	Name     string // of the destination, beneath the virtual directory
	URL      string // as the client named it in Create-Session
	User     string
	State    State
	Received int64 // bytes in a row from the beginning
	Total    int64 // -1 before the first fragment
	Notified int   // how often the application was told
	ReplyURL string
	Created  time.Time
	Progress time.Time // when bytes last came; the time-out counts from here
}

// session is a Session with its data.
type session struct {
	turn sync.Mutex // held while a packet of the session is dealt with; one is outstanding at a time (MC-BUP 2.1)
	data upload

	// Guarded by Server.mu.
	Session
	order   int           // of creation
	placed  bool          // the file is at its destination
	refused *Error        // the application said 403, which is not asked again
	reply   *content.File // that this server has
	stored  int64         // bytes that count against FreeSpace
}

// newID makes a GUID of version 4 in braces, as Windows writes it.
func newID(r *rand.Rand) string {
	hi, lo := r.Uint64(), r.Uint64()
	hi = hi&^0xF000 | 0x4000
	lo = lo&^(3<<62) | 2<<62
	return fmt.Sprintf("{%08x-%04x-%04x-%04x-%012x}", hi>>32, hi>>16&0xFFFF, hi&0xFFFF, lo>>48, lo&(1<<48-1))
}

// Sessions returns the sessions that are open, the oldest first.
func (s *Server) Sessions() []Session {
	s.sweep()
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.inOrder()
	list := make([]Session, len(all))
	for i, one := range all {
		list[i] = one.Session
	}
	return list
}

func (s *Server) inOrder() []*session {
	all := make([]*session, 0, len(s.sessions))
	for _, one := range s.sessions {
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b *session) int { return cmp.Compare(a.order, b.order) })
	return all
}

// Forget loses a session with its data, as a server does that was set up anew; a file
// at its destination stays. It reports whether there was such a session.
func (s *Server) Forget(id string) bool {
	s.mu.Lock()
	one := s.sessions[id]
	s.forget(one)
	s.mu.Unlock()
	return s.dropData(one)
}

// forget takes a session out of the table; it may be nil.
func (s *Server) forget(one *session) {
	if one != nil && s.sessions[one.ID] == one {
		delete(s.sessions, one.ID)
		if !one.placed {
			s.used -= one.stored
		}
	}
}

func (s *Server) dropData(one *session) bool {
	if one != nil {
		_ = one.data.drop() // what can't be removed stays, as on a real server
	}
	return one != nil
}

// sweep ends the sessions that have timed out and, when the clean-up is due, the
// youngest of users who have too many (BITS IIS Extension Properties:
// BITSSessionTimeout, BITSNumberOfSessionsLimit). Both are done when the next request
// comes, not by a timer. Assumed: a session that timed out is unknown at once, not
// only after the next clean-up.
func (s *Server) sweep() {
	now := s.cfg.Clock.Now()
	s.mu.Lock()
	var ended []*session
	for _, one := range s.sessions {
		if now.Sub(one.Progress) >= s.cfg.Properties.SessionTimeout {
			ended = append(ended, one)
		}
	}
	if now.Sub(s.cleaned) >= s.cfg.Properties.CleanupInterval {
		s.cleaned = now
		ended = append(ended, s.tooMany()...)
	}
	for _, one := range ended {
		s.forget(one)
	}
	s.mu.Unlock()
	for _, one := range ended {
		s.dropData(one)
	}
}

func (s *Server) tooMany() []*session {
	limit := s.cfg.Properties.SessionsPerUser
	if limit == 0 {
		return nil
	}
	var over []*session
	count := map[string]int{}
	for _, one := range s.inOrder() {
		count[one.User]++
		if count[one.User] > limit {
			over = append(over, one)
		}
	}
	return over
}
