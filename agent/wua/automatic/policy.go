package automatic

import (
	"fmt"
	"time"

	"github.com/wualab/wualab/agent/machine"
)

// Options is AUOptions: what Automatic Updates does by itself.
type Options int

// The options. NotConfigured is a PC whose user has not been asked yet.
const (
	NotConfigured Options = iota
	Disabled
	NotifyBeforeDownload
	NotifyBeforeInstall
	ScheduledInstall
	UserConfigures // 5, which policy alone has; the local setting takes its place
)

// String gives what the log calls the option.
func (o Options) String() string {
	switch o {
	case Disabled:
		return "Disabled"
	case NotifyBeforeDownload:
		return "Pre-download notify"
	case NotifyBeforeInstall:
		return "Pre-install notify"
	case ScheduledInstall:
		return "Scheduled"
	case UserConfigures:
		return "User configures"
	}
	return "AU is not configured yet"
}

// Missed says what becomes of an installation whose time passed while the service did not
// run.
type Missed struct {
	NextTime bool          // it waits for the next time of the schedule
	Wait     time.Duration // else this long from the start of the service
}

// Policy is what the registry tells Automatic Updates, after defaults.
type Policy struct {
	Options  Options
	ByPolicy bool // the options are of policy, not of the user

	Day  int // 0 every day, 1 Sunday to 7 Saturday
	Hour int // of the PC's local time

	DetectionPeriod time.Duration
	Missed          Missed
	RebootWarning   time.Duration
	RebootRelaunch  time.Duration

	UseWUServer                   bool
	NoAutoRebootWithLoggedOnUsers bool
	AutoInstallMinorUpdates       bool
	ElevateNonAdmins              bool
	NoAUShutdownOption            bool
	DisableWindowsUpdateAccess    bool
	TargetGroup                   string // "" is none

	// Remarks tell which values were passed over, and why.
	Remarks []string
}

// reader reads settings and keeps remarks.
type reader struct {
	m       *machine.Machine
	remarks []string
}

// number reads a setting; false where it is absent, no number, or out of its range.
func (r *reader) number(key, name string) (uint32, bool) {
	s := settingOf(key, name)
	n, there, err := r.m.Registry().DWORD(key, name)
	switch {
	case err != nil:
		r.remarks = append(r.remarks, fmt.Sprintf("%s is no REG_DWORD; it counts as absent (assumed)", name))
		return 0, false
	case there && (n < s.Min || n > s.Max):
		r.remarks = append(r.remarks, fmt.Sprintf("%s is %d, which is not %d to %d; it counts as absent (assumed)", name, n, s.Min, s.Max))
		return 0, false
	}
	return n, there
}

// or is number with the setting's default.
func (r *reader) or(key, name string) uint32 {
	if n, ok := r.number(key, name); ok {
		return n
	}
	return settingOf(key, name).Default
}

// enabled is or for a setting that another value enables; told is false unless that one
// is there.
func (r *reader) enabled(name string) (n uint32, on, told bool) {
	s := settingOf(PolicyKeyAU, name)
	flag, told, err := r.m.Registry().DWORD(s.Key, s.EnabledBy)
	if err != nil || flag != 1 {
		return s.Default, false, told && err == nil
	}
	return r.or(s.Key, name), true, true
}

func (r *reader) flag(key, name string) bool { return r.or(key, name) == 1 }

// ReadPolicy reads what counts now.
func ReadPolicy(m *machine.Machine) Policy {
	r := &reader{m: m}
	p := Policy{
		UseWUServer: r.flag(PolicyKeyAU, "UseWUServer"), NoAutoRebootWithLoggedOnUsers: r.flag(PolicyKeyAU, "NoAutoRebootWithLoggedOnUsers"),
		AutoInstallMinorUpdates: r.flag(PolicyKeyAU, "AutoInstallMinorUpdates"), ElevateNonAdmins: r.flag(PolicyKey, "ElevateNonAdmins"),
		NoAUShutdownOption: r.flag(PolicyKeyAU, "NoAUShutdownOption"), DisableWindowsUpdateAccess: r.flag(PolicyKey, "DisableWindowsUpdateAccess"),
	}
	if r.flag(PolicyKey, "TargetGroupEnabled") {
		p.TargetGroup, _, _ = m.Registry().String(PolicyKey, "TargetGroup")
	}
	r.options(&p)
	hours, _, _ := r.enabled("DetectionFrequency")
	p.DetectionPeriod = time.Duration(hours) * time.Hour
	minutes, on, told := r.enabled("RescheduleWaitTime")
	p.Missed = Missed{NextTime: told && !on, Wait: time.Duration(minutes) * time.Minute}
	minutes, on, _ = r.enabled("RebootWarningTimeout")
	if !on && m.OS().Major >= 6 {
		minutes = warningSinceVista
	}
	p.RebootWarning = time.Duration(minutes) * time.Minute
	minutes, _, _ = r.enabled("RebootRelaunchTimeout")
	p.RebootRelaunch = time.Duration(minutes) * time.Minute
	p.Remarks = r.remarks
	return p
}

// warningSinceVista is the default of RebootWarningTimeout in minutes: Group Policy, Delay
// Restart for scheduled installations.
const warningSinceVista = 15

// options finds which options count: those of policy, else the user's, else those that
// the system came with.
func (r *reader) options(p *Policy) {
	key := PolicyKeyAU
	told, there := r.number(PolicyKeyAU, "AUOptions")
	p.Options, p.ByPolicy = Options(told), there
	if r.flag(PolicyKeyAU, "NoAutoUpdate") {
		p.Options, p.ByPolicy = Disabled, true
	}
	if p.Options == NotConfigured || p.Options == UserConfigures {
		required := p.Options == UserConfigures
		key, p.ByPolicy = LocalKey, false
		local, there := r.number(LocalKey, "AUOptions")
		if there && required && Options(local) == Disabled {
			r.remarks = append(r.remarks, "the user turned Automatic Updates off, but policy requires it; the system's own setting counts (assumed)")
			there = false
		}
		p.Options = Options(local)
		if !there {
			p.Options = systemDefault(r.m.OS())
		}
	}
	p.Day, p.Hour = int(r.or(key, "ScheduledInstallDay")), int(r.or(key, "ScheduledInstallTime"))
}

// systemDefault is MS-WUSP product note 62: scheduled installation is on from Windows XP
// SP2 and Windows Server 2003 on. Before them the user is asked by a wizard (KB 326693).
func systemDefault(os machine.OSVersion) Options {
	if os.Major > 5 || os.Major == 5 && (os.Minor >= 2 || os.Minor == 1 && os.ServicePack >= 2) {
		return ScheduledInstall
	}
	return NotConfigured
}
