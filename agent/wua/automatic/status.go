package automatic

import (
	"slices"
	"time"

	"github.com/wualab/wualab/wusp"
)

// State is AUState in the registry (KB 326693 and public lists of its values).
type State uint32

// The states.
const (
	WaitingForWizard State = iota // before the user is asked to choose
	WizardPending                 // until the user has chosen
	DetectPending
	DownloadPending // until a user agrees to the download
	Downloading
	InstallPending
	InstallComplete
	StateDisabled
	RebootPending
)

var stateNames = []string{"waiting for wizard", "wizard pending", "detect pending", "download pending", "downloading", "install pending", "install complete", "disabled", "reboot pending"}

// String names the state.
func (s State) String() string { return stateNames[s] }

// States gives the names of the states by their numbers.
func States() []string { return slices.Clone(stateNames) }

// Pending is an update that Automatic Updates has in hand.
type Pending struct {
	Identity wusp.UpdateIdentity
	Title    string
	Ready    bool      // it is downloaded
	Deadline time.Time // zero: none
}

// Status is what Automatic Updates is at. Times are zero where nothing is set.
type Status struct {
	Running bool
	State   State
	Policy  Policy

	NextDetection    time.Time
	ScheduledInstall time.Time
	Report           time.Time // when the events that wait are sent
	Restart          time.Time // of the PC, by a countdown
	Wake             time.Time // the first of all that is due

	Updates  []Pending
	Notices  []Notice // one for each user who sees it
	Restarts int      // how often the service has restarted the PC
}

// Notice gives the notice of a kind; false when nobody has one.
func (st Status) Notice(kind Kind) (Notice, bool) {
	i := slices.IndexFunc(st.Notices, func(n Notice) bool { return n.Kind == kind })
	if i < 0 {
		return Notice{}, false
	}
	return st.Notices[i], true
}

// Status tells what the service is at; that of one that is at work is of before.
func (s *Service) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.status
	st.Running = s.running
	return st
}

// publish makes the loop's knowledge the status, and writes the state into the registry;
// s.mu is held.
func (s *Service) publish() {
	st := Status{Policy: s.policy, State: s.state(), NextDetection: s.next, ScheduledInstall: s.sched.at, Report: s.reportAt, Restarts: s.count, Notices: s.notices()}
	for _, i := range s.items {
		st.Updates = append(st.Updates, Pending{Identity: i.update.Identity, Title: i.update.Title(), Ready: i.ready, Deadline: i.deadline})
	}
	due := []time.Time{s.reportAt}
	if r := s.restart; r != nil {
		st.Restart = r.at
		due = append(due, r.at, r.prompt, r.retry)
	} else {
		due = append(due, s.next, s.sched.at)
		for _, i := range s.items {
			if !i.failed {
				due = append(due, i.deadline)
			}
		}
	}
	switch s.policy.Options {
	case NotConfigured:
		st.NextDetection, due = time.Time{}, []time.Time{s.reportAt}
		if st.State == WaitingForWizard {
			due = append(due, s.wizard)
		}
	case Disabled:
		st.NextDetection, due = time.Time{}, []time.Time{s.reportAt}
	}
	st.Wake = first(due)
	s.status = st
	s.keepState(st)
}

// first gives the earliest time that is set.
func first(list []time.Time) (at time.Time) {
	for _, t := range list {
		if !t.IsZero() && (at.IsZero() || t.Before(at)) {
			at = t
		}
	}
	return at
}

// state finds AUState.
func (s *Service) state() State {
	switch {
	case s.policy.Options == Disabled:
		return StateDisabled
	case s.policy.Options == NotConfigured && s.cfg.Clock.Now().Before(s.wizard):
		return WaitingForWizard
	case s.policy.Options == NotConfigured:
		return WizardPending
	case s.restart != nil:
		return RebootPending
	case s.working:
		return Downloading
	case s.awaitsDownload():
		return DownloadPending
	case s.anyReady():
		return InstallPending
	case s.complete:
		return InstallComplete
	}
	return DetectPending
}
