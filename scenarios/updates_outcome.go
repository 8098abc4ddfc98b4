package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/agent/wua/applicability"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/scenarios/plan"
)

// UpdateOutcome is what the Windows Update agent makes of an update.
type UpdateOutcome struct {
	Name     string // of the scenario; the UpdateID of an update that it does not name
	UpdateID string
	Title    string
	Type     string // UpdateType
	Action   string // of its deployment
	State    string // "offered", "installed", "not offered"
	Why      string // why it is not offered: the rule that decided, and by which value
	Rules    string // all its rules with their truth, a line each
	Result   string // how installing or removing it ended in the step; "" when it was not tried
}

// The states of an UpdateOutcome.
const (
	stateOffered    = "offered"
	stateInstalled  = "installed"
	stateNotOffered = "not offered"
)

// outcomes tells of updates, in the order of their names.
func (w *world) outcomes(list []*wua.Update) (out []UpdateOutcome) {
	for _, u := range list {
		o := UpdateOutcome{Name: w.updates.name(u.Identity.UpdateID), UpdateID: string(u.Identity.UpdateID), Title: u.Title(), Type: string(u.Core.Type),
			Action: string(u.Deployment.Action), State: stateNotOffered, Why: w.named(u.Why()), Rules: rulesOf(u)}
		switch {
		case o.Why == "":
			o.State = stateOffered
		case u.Installed:
			o.State = stateInstalled
		}
		out = append(out, o)
	}
	slices.SortFunc(out, func(a, b UpdateOutcome) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// settled tells what the agent makes of each update after a step in which it did
// something, and how its installers ended.
func (w *world) settled(step *plan.Step, h *happened) []UpdateOutcome {
	if step.SUS != nil {
		return w.settledSUS(h)
	}
	if !step.UpdateSteps.Acts() {
		return nil
	}
	agent, err := w.pc.Updates()
	if err != nil {
		return nil // the step has failed by this
	}
	out := w.outcomes(slices.DeleteFunc(agent.Cached(), func(u *wua.Update) bool { return !shown(u) }))
	addResults(out, h)
	return out
}

// addResults says how installers ended.
func addResults(out []UpdateOutcome, h *happened) {
	for i := range out {
		for _, one := range h.installed {
			if one.name == out[i].Name {
				out[i].Result = fmt.Sprintf("%v, exit code %d", one.Result, one.ExitCode)
			}
		}
	}
}

// named puts the scenario's names in place of identifiers.
func (w *world) named(text string) string {
	for id, name := range w.updates.names {
		text = strings.ReplaceAll(text, id, name)
	}
	return text
}

// rulesOf gives the trees of an update's rules.
func rulesOf(u *wua.Update) (text string) {
	for _, one := range []struct {
		name string
		v    *applicability.Verdict
	}{{"IsInstalled", u.State.IsInstalled}, {"IsInstallable", u.State.IsInstallable}, {"IsSuperseded", u.State.IsSuperseded}} {
		if one.v != nil {
			text += one.name + "\n" + one.v.String()
		}
	}
	return text
}

// shown reports whether an update is one that people see: no category and no detectoid.
func shown(u *wua.Update) bool {
	return u.Core.Type == metadata.Software || u.Core.Type == metadata.Driver
}
