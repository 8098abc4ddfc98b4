package automatic

import (
	"fmt"
	"time"
)

// The lines are those of public logs where one shows them: "Initializing Automatic
// Updates", "Approval type", "Setting AU scheduled install time to", "AU invoking
// RebootSystem", "Launched new AU client for directive". Assumed: the words of the others.

func (s *Service) log(format string, args ...any) { s.agent.Log().Write("AU", format, args...) }

func (s *Service) warn(format string, args ...any) { s.agent.Log().Warn("AU", format, args...) }

func (s *Service) start(what string) {
	s.log("#############")
	s.log("## START ##  AU: %s", what)
	s.log("#########")
}

func (s *Service) end(what string) {
	s.log("#########")
	s.log("##  END  ##  AU: %s", what)
	s.log("#############")
}

func yes(b bool) string {
	if b {
		return "Yes"
	}
	return "No"
}

// readPolicy reads the policy anew, and writes down what it passes over once.
func (s *Service) readPolicy() (before Policy) {
	before, s.policy = s.policy, ReadPolicy(s.cfg.Machine)
	old := map[string]bool{}
	if s.known {
		for _, r := range before.Remarks {
			old[r] = true
		}
	}
	for _, r := range s.policy.Remarks {
		if !old[r] {
			s.warn("%s", r)
		}
	}
	s.known = true
	return before
}

// refresh reads the policy before a decision. Automatic Updates that is turned on detects
// after 5 to 10 minutes (KB 326693).
func (s *Service) refresh() {
	wants(s, func(a *asks) bool { a.refresh = false; return true })
	before := s.readPolicy()
	off := func(o Options) bool { return o == Disabled || o == NotConfigured }
	if before.Options == s.policy.Options && before.Day == s.policy.Day && before.Hour == s.policy.Hour {
		return
	}
	s.logPolicy("Setting new AU options")
	if off(before.Options) && !off(s.policy.Options) {
		s.next = s.cfg.Clock.Now().Add(s.draw(s.cfg.Tuning.StartDelay))
	}
	s.keepDetection()
}

var weekdays = []string{"Every day", "Every Sunday", "Every Monday", "Every Tuesday", "Every Wednesday", "Every Thursday", "Every Friday", "Every Saturday"}

// logPolicy writes what counts.
func (s *Service) logPolicy(title string) {
	p := s.policy
	s.log("###########  AU: %s  ###########", title)
	from := "(User preference)"
	if p.ByPolicy {
		from = "(Policy)"
	}
	if server, err := s.agent.Server(); err == nil {
		s.log("  # WSUS server: %s", server.URL)
		s.log("  # Detection frequency: %d", p.DetectionPeriod/time.Hour)
	}
	if p.TargetGroup != "" {
		s.log("  # Target group: %s", p.TargetGroup)
	}
	if p.Options == NotConfigured {
		s.log("  # AU is not configured yet")
	} else {
		s.log("  # Approval type: %s %s", p.Options, from)
	}
	if p.Options == ScheduledInstall {
		s.log("  # Scheduled install day/time: %s at %s", weekdays[p.Day], fmt.Sprintf("%d:00", p.Hour))
	}
	if p.AutoInstallMinorUpdates {
		s.log("  # Auto-install minor updates: Yes (Policy)")
	}
	if p.ElevateNonAdmins {
		s.log("  # Will interact with non-admins (Non-admins are elevated (Policy))")
	}
	if p.DisableWindowsUpdateAccess {
		s.agent.Log().Write("AGENT", "  * Windows Update access disabled: Yes")
	}
}
