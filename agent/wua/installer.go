package wua

import (
	"context"

	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
)

// UpdateInstaller is IUpdateInstaller. Ask a [Session] for one. It is for one goroutine.
type UpdateInstaller struct {
	Updates    []*Update
	IsForced   bool // installs also what is installed
	ForceQuiet bool // of IUpdateInstaller2: updates that may ask the user fail

	agent *Agent
	by    errand
}

// IsBusy says whether updates are being installed or removed on the PC, by anybody.
func (i *UpdateInstaller) IsBusy() bool { return i.agent.installing.Load() }

// RebootRequiredBeforeInstallation says whether the PC has to be restarted first.
func (i *UpdateInstaller) RebootRequiredBeforeInstallation() bool { return i.agent.RebootRequired() }

// Install installs the updates one after the other. One that fails does not end it. The
// error is for what could not be begun: WU_E_NO_UPDATE without updates,
// WU_E_INSTALL_NOT_ALLOWED while it is busy or a restart is needed first. h is the caller's
// hold on the clock.
func (i *UpdateInstaller) Install(ctx context.Context, h clock.Hold) (*Result, error) {
	return i.run(ctx, h, false)
}

// Uninstall removes the updates; the rest is as with Install.
func (i *UpdateInstaller) Uninstall(ctx context.Context, h clock.Hold) (*Result, error) {
	return i.run(ctx, h, true)
}

func (i *UpdateInstaller) run(ctx context.Context, h clock.Hold, remove bool) (*Result, error) {
	switch {
	case len(i.Updates) == 0:
		return nil, &Error{Code: hresult.WU_E_NO_UPDATE, What: "no updates were given to the installer"}
	case i.IsBusy():
		return nil, &Error{Code: hresult.WU_E_INSTALL_NOT_ALLOWED, What: "other updates are being installed or removed"}
	}
	a := i.agent
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.mayInstall(); err != nil {
		return nil, err
	}
	defer a.workFor(i.by)()
	result := &Result{}
	for _, u := range i.Updates {
		result.Updates = append(result.Updates, i.one(ctx, h, u, remove))
	}
	result.sum()
	return result, nil
}

func (i *UpdateInstaller) one(ctx context.Context, h clock.Hold, u *Update, remove bool) UpdateResult {
	switch {
	case ctx.Err() != nil:
		return UpdateResult{ResultCode: Aborted, HResult: hresult.WU_E_CALL_CANCELLED, Err: ctx.Err()}
	case !remove && u.Installed && !i.IsForced:
		return UpdateResult{ResultCode: Succeeded, HResult: hresult.WU_S_ALREADY_INSTALLED}
	case remove && !u.Installed && !i.IsForced:
		return UpdateResult{ResultCode: Succeeded, HResult: hresult.WU_S_ALREADY_UNINSTALLED}
	}
	if err := i.mayRun(u, remove); err != nil {
		return UpdateResult{ResultCode: Failed, HResult: codeIn(err), Err: err}
	}
	done, err := i.agent.runAll(ctx, h, u, remove, ByUser)
	if err != nil {
		return UpdateResult{ResultCode: Failed, HResult: codeIn(err), Err: err}
	}
	return UpdateResult{ResultCode: done.Result, HResult: done.HResult, RebootRequired: done.RebootRequired}
}

func (i *UpdateInstaller) mayRun(u *Update, remove bool) error {
	if remove {
		return u.removable()
	}
	if b := u.behavior(); i.ForceQuiet && b != nil && b.CanRequestUserInput {
		return &Error{Code: hresult.WU_E_UH_CANREQUIREINPUT, What: u.Title() + " may ask the user"}
	}
	return nil
}
