package wua

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

// Effect is what an installer does to the PC. The zero value ends at once with code 0
// and leaves everything as it was.
type Effect struct {
	ExitCode int
	Takes    time.Duration // of the PC's time
	Hangs    bool          // it does not end by itself
	Now      func(*machine.Machine) error
	AtReboot func(*machine.Machine) error // what waits for the next start, such as files in use
}

// Installer knows what the installers of updates do, which no metadata tells; remove is
// for the removal. False: there is no such installer.
type Installer func(id wusp.UpdateIdentity, remove bool) (Effect, bool)

// OperationResult is OperationResultCode of the Windows Update Agent API.
type OperationResult int

// The results.
const (
	NotStarted OperationResult = iota
	InProgress
	Succeeded
	SucceededWithErrors
	Failed
	Aborted
)

// String gives the name without its prefix: "Succeeded".
func (r OperationResult) String() string {
	return [...]string{"NotStarted", "InProgress", "Succeeded", "SucceededWithErrors", "Failed", "Aborted"}[r]
}

// Installation is what became of installing, or of removing, one update.
type Installation struct {
	Result         OperationResult
	HResult        hresult.HRESULT
	ExitCode       int
	RebootRequired bool
}

// Codes of Update.exe: KB 262841 tells its switches; that 3010 asks for a restart and 1641
// has begun one are codes of Windows Installer, ERROR_SUCCESS_REBOOT_REQUIRED and
// ERROR_SUCCESS_REBOOT_INITIATED. Assumed for Update.exe.
const (
	exitRebootRequired  = 3010
	exitRebootInitiated = 1641
)

// patience is how long an installer may take before the agent ends it. Assumed.
const patience = 2 * time.Hour

// Install runs the installer of a downloaded update, or those of what it bundles. The
// error is an [*Error] for what could not be begun; how an installer ended tells the
// Installation. h is the caller's hold on the clock.
func (a *Agent) Install(ctx context.Context, h clock.Hold, u *Update) (Installation, error) {
	return a.InstallOn(ctx, h, u, ByUser)
}

// Uninstall removes an update that can be removed.
func (a *Agent) Uninstall(ctx context.Context, h clock.Hold, u *Update) (Installation, error) {
	if err := u.removable(); err != nil {
		return Installation{}, err
	}
	return a.run(ctx, h, u, true, ByUser)
}

func (u *Update) removable() error {
	if u.Extended == nil || u.Extended.UninstallBehavior == nil && len(u.Bundled) == 0 {
		return &Error{Code: hresult.WU_E_UH_DOESNOTSUPPORTACTION, What: u.Title() + " cannot be removed"}
	}
	return nil
}

func (a *Agent) run(ctx context.Context, h clock.Hold, u *Update, remove bool, occasion Occasion) (Installation, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.mayInstall(); err != nil {
		return Installation{}, err
	}
	return a.runAll(ctx, h, u, remove, occasion)
}

// mayInstall: a restart that installers wait for comes first.
func (a *Agent) mayInstall() error {
	if len(a.atReboot) > 0 {
		return &Error{Code: hresult.WU_E_INSTALL_NOT_ALLOWED, What: "the PC has to be restarted first"}
	}
	return nil
}

// runAll runs the installers of an update and reports it; a.mu is held.
func (a *Agent) runAll(ctx context.Context, h clock.Hold, u *Update, remove bool, occasion Occasion) (Installation, error) {
	if err := u.checkEula(); err != nil && !remove {
		return Installation{}, err
	}
	a.installing.Store(true)
	defer a.installing.Store(false)
	parts := []*Update{u}
	if len(u.Bundled) > 0 {
		parts = u.Bundled
	}
	total := Installation{Result: Succeeded}
	for _, part := range parts {
		if part.Installed != remove {
			continue // nothing is to be done
		}
		one, err := a.runOne(ctx, h, part, remove)
		if err != nil {
			return one, err
		}
		total = total.and(one)
		if one.Result != Succeeded {
			break
		}
	}
	events := installEvents[occasion]
	if remove {
		events = uninstallEvents
	}
	a.reportInstall(u, total, events)
	a.remember(u, total, remove)
	return total, nil
}

