package automatic

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/clock"
)

// restart is a restart of the PC that updates wait for.
type restart struct {
	byItself bool      // Automatic Updates may do it: after a schedule or a deadline
	deadline bool      // users can't put it off
	titles   string    // of the updates
	at       time.Time // of the countdown's end; zero: none
	prompt   time.Time // when users are asked again; zero: they are asked now
	retry    time.Time // when a restart that failed is tried again
	reported bool
}

// require makes a restart pending.
func (s *Service) require(r restart) {
	s.restart = &r
	key := LocalKey + `\RebootRequired`
	_ = s.cfg.Machine.Registry().CreateKey(key)
}

// restarting sees to a restart that is pending: at once when nobody is logged on, after a
// countdown that warns who is, or when users are ready for it. dd939821: the PC restarts
// also when no local administrator is logged on, any user sees the countdown. Assumed: when
// the last user logs off the PC restarts, as public logs tell ("Initiating reboot since no
// user logged on"); the policy NoAutoRebootWithLoggedOnUsers does not keep a deadline up,
// since it is about scheduled installations.
func (s *Service) restarting(ctx context.Context, h clock.Hold) bool {
	r := s.restart
	if r == nil {
		return false
	}
	now := s.cfg.Clock.Now()
	if now.Before(r.retry) {
		return false
	}
	if r.byItself && len(s.loggedOn()) == 0 {
		s.warn("Initiating reboot since no user logged on")
		return s.reboot(ctx, h)
	}
	counts := r.byItself && (r.deadline || !s.policy.NoAutoRebootWithLoggedOnUsers)
	switch {
	case !r.prompt.IsZero() && now.Before(r.prompt):
		s.show("")
	case counts && r.at.IsZero():
		r.at, r.prompt = now.Add(s.policy.RebootWarning), time.Time{}
		s.show(RebootWarning)
		s.reportOnce(r, wua.EventScheduledRebootRequired, fmt.Sprint(int(s.policy.RebootWarning/time.Minute)), r.titles)
	case counts && !now.Before(r.at):
		return s.reboot(ctx, h)
	case counts:
		s.show(RebootWarning)
	default:
		r.at, r.prompt = time.Time{}, time.Time{}
		s.show(RebootRequired)
		s.reportOnce(r, wua.EventUnscheduledRebootRequired, r.titles)
	}
	return false
}

func (s *Service) reportOnce(r *restart, event int, words ...string) {
	if !r.reported {
		r.reported = true
		s.agent.Queue(event, words...)
	}
}

// postpone puts the restart off, until users are asked again.
func (s *Service) postpone() {
	s.restart.at, s.restart.prompt = time.Time{}, s.cfg.Clock.Now().Add(s.policy.RebootRelaunch)
}

// reboot restarts the PC, and begins anew as a service that starts.
func (s *Service) reboot(ctx context.Context, h clock.Hold) bool {
	s.log("AU invoking RebootSystem (OnRebootNow)")
	s.agent.Log().Warn("MISC", "SUS Client is rebooting system.")
	s.show("")
	if err := s.cfg.Restart(ctx, h); err != nil {
		s.agent.Log().Warn("MISC", "Failed to reboot system, hr=%08X.", uint32(codeOf(err)))
		s.restart.at, s.restart.retry = time.Time{}, s.cfg.Clock.Now().Add(s.policy.RebootRelaunch) // assumed
		return true
	}
	if agent, err := s.cfg.Agent(); err == nil { // else the one of before goes on
		s.agent = agent
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	s.begin(true)
	return true
}

// restartAlone is a restart of a PC that has no more than this service.
func (s *Service) restartAlone(context.Context, clock.Hold) error {
	var errs []error
	for _, u := range s.loggedOn() {
		errs = append(errs, s.cfg.Machine.Logoff(u.String()))
	}
	return errors.Join(append(errs, s.agent.Restarted())...)
}

// InstallsAtShutdown says whether shutting the PC down offers to install what is ready
// (Group Policy, Do not display 'Install Updates and Shut Down' option).
func (s *Service) InstallsAtShutdown() bool {
	st := s.Status()
	if ReadPolicy(s.cfg.Machine).NoAUShutdownOption {
		return false
	}
	for _, u := range st.Updates {
		if u.Ready {
			return true
		}
	}
	return false
}

// ErrNothingToInstall is returned by InstallAtShutdown when that is not offered.
var ErrNothingToInstall = errors.New("automatic updates: shutting down does not offer to install updates")

// InstallAtShutdown is "Install Updates and Shut Down": it stops the service and installs
// what is ready. The PC has to be shut down next, and Start to be called when it is on
// again. h is the caller's hold on the clock.
func (s *Service) InstallAtShutdown(ctx context.Context, h clock.Hold) error {
	if err := s.noService("install at shutdown"); err != nil {
		return err
	}
	if !s.InstallsAtShutdown() {
		s.agent.Log().Write("SHUTDWN", "No updates are offered at shutdown")
		return ErrNothingToInstall
	}
	s.Stop()
	s.agent.Log().Write("SHUTDWN", "Installing updates at shutdown")
	s.install(ctx, h, s.ready(), wua.AtShutdown, restart{})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.publish()
	return nil
}
