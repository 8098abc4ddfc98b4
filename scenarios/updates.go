package scenarios

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
	"github.com/wualab/wualab/wusp"
)

// updating is what a world knows of the PC's Windows Update agent.
type updating struct {
	known []*wua.Update     // of the last detection or search
	offer []*wua.Update     // of these, what offered means
	trips int               // of the last detection
	names map[string]string // of the scenario, by UpdateID
	plan  map[string]*plan.WSUSUpdate
}

func newUpdating(s *plan.Scenario) updating {
	u := updating{names: map[string]string{}, plan: map[string]*plan.WSUSUpdate{}}
	u.addSUS(s)
	for i := range s.Servers {
		if s.Servers[i].WSUS == nil {
			continue
		}
		for j := range s.Servers[i].WSUS.Updates {
			one := &s.Servers[i].WSUS.Updates[j]
			u.names[string(one.ID())], u.plan[string(one.ID())] = one.Name, one
			if kb, ok := one.KnownUpdate(); ok {
				u.names[string(kb.Product.Identity.UpdateID)] = kb.Product.Localized[0].Title
			}
		}
	}
	return u
}

// name gives the scenario's name of an update.
func (u *updating) name(id wusp.GUID) string {
	if name, ok := u.names[string(id)]; ok {
		return name
	}
	return string(id)
}

// installed is what became of an update in a step.
type installed struct {
	name string
	wua.Installation
}

// installer says what the installers of the scenario's updates do.
func (w *world) installer(id wusp.UpdateIdentity, remove bool) (wua.Effect, bool) {
	one, ok := w.updates.plan[string(id.UpdateID)]
	if !ok {
		return wua.Effect{}, false
	}
	if kb, ok := one.KnownUpdate(); ok {
		return knownInstaller(w.pc.Machine, kb, remove), true
	}
	if remove {
		return effectOf(one.Uninstaller), true
	}
	return effectOf(one.Installer), true
}

// effectOf gives what an installer does; one of which nothing is said does nothing.
func effectOf(e *plan.Effect) wua.Effect {
	if e == nil {
		return wua.Effect{}
	}
	out := wua.Effect{ExitCode: e.ExitCode.Value, Takes: e.Takes.Value, Hangs: e.Hangs.Value, Now: changeOf(&e.PCChange)}
	if e.AtReboot != nil {
		out.AtReboot = changeOf(e.AtReboot)
	}
	return out
}

func changeOf(c *plan.PCChange) func(*machine.Machine) error {
	return func(pc *machine.Machine) error {
		if err := setFiles(pc, c.Files); err != nil {
			return err
		}
		return setRegistryOf(pc, c.Registry)
	}
}

// setFiles puts files onto the PC's table of files.
func setFiles(pc *machine.Machine, files []plan.PCFile) error {
	for i := range files {
		f := &files[i]
		if f.Absent() {
			pc.Files().Remove(f.Path)
			continue
		}
		info, _ := pc.Files().Info(f.Path)
		if f.Version.Set {
			version, err := machine.ParseFileVersion(f.Version.Value)
			if err != nil {
				return fmt.Errorf("%v: %w", f.Version.Pos, err)
			}
			info.Version = version
		}
		if f.Size.Set {
			info.Size = f.Size.Value
		}
		if f.Modified.Set {
			info.Modified = f.Modified.Value
		}
		if f.Created.Set {
			info.Created = f.Created.Value
		}
		if f.Language.Set {
			info.Language = f.Language.Value
		}
		pc.Files().SetInfo(f.Path, info)
	}
	return nil
}

// updateSteps has the Windows Update agent do what the step says. The first failure ends
// it; but all updates of one key are tried.
func (w *world) updateSteps(ctx context.Context, hold clock.Hold, s *plan.UpdateSteps, h *happened) error {
	if err := w.renewUpdates(s); err != nil || !s.Acts() {
		return err
	}
	agent, err := w.pc.Updates()
	if err != nil {
		return err
	}
	if s.ResetAuthorization.Value {
		agent.ResetAuthorization()
	}
	for _, name := range s.HideUpdates {
		agent.Hide(w.plan.Update(name).ID(), true)
	}
	for _, name := range s.UnhideUpdates {
		agent.Hide(w.plan.Update(name).ID(), false)
	}
	if err := w.look(ctx, hold, agent, s, h); err != nil {
		return err
	}
	for _, one := range []struct {
		names []string
		do    func(*wua.Update) error
	}{
		{s.AcceptEula, func(u *wua.Update) error { _, err := agent.AcceptEula(ctx, hold, u); return err }},
		{s.DownloadUpdates, func(u *wua.Update) error { return agent.Download(ctx, hold, u) }},
		{s.InstallUpdates, func(u *wua.Update) error { return w.install(ctx, hold, agent.Install, u, h) }},
		{s.UninstallUpdates, func(u *wua.Update) error { return w.install(ctx, hold, agent.Uninstall, u, h) }},
	} {
		if err := w.each(one.names, one.do); err != nil {
			return err
		}
	}
	if s.ReportEvents.Value {
		return agent.Report(ctx, hold)
	}
	return nil
}