// and is what two installers came to, one after the other.
func (i Installation) and(next Installation) Installation {
	next.RebootRequired = next.RebootRequired || i.RebootRequired
	if next.HResult == hresult.S_OK {
		next.HResult = i.HResult
	}
	if next.ExitCode == 0 {
		next.ExitCode = i.ExitCode
	}
	return next
}

func (a *Agent) runOne(ctx context.Context, h clock.Hold, u *Update, remove bool) (Installation, error) {
	if u.Extended == nil {
		return Installation{}, &Error{Code: hresult.WU_E_DM_NOTDOWNLOADED, What: u.Title() + " was not asked for"}
	}
	if !remove && len(u.Extended.Files) > 0 && !u.present() {
		return Installation{}, &Error{Code: hresult.WU_E_DM_NOTDOWNLOADED, What: u.Title() + " was not downloaded"}
	}
	if a.cfg.Installer == nil {
		return Installation{}, &Error{Code: hresult.WU_E_UH_INSTALLERFAILURE, What: "no installer of " + u.Title() + " is known"}
	}
	effect, ok := a.cfg.Installer(u.Identity, remove)
	if !ok {
		return Installation{}, &Error{Code: hresult.WU_E_UH_INSTALLERFAILURE, What: "no installer of " + u.Title() + " is known"}
	}
	a.log.write("HANDLER", "Installing update %s, handler %s", u.Identity.UpdateID, u.Extended.Handler)
	if effect.Hangs || effect.Takes > patience {
		if err := h.Sleep(ctx, patience); err != nil {
			return Installation{Result: Aborted, HResult: hresult.WU_E_UH_OPERATIONCANCELLED}, nil
		}
		return Installation{Result: Failed, HResult: hresult.WU_E_UH_INSTALLERHUNG}, nil
	}
	if err := h.Sleep(ctx, effect.Takes); err != nil {
		return Installation{Result: Aborted, HResult: hresult.WU_E_UH_OPERATIONCANCELLED}, nil
	}
	return a.conclude(u, effect)
}

// conclude does what the installer does, and tells its exit code by the handler.
func (a *Agent) conclude(u *Update, effect Effect) (Installation, error) {
	out := outcome(u.Extended, effect.ExitCode)
	if out.Result == Succeeded {
		if effect.Now != nil {
			if err := effect.Now(a.cfg.Machine); err != nil {
				return out, fmt.Errorf("installer of %s: %w", u.Title(), err)
			}
		}
		if effect.AtReboot != nil {
			a.atReboot = append(a.atReboot, effect.AtReboot)
		} else if out.RebootRequired {
			a.atReboot = append(a.atReboot, func(*machine.Machine) error { return nil })
		}
	}
	a.log.write("HANDLER", "Command line install completed. Return code = 0x%08x, Result = %v, Reboot required = %t", effect.ExitCode, out.Result, out.RebootRequired)
	return out, nil
}

// outcome reads an exit code: by the table of the update's CommandLineInstallation, or as
// Update.exe tells it.
func outcome(x *metadata.Extended, code int) Installation {
	out := Installation{ExitCode: code, Result: Failed, HResult: hresult.WU_E_UH_INSTALLERFAILURE}
	if command := commandOf(x); command != nil {
		result, reboot := command.read(code)
		if result == "Succeeded" {
			out.Result, out.HResult = Succeeded, hresult.S_OK
		}
		out.RebootRequired = reboot
		return out
	}
	switch code {
	case 0:
		out.Result, out.HResult = Succeeded, hresult.S_OK
		out.RebootRequired = x.InstallationBehavior != nil && x.InstallationBehavior.RebootBehavior == "AlwaysRequiresReboot"
	case exitRebootRequired, exitRebootInitiated:
		out.Result, out.HResult, out.RebootRequired = Succeeded, hresult.WU_S_REBOOT_REQUIRED, true
	}
	return out
}

