package automatic

import (
	"time"

	"github.com/wualab/wualab/agent/machine"
)

// Forms of times in the registry and in the log. The values of the time of KB 326693 have
// dots; those of later agents are read by public inventory scripts as the log writes times.
const (
	dotted  = "2006.01.02 15:04:05"
	logTime = "2006-01-02 15:04:05"
)

// The values below [LocalKey] that the service writes. LastWaitTimeout (UTC),
// DetectionStartTime (local time, while it detects) and AUState: KB 326693 and public
// descriptions. NextDetectionTime and ScheduledInstallDate, and below Results\Detect,
// Download and Install LastSuccessTime and LastError: public inventory scripts. Assumed:
// these are in UTC, and an agent of any age writes all of them.

func (s *Service) put(name, text string) {
	_ = s.cfg.Machine.Registry().Set(LocalKey, name, machine.SZ(text))
}

func (s *Service) drop(name string) { _ = s.cfg.Machine.Registry().DeleteValue(LocalKey, name) }

// keepDetection writes when the next detection is.
func (s *Service) keepDetection() {
	if s.policy.Options == Disabled || s.policy.Options == NotConfigured {
		s.drop("LastWaitTimeout")
		s.drop("NextDetectionTime")
		return
	}
	s.put("LastWaitTimeout", s.next.Format(dotted))
	s.put("NextDetectionTime", s.next.Format(logTime))
}

// storedDetection reads when the next detection was to be. A value that is not there makes
// it due: administrators delete LastWaitTimeout to force one. Zero: it is due.
func (s *Service) storedDetection() time.Time {
	last, _, _ := s.cfg.Machine.Registry().String(LocalKey, "LastWaitTimeout")
	t, err := time.ParseInLocation(dotted, last, time.UTC)
	if err != nil {
		return time.Time{}
	}
	return t
}

// keepState writes AUState, and takes the mark of a restart away when none is pending.
func (s *Service) keepState(st Status) {
	r := s.cfg.Machine.Registry()
	_ = r.Set(LocalKey, "AUState", machine.DWORD(uint32(st.State)))
	if s.restart == nil {
		_ = r.DeleteKey(LocalKey + `\RebootRequired`)
	}
}

// result writes how a piece of work ended.
func (s *Service) result(what string, err error) {
	key := LocalKey + `\Results\` + what
	r := s.cfg.Machine.Registry()
	if err != nil {
		_ = r.Set(key, "LastError", machine.DWORD(uint32(codeOf(err))))
		return
	}
	_ = r.Set(key, "LastError", machine.DWORD(0))
	_ = r.Set(key, "LastSuccessTime", machine.SZ(s.cfg.Clock.Now().Format(logTime)))
}