// look detects or searches.
func (w *world) look(ctx context.Context, hold clock.Hold, agent *wua.Agent, s *plan.UpdateSteps, h *happened) error {
	if s.Detect.Value {
		scan, err := agent.Detect(ctx, hold)
		if err != nil {
			return err
		}
		w.updates.known, w.updates.offer, w.updates.trips = scan.Updates, scan.Offered(), scan.Trips
		w.tellUpdates(scan.Updates)
	}
	if q := s.Search; q != nil {
		searcher := agent.CreateUpdateSearcher()
		searcher.Offline, searcher.IncludePotentiallySupersededUpdates = q.Offline.Value, q.Superseded.Value
		found, err := searcher.Search(ctx, hold, q.Criteria.Value)
		if err != nil {
			return err
		}
		w.updates.known, w.updates.offer, h.found = found.Updates, found.Updates, found.Updates
	}
	return nil
}

// tellUpdates puts on the record what the agent makes of each update.
func (w *world) tellUpdates(list []*wua.Update) {
	for _, o := range w.outcomes(list) {
		text := fmt.Sprintf("%s: %s", o.Name, o.State)
		if o.Why != "" {
			text += ": " + o.Why
		}
		w.record.Add(transcript.Event{Kind: transcript.KindNote, Node: "client", Subject: "updates", Text: text})
	}
}

// each does something with the updates that are named; offered names those of the last
// detection. The error is the first one.
func (w *world) each(names []string, do func(*wua.Update) error) error {
	var list []*wua.Update
	for _, name := range names {
		if name == plan.OfferedWord {
			list = append(list, w.updates.offer...)
			continue
		}
		id := w.plan.Update(name).ID()
		i := slices.IndexFunc(w.updates.known, func(u *wua.Update) bool { return u.Identity.UpdateID == id })
		if i < 0 {
			return fmt.Errorf("the agent does not know the update %s: the server has told nothing of it", name)
		}
		list = append(list, w.updates.known[i])
	}
	var first error
	for _, u := range list {
		if err := do(u); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// install runs an installer, or a removal, and keeps how it ended.
func (w *world) install(ctx context.Context, hold clock.Hold, run func(context.Context, clock.Hold, *wua.Update) (wua.Installation, error), u *wua.Update, h *happened) error {
	done, err := run(ctx, hold, u)
	name := w.updates.name(u.Identity.UpdateID)
	if err == nil {
		h.installed = append(h.installed, installed{name, done})
		h.result = max(h.result, done.HResult)
		if done.HResult.Failed() {
			err = &hresult.Error{Code: done.HResult, Cause: fmt.Errorf("the installer of %s has failed: exit code %d", name, done.ExitCode)}
		}
	}
	return err
}

// madeJob gives a job that the agent made the name of its update.
func (w *world) madeJob(u *wua.Update, job *bits.Job) {
	w.jobs[w.updates.name(u.Identity.UpdateID)] = job
}

// addUpdateClient brings WinHTTP's proxy and the PC's files to what the file says.
func (w *world) addUpdateClient(c *plan.Client) error {
	if p := c.WinHTTPProxy; p.Use.Set {
		if err := w.pc.Machine.SetWinHTTPProxy(fmt.Sprintf("%s:%d", p.Use.Value, proxyPort), strings.Join(p.Bypass, ";")); err != nil {
			return err
		}
	}
	if err := setDevices(w.pc.Machine, c.Devices); err != nil {
		return err
	}
	if err := setProducts(w.pc.Machine, c); err != nil {
		return err
	}
	return setFiles(w.pc.Machine, c.Files)
}

// updateTuning is what the file says of what documents leave to the agent.
func updateTuning(e *plan.UpdateEngine) wua.Tuning {
	return wua.Tuning{MaxTrips: e.MaxTrips.Value, MaxRecoveries: e.MaxRecoveries.Value, UntilEmpty: e.UntilEmpty.Value, AskForEulas: e.AskForEulas.Value}
}

// reported counts the events that update servers have.
func (f *fakes) reported() map[string]int {
	if len(f.wsus) == 0 {
		return nil
	}
	counts := map[string]int{}
	for name, server := range f.wsus {
		counts[name] = len(server.Events())
	}
	return counts
}