// command is InstallCommand of the CommandLineInstallation schema.
type command struct{ rule *metadata.Rule }

func commandOf(x *metadata.Extended) *command {
	if x.Handler != metadata.CommandLineInstallation || x.HandlerSpecificData == nil {
		return nil
	}
	for _, r := range x.HandlerSpecificData.Rules {
		if r.Name == "InstallCommand" {
			return &command{r}
		}
	}
	return nil
}

// read finds the exit code among ReturnCode, else DefaultResult, which is Failed unless
// told, and RebootByDefault, which is false.
func (c *command) read(code int) (result string, reboot bool) {
	for _, r := range c.rule.Rules {
		if text, _ := r.Get("Code"); r.Name == "ReturnCode" && text == strconv.Itoa(code) {
			result, _ = r.Get("Result")
			text, _ = r.Get("Reboot")
			return result, text == "true"
		}
	}
	if result, _ = c.rule.Get("DefaultResult"); result == "" {
		result = "Failed"
	}
	text, _ := c.rule.Get("RebootByDefault")
	return result, text == "true"
}

// RebootRequired says whether the PC has to be restarted.
func (a *Agent) RebootRequired() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.atReboot) > 0
}

// Restarted does what installers left for the next start of the PC.
func (a *Agent) Restarted() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.atReboot) == 0 {
		return nil
	}
	for _, f := range a.atReboot {
		if err := f(a.cfg.Machine); err != nil {
			return err
		}
	}
	a.atReboot, a.awaiting = nil, nil
	a.queue(EventRebootCompleted, automaticUpdates, wusp.UpdateIdentity{UpdateID: wusp.NoGUID}, hresult.S_OK, nil, nil)
	return nil
}

// Events of installing and removing, MS-WUSP 2.2.2.3.1.
const (
	EventInstallFailed     = 182 // AGENT_INSTALLING_FAILED
	EventInstallSucceeded  = 183 // AGENT_INSTALLING_SUCCEEDED
	EventInstallReboot     = 184 // AGENT_INSTALL_COMPLETE_WITH_REBOOT
	EventInstallCancelled  = 186 // AGENT_INSTALL_CANCEL
	EventRebootCompleted   = 202 // AU_REBOOT_COMPLETED
	EventUninstallFailed   = 221 // AGENT_UNINSTALLING_FAILED
	EventUninstalled       = 222 // AGENT_UNINSTALLING_SUCCEEDED
	EventUninstallCanceled = 223 // AGENT_UNINSTALL_CANCEL
	EventUninstallReboot   = 224 // AGENT_UNINSTALL_COMPLETE_WITH_REBOOT
)

func (a *Agent) reportInstall(u *Update, done Installation, events outcomes) {
	if done.RebootRequired {
		a.awaiting = append(a.awaiting, u.Identity.UpdateID)
	}
	switch {
	case done.Result == Aborted:
		a.queueUpdate(events.cancelled, u, done.HResult, nil)
	case done.Result == Failed:
		a.queueUpdate(events.failed, u, done.HResult, []string{fmt.Sprintf("0x%08x", uint32(done.HResult)), u.Title()})
	case done.RebootRequired:
		a.queueUpdate(events.reboot, u, hresult.S_OK, []string{u.Title()})
	default:
		a.queueUpdate(events.succeeded, u, hresult.S_OK, []string{u.Title()})
	}
}

// queueUpdate keeps an event about an update; the tag Q is 2 for a bundle.
func (a *Agent) queueUpdate(id int, u *Update, code hresult.HRESULT, words []string) {
	a.queue(id, a.caller(), u.Identity, code, words, nil)
	if len(u.Bundled) > 0 {
		misc := a.state.Events[len(a.state.Events)-1].ExtendedData.MiscData
		for i, tag := range misc {
			if strings.HasPrefix(tag, "Q=") {
				misc[i] = "Q=2"
			}
		}
	}
}
