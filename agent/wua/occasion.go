package wua

import (
	"context"
	"slices"

	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/wusp"
)

// Occasion says who began an installation, which the events about it tell.
type Occasion int

// The occasions, MS-WUSP 2.2.2.3.1.
const (
	ByUser     Occasion = iota // also by a program: AGENT_INSTALLING_*
	Scheduled                  // by Automatic Updates at its time: AU_SCHEDULED_INSTALL_*
	AtShutdown                 // while the PC shuts down: AU_SHUTDOWN_INSTALL_*
)

// Events of Automatic Updates, MS-WUSP 2.2.2.3.1.
const (
	EventScheduledInstallReady     = 188 // AU_SCHEDULED_INSTALL_READY
	EventUnscheduledInstallReady   = 189 // AU_UNSCHEDULED_INSTALL_READY
	EventScheduledInstallSucceeded = 190 // AU_SCHEDULED_INSTALL_SUCCESS
	EventScheduledInstallReboot    = 191 // AU_SCHEDULED_INSTALL_COMPLETE_WITH_REBOOT
	EventUnscheduledRebootRequired = 193 // AU_UNSCHEDULED_REBOOT_REQUIRED
	EventScheduledRebootRequired   = 194 // AU_SCHEDULED_REBOOT_REQUIRED
	EventScheduledInstallFailed    = 195 // AU_SCHEDULED_INSTALL_FAILED
	EventShutdownInstallSucceeded  = 197 // AU_SHUTDOWN_INSTALL_SUCCESS
	EventShutdownInstallFailed     = 198 // AU_SHUTDOWN_INSTALL_FAILED
	EventShutdownInstallReboot     = 199 // AU_SHUTDOWN_INSTALL_COMPLETE_WITH_REBOOT
)

// outcomes are the events that an installation ends with.
type outcomes struct{ failed, succeeded, reboot, cancelled int }

// installEvents by occasion. Assumed: an installation of Automatic Updates that is
// cancelled has the event of one that a user began, as there is no other.
var installEvents = map[Occasion]outcomes{
	ByUser:     {EventInstallFailed, EventInstallSucceeded, EventInstallReboot, EventInstallCancelled},
	Scheduled:  {EventScheduledInstallFailed, EventScheduledInstallSucceeded, EventScheduledInstallReboot, EventInstallCancelled},
	AtShutdown: {EventShutdownInstallFailed, EventShutdownInstallSucceeded, EventShutdownInstallReboot, EventInstallCancelled},
}

var uninstallEvents = outcomes{EventUninstallFailed, EventUninstalled, EventUninstallReboot, EventUninstallCanceled}

// sourceAutomaticUpdates is the SourceID of the events whose names begin with AU_: of 202
// in the examples of MS-WUSP section 4, of 188 in public logs. Assumed: of the others too.
const sourceAutomaticUpdates = 102

var automaticUpdatesEvents = []int{149, EventScheduledInstallReady, EventUnscheduledInstallReady, EventScheduledInstallSucceeded,
	EventScheduledInstallReboot, 192, EventUnscheduledRebootRequired, EventScheduledRebootRequired, EventScheduledInstallFailed,
	EventShutdownInstallSucceeded, EventShutdownInstallFailed, EventShutdownInstallReboot, 200, EventRebootCompleted}

func sourceOf(event int) int {
	if slices.Contains(automaticUpdatesEvents, event) {
		return sourceAutomaticUpdates
	}
	return sourceAgent
}

// InstallOn is Install on another occasion than a user's wish.
func (a *Agent) InstallOn(ctx context.Context, h clock.Hold, u *Update, occasion Occasion) (Installation, error) {
	return a.run(ctx, h, u, false, occasion)
}

// Attempt is what became of one update of several.
type Attempt struct {
	Installation
	Err error // what could not be begun
}

// InstallAll installs updates one after the other, and removes those that are deployed to
// be removed, before the PC is restarted for all of them. It ends early when ctx is done.
// The error is an [*Error] when none could be begun: WU_E_INSTALL_NOT_ALLOWED while a
// restart is waited for. h is the caller's hold on the clock.
func (a *Agent) InstallAll(ctx context.Context, h clock.Hold, list []*Update, occasion Occasion) ([]Attempt, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.mayInstall(); err != nil {
		return nil, err
	}
	var done []Attempt
	for _, u := range list {
		remove := u.Deployment.Action == wusp.ActionUninstall
		var one Attempt
		if remove {
			one.Err = u.removable()
		}
		if one.Err == nil {
			one.Installation, one.Err = a.runAll(ctx, h, u, remove, occasion)
		}
		if done = append(done, one); one.Result == Aborted {
			break
		}
	}
	return done, nil
}

// Queue keeps an event that is about no single update until events are sent. The words are
// what the event's message has places for (MS-WUSP 2.2.2.3.1).
func (a *Agent) Queue(event int, words ...string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.queue(event, automaticUpdates, wusp.UpdateIdentity{UpdateID: wusp.NoGUID}, hresult.S_OK, words, nil)
}

// Write adds a line of a component to the log.
func (l *Log) Write(component, format string, args ...any) { l.write(component, format, args...) }

// Warn adds a line that begins with WARNING.
func (l *Log) Warn(component, format string, args ...any) { l.warn(component, format, args...) }
