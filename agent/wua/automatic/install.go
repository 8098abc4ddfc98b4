package automatic

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/metadata"
)

// arrange finds when to install and whom to ask, by what is in hand and by policy.
func (s *Service) arrange() {
	if s.restart != nil {
		return
	}
	switch {
	case s.policy.Options == Disabled:
		s.items, s.complete = nil, false
		s.setSchedule(time.Time{})
		s.show("")
		return
	case s.policy.Options == NotConfigured:
		s.show("")
		if !s.cfg.Clock.Now().Before(s.wizard) {
			s.show(Setup)
		}
		return
	}
	ready := s.anyReady()
	switch {
	case !ready || s.policy.Options != ScheduledInstall:
		s.setSchedule(time.Time{})
	case s.sched.at.IsZero() || s.sched.day != s.policy.Day || s.sched.hour != s.policy.Hour:
		s.setSchedule(s.policy.nextTime(s.cfg.Clock.Now(), s.cfg.Local))
	}
	switch {
	case s.awaitsDownload():
		s.show(DownloadApproval)
	case ready:
		s.show(InstallApproval)
	default:
		s.show("")
	}
}

func (s *Service) setSchedule(at time.Time) {
	if s.sched.at.Equal(at) {
		return
	}
	s.sched = schedule{at, s.policy.Day, s.policy.Hour}
	if at.IsZero() {
		s.drop("ScheduledInstallDate")
		return
	}
	s.log("Setting AU scheduled install time to %s", at.Format(logTime))
	s.put("ScheduledInstallDate", at.Format(logTime))
}

// announce reports what has become ready: with its time, or for an administrator.
func (s *Service) announce() {
	var fresh []*item
	for _, i := range s.items {
		if i.ready && !i.told {
			i.told = true
			fresh = append(fresh, i)
		}
	}
	if len(fresh) == 0 {
		return
	}
	if at := s.sched.at; !at.IsZero() {
		local := at.In(s.cfg.Local)
		s.agent.Queue(wua.EventScheduledInstallReady, local.Format("2 January 2006"), local.Format("15:04"), titles(fresh))
		return
	}
	s.agent.Queue(wua.EventUnscheduledInstallReady, titles(fresh))
}

// titles lists updates as the messages of events do, in public logs.
func titles(list []*item) string {
	var w strings.Builder
	for _, i := range list {
		w.WriteString("\n- " + i.update.Title())
	}
	return w.String()
}

// scheduled installs at the time of the schedule.
func (s *Service) scheduled(ctx context.Context, h clock.Hold) bool {
	if s.restart != nil || s.sched.at.IsZero() || s.cfg.Clock.Now().Before(s.sched.at) {
		return false
	}
	s.setSchedule(time.Time{})
	s.log("AU initiates scheduled install")
	s.install(ctx, h, s.ready(), wua.Scheduled, restart{byItself: true})
	return true
}

func (s *Service) ready() []*item {
	return slices.DeleteFunc(slices.Clone(s.items), func(i *item) bool { return !i.ready })
}

// deadlines downloads and installs what has to be there by now, whatever the options are
// (dd939923; cc708449, RescheduleWaitTime). Assumed: others that are ready wait for their
// own time.
func (s *Service) deadlines(ctx context.Context, h clock.Hold) bool {
	if s.restart != nil {
		return false
	}
	due := func() []*item {
		now := s.cfg.Clock.Now()
		return slices.DeleteFunc(slices.Clone(s.items), func(i *item) bool { return !i.expired(now) || i.failed })
	}
	if len(due()) == 0 {
		return false
	}
	s.log("AU found updates whose deadline has come")
	s.proceed(ctx, h)
	list := slices.DeleteFunc(due(), func(i *item) bool { return !i.ready })
	if len(list) > 0 && s.restart == nil {
		s.install(ctx, h, list, wua.Scheduled, restart{byItself: true, deadline: true})
	}
	return true
}

// installMinor installs at once what neither interrupts services nor restarts Windows
// (Group Policy, Allow Automatic Updates immediate installation). Assumed: metadata says
// so by Impact Minor and RebootBehavior NeverReboots; the events are those of the schedule.
func (s *Service) installMinor(ctx context.Context, h clock.Hold) {
	list := slices.DeleteFunc(s.ready(), func(i *item) bool { return !minor(i.update.Extended) })
	if len(list) > 0 {
		s.install(ctx, h, list, wua.Scheduled, restart{byItself: true})
	}
}

func minor(x *metadata.Extended) bool {
	return x != nil && x.InstallationBehavior != nil && x.InstallationBehavior.Impact == "Minor" && x.InstallationBehavior.RebootBehavior == "NeverReboots"
}

// install runs the installers one after the other, and sees to the restart that they ask
// for. What failed is not in hand any more until it is detected again.
func (s *Service) install(ctx context.Context, h clock.Hold, list []*item, occasion wua.Occasion, after restart) {
	s.show("")
	s.start("Install updates")
	s.log("  # Approved updates = %d", len(list))
	var updates []*wua.Update
	for _, i := range list {
		updates = append(updates, i.update)
	}
	done, err := s.agent.InstallAll(ctx, h, updates, occasion)
	var restarts []*item
	for n, one := range done {
		failure := one.Err
		if failure == nil && one.Result != wua.Succeeded {
			failure = &wua.Error{Code: one.HResult, What: list[n].update.Title()}
		}
		s.result("Install", failure)
		if one.RebootRequired {
			restarts = append(restarts, list[n])
		}
	}
	if err != nil {
		s.log("  # WARNING: Install failed, error = 0x%08X", uint32(codeOf(err)))
		s.result("Install", err)
	}
	s.items = slices.DeleteFunc(s.items, func(i *item) bool { return slices.Contains(list, i) })
	reboot := s.agent.RebootRequired()
	s.log("  # Install call completed, reboot required = %s", yes(reboot))
	s.end("Install updates")
	s.complete = true
	if reboot {
		after.titles = titles(restarts)
		s.setSchedule(time.Time{})
		s.require(after)
	}
	s.arrange()
}
