package scenarios

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/wua/automatic"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/scenarios/plan"
)

// automaticTuning is what the file says of what documents leave open.
func automaticTuning(e *plan.AutomaticEngine) (t automatic.Tuning) {
	if d := e.StartDelay; d.Set {
		t.StartDelay = automatic.Span{From: d.Value, To: d.Value}
	}
	if d := e.ReportDelay; d.Set {
		t.ReportDelay = automatic.Span{From: d.Value, To: d.Value}
	}
	t.Retry, t.Wizard = e.Retry.Value, e.Wizard.Value
	return t
}

// startAutomatic starts the service before the first step.
func (w *world) startAutomatic() error {
	hold := w.clock.Hold("automatic updates")
	defer hold.Release()
	if err := w.pc.AutomaticUpdates().Start(); err != nil {
		return err
	}
	return w.settleAutomatic(context.Background(), hold)
}

// automaticSteps has befall Automatic Updates what the step says, one after the other,
// and lets it do what is due after each.
func (w *world) automaticSteps(ctx context.Context, hold clock.Hold, step *plan.Step) error {
	au, s := w.pc.AutomaticUpdates(), &step.AutomaticSteps
	for _, one := range []struct {
		wanted bool
		do     func() error
	}{
		{len(step.Registry) > 0, func() error { au.PolicyChanged(); return nil }},
		{s.AutomaticUpdates.Value == "start", au.Start},
		{s.AutomaticUpdates.Value == "stop", func() error { au.Stop(); return nil }},
		{s.DetectNow.Value, au.DetectNow},
		{s.Answer != nil, func() error { return w.answer(s.Answer) }},
		{s.InstallAtShutdown.Value, func() error { return w.installAtShutdown(ctx, hold) }},
		{s.ReportNow.Value, au.ReportNow},
	} {
		if !one.wanted {
			continue
		}
		if err := one.do(); err != nil {
			return err
		}
		if err := w.settleAutomatic(ctx, hold); err != nil {
			return err
		}
	}
	return w.settleAutomatic(ctx, hold)
}

func (w *world) answer(a *plan.Answer) error {
	user := plan.OwnerWord
	if a.User.Set {
		user = a.User.Value
	}
	return w.pc.AutomaticUpdates().Answer(automatic.Answer{User: w.user(user), Response: automatic.Response(a.Response.Value)})
}

// installAtShutdown shuts the PC down with an installation, and starts it again.
func (w *world) installAtShutdown(ctx context.Context, hold clock.Hold) error {
	au := w.pc.AutomaticUpdates()
	if err := au.InstallAtShutdown(ctx, hold); err != nil {
		return err
	}
	if err := w.pc.Reboot(); err != nil {
		return err
	}
	w.findJobs()
	return au.Start()
}

// settleAutomatic waits until Automatic Updates has done what is due now. After a restart
// of the PC that it has made, the jobs are known by their names again.
func (w *world) settleAutomatic(ctx context.Context, hold clock.Hold) error {
	au := w.pc.AutomaticUpdates()
	err := au.Settle(ctx, hold)
	if n := au.Status().Restarts; n != w.restarts {
		w.restarts = n
		w.findJobs()
	}
	return err
}

// userName gives the scenario's name of an account DOMAIN\user: owner, or one of accounts.
func (w *world) userName(user string) string {
	for i := range w.plan.Accounts {
		if name := w.plan.Accounts[i].Name; strings.EqualFold(w.user(name), user) {
			return name
		}
	}
	if strings.EqualFold(w.pc.Owner(), user) {
		return plan.OwnerWord
	}
	return user
}

// sameUsers says whether names of the scenario stand for these users.
func (w *world) sameUsers(names plan.Names, users []string) bool {
	var wanted []string
	for _, name := range names {
		wanted = append(wanted, strings.ToLower(w.user(name)))
	}
	var got []string
	for _, user := range users {
		got = append(got, strings.ToLower(user))
	}
	slices.Sort(wanted)
	slices.Sort(got)
	return slices.Equal(slices.Compact(wanted), got)
}

// localText gives a value that Automatic Updates has written, as text.
func localText(pc *machine.Machine, v *plan.LocalValue) (string, bool) {
	key, name := v.Split()
	key = automatic.LocalKey + key
	if n, ok, err := pc.Registry().DWORD(key, name); ok && err == nil {
		return strconv.FormatUint(uint64(n), 10), true
	}
	text, ok, err := pc.Registry().String(key, name)
	return text, ok && err == nil
}
