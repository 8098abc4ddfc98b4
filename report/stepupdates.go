package report

import (
	"fmt"
	"strings"

	"github.com/wualab/wualab/scenarios"
)

// StepUpdate is what the PC's Windows Update agent makes of an update after a step.
type StepUpdate struct {
	Name     string `json:"name"` // of the scenario
	UpdateID string `json:"update_id"`
	Type     string `json:"type"`   // UpdateType
	Action   string `json:"action"` // of its deployment
	State    string `json:"state"`  // "offered", "installed", "not offered"
	// Why says why it is not offered: the rule that decided, and by which value on the PC.
	Why string `json:"why,omitempty"`
	// Rules are all its rules with their truth and the values on the PC, a line each.
	Rules []string `json:"rules,omitempty"`
	// Result tells how installing or removing it ended in the step.
	Result string `json:"result,omitempty"`
}

func updates(v *veil, list []scenarios.UpdateOutcome) (out []StepUpdate) {
	for _, o := range list {
		u := StepUpdate{Name: o.Name, UpdateID: o.UpdateID, Type: o.Type, Action: o.Action, State: o.State, Why: v.text(o.Why), Result: o.Result}
		if o.Rules != "" {
			u.Rules = strings.Split(strings.TrimRight(v.text(o.Rules), "\n"), "\n")
		}
		out = append(out, u)
	}
	return out
}

// told is the update in a line: "tools: installed; Succeeded, exit code 3010".
func (u *StepUpdate) told() string {
	text := fmt.Sprintf("%s: %s", u.Name, u.State)
	if u.Why != "" && u.State != "installed" {
		text += ": " + u.Why
	}
	if u.Result != "" {
		text += "; " + u.Result
	}
	return text
}

// updates lists them in a step that failed.
func (b *block) updates(s *Step) {
	for i := range s.Updates {
		b.field(first(i, "updates"), s.Updates[i].told())
	}
}

// updateText lists the updates of all steps of a cell, a line each.
func updateText(c *Cell) string {
	var out strings.Builder
	for _, s := range c.Steps {
		for i := range s.Updates {
			fmt.Fprintf(&out, "%s: update %s\n", s.Name, s.Updates[i].told())
		}
	}
	return out.String()
}

// updates lists those of each step below the line of a cell.
func (p *Console) updates(c *Cell) {
	for _, s := range c.Steps {
		for i := range s.Updates {
			p.print(fmt.Sprintf("          %s  %s\n", p.style.paint(cyan, s.Name), visible(s.Updates[i].told())))
		}
	}
}
