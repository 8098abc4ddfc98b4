package report

import (
	"fmt"
	"strings"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/updateexe"
	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/agent/wua/applicability"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

// Update tells where a PC stands to an update, with the rules that decided. It is a JSON
// document, and Text writes it for people.
type Update struct {
	ID       string       `json:"id"`
	Revision int          `json:"revision"`
	Title    string       `json:"title"`
	PC       UpdatePC     `json:"pc"`
	Standing wua.Standing `json:"standing"`
	Why      string       `json:"why"`
	Replaced []string     `json:"supersededBy,omitempty"` // titles

	Prerequisites []UpdateChoice `json:"prerequisites,omitempty"`
	Bundled       []string       `json:"bundled,omitempty"` // titles of those in it that apply or are installed
	Rules         []UpdateRule   `json:"rules"`

	Deployment   *UpdateDeployment `json:"deployment,omitempty"`   // nil: no server was asked
	Setup        *UpdateSetup      `json:"setup,omitempty"`        // nil: what it installs is not known
	Verification []updateexe.Line  `json:"verification,omitempty"` // against the file table of its article
	Sources      []string          `json:"sources,omitempty"`
	Assumed      []string          `json:"assumed,omitempty"`
}

// UpdatePC is the PC that was asked about.
type UpdatePC struct {
	Profile string `json:"profile"`
	Title   string `json:"title"`
	Windows string `json:"windows"`
	BITS    string `json:"bits,omitempty"` // "": none
}

// UpdateChoice is a prerequisite: one of the updates must be installed.
type UpdateChoice struct {
	Met   bool           `json:"met"`
	AnyOf []UpdateMember `json:"anyOf"`
}

// UpdateMember is an update that another one names.
type UpdateMember struct {
	ID        string      `json:"id"`
	Title     string      `json:"title,omitempty"`
	Known     bool        `json:"known"` // its metadata is at hand
	Installed bool        `json:"installed"`
	Rule      *UpdateNode `json:"isInstalled,omitempty"`
}

// UpdateRule is one of the three rules of an update.
type UpdateRule struct {
	Name  string      `json:"name"` // "IsInstalled"
	Truth string      `json:"truth"`
	Tree  *UpdateNode `json:"tree,omitempty"` // nil: the update has no such rule
}

// UpdateNode is a rule with the value that decided it, and the rules in it.
type UpdateNode struct {
	Rule       string            `json:"rule"`
	Attributes []UpdateAttribute `json:"attributes,omitempty"`
	Truth      string            `json:"truth"`
	Why        string            `json:"why,omitempty"`
	Parts      []*UpdateNode     `json:"parts,omitempty"`
}

// UpdateAttribute is an attribute of a rule.
type UpdateAttribute struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// UpdateDeployment is what a server has the PC do with the update.
type UpdateDeployment struct {
	Action  string `json:"action"` // "": it is deployed to nobody here
	Offered bool   `json:"offered"`
}

// UpdateSetup is what its setup program would do on the PC.
type UpdateSetup struct {
	Command  string `json:"command"`
	ExitCode int    `json:"exitCode"`
	Says     string `json:"says"`
}

// NewUpdate tells of one of the updates that were judged on a PC.
func NewUpdate(pc *machine.Machine, u *wua.Update, all []*wua.Update) *Update {
	p := pc.Profile()
	d := &Update{ID: string(u.Identity.UpdateID), Revision: u.Identity.RevisionNumber, Title: u.Title(),
		PC: UpdatePC{Profile: p.ID, Title: p.Title, Windows: pc.OS().String()}}
	if v, err := pc.BITS(); err == nil {
		d.PC.BITS = v.String()
	}
	d.Standing, d.Why = u.Standing()
	byID := map[wusp.GUID]*wua.Update{}
	for _, other := range all {
		byID[other.Identity.UpdateID] = other
	}
	for _, id := range u.SupersededBy {
		d.Replaced = append(d.Replaced, byID[id].Title())
	}
	for _, clause := range u.Core.Prerequisites {
		d.Prerequisites = append(d.Prerequisites, choiceOf(clause, byID))
	}
	for _, part := range u.Bundled {
		d.Bundled = append(d.Bundled, part.Title())
	}
	s := u.State
	for _, r := range []struct {
		name  string
		truth applicability.Truth
		tree  *applicability.Verdict
	}{{"IsInstalled", s.Installed, s.IsInstalled}, {"IsInstallable", s.Installable, s.IsInstallable}, {"IsSuperseded", s.Superseded, s.IsSuperseded}} {
		d.Rules = append(d.Rules, UpdateRule{r.name, r.truth.String(), nodeOf(r.tree)})
	}
	return d
}

func choiceOf(c metadata.Clause, byID map[wusp.GUID]*wua.Update) UpdateChoice {
	var choice UpdateChoice
	for _, id := range c.AnyOf {
		m := UpdateMember{ID: string(id.UpdateID)}
		if p := byID[id.UpdateID]; p != nil {
			m.Title, m.Known, m.Installed, m.Rule = p.Title(), true, p.Installed, nodeOf(p.State.IsInstalled)
		}
		choice.Met = choice.Met || m.Installed
		choice.AnyOf = append(choice.AnyOf, m)
	}
	return choice
}

func nodeOf(v *applicability.Verdict) *UpdateNode {
	if v == nil {
		return nil
	}
	n := &UpdateNode{Rule: v.Rule.Name, Truth: v.Truth.String(), Why: v.Why}
	for _, a := range v.Rule.Attributes {
		n.Attributes = append(n.Attributes, UpdateAttribute(a))
	}
	for _, part := range v.Parts {
		n.Parts = append(n.Parts, nodeOf(part))
	}
	return n
}

// Text writes the document for people.
func (d *Update) Text(style Style) string {
	var w strings.Builder
	w.WriteString(style.paint(bold, oneLine(d.Title)) + "\n" + d.sentence() + "\n")
	for _, c := range d.Prerequisites {
		w.WriteString("\n" + heading(style, c.Met, "Prerequisite") + "\n")
		for _, m := range c.AnyOf {
			m.write(&w, style)
		}
	}
	for _, r := range d.Rules {
		w.WriteString("\n" + r.Name + ": " + paintTruth(style, r.Truth) + "\n")
		if r.Tree == nil {
			w.WriteString("  the update has no such rule\n")
			continue
		}
		r.Tree.write(&w, style, "  ")
	}
	w.WriteString("\n" + FieldText(style, 0, d.fields()...))
	return w.String()
}

// sentence says where the PC stands.
func (d *Update) sentence() string {
	on := fmt.Sprintf("%s (%s)", d.PC.Title, d.PC.Windows)
	switch d.Standing {
	case wua.Applies:
		return "Applies to " + on + ": " + d.Why + "."
	case wua.Present:
		return "Is installed on " + on + "."
	case wua.Superseded:
		return "Is replaced on " + on + " by " + oneLine(strings.Join(d.Replaced, ", ")) + "."
	case wua.Undecided:
		return "It is not known whether it applies to " + on + ", and so it does not: " + oneLine(d.Why) + "."
	}
	return "Does not apply to " + on + ": " + d.Why + "."
}

func heading(style Style, met bool, what string) string {
	if met {
		return what + ": " + style.paint(green, "met")
	}
	return what + ": " + style.paint(red, "not met")
}

func (m UpdateMember) write(w *strings.Builder, style Style) {
	switch {
	case !m.Known:
		fmt.Fprintf(w, "  %s, of which nothing is known here: taken not to be installed\n", m.ID)
		return
	case m.Installed:
		fmt.Fprintf(w, "  %s is installed\n", oneLine(m.Title))
	default:
		fmt.Fprintf(w, "  %s is not installed\n", oneLine(m.Title))
	}
	if m.Rule != nil {
		m.Rule.write(w, style, "    ")
	}
}

func (n *UpdateNode) write(w *strings.Builder, style Style, indent string) {
	w.WriteString(indent + paintTruth(style, n.Truth) + strings.Repeat(" ", 9-len(n.Truth)) + oneLine(n.Rule))
	for _, a := range n.Attributes {
		w.WriteString(" " + oneLine(a.Name) + `="` + oneLine(a.Value) + `"`)
	}
	w.WriteString("\n")
	if n.Why != "" {
		w.WriteString(indent + strings.Repeat(" ", 9) + style.paint(cyan, oneLine(n.Why)) + "\n")
	}
	for _, part := range n.Parts {
		part.write(w, style, indent+"  ")
	}
}

// oneLine makes text that comes from a document fit for one line.
func oneLine(text string) string { return strings.Join(strings.Fields(visible(text)), " ") }

func paintTruth(style Style, truth string) string {
	color := map[string]string{"true": green, "false": red, "unknown": yellow}[truth]
	return style.paint(color, truth)
}

func (d *Update) fields() []Field {
	fields := []Field{{Label: "ID", Text: fmt.Sprintf("%s, revision %d", d.ID, d.Revision)}}
	list := func(label string, texts []string) {
		for _, text := range texts {
			fields = append(fields, Field{Label: label, Text: "- " + text})
			label = ""
		}
	}
	list("bundles", d.Bundled)
	if d.PC.BITS != "" {
		fields = append(fields, Field{Label: "BITS", Text: d.PC.BITS})
	}
	fields = append(fields, Field{Label: "deployment", Text: d.deployment()})
	if d.Setup != nil {
		fields = append(fields, Field{Label: "setup", Text: fmt.Sprintf("%s %s; exit code %d", d.Setup.Command, d.Setup.Says, d.Setup.ExitCode)})
	}
	var lines []string
	for _, l := range d.Verification {
		lines = append(lines, l.String())
	}
	list("verification", lines)
	list("sources", d.Sources)
	list("assumed", d.Assumed)
	return fields
}

func (d *Update) deployment() string {
	switch {
	case d.Deployment == nil:
		return "no server is asked; deployed for Install it would " + map[bool]string{true: "", false: "not "}[d.Standing == wua.Applies] + "be offered"
	case d.Deployment.Action == "":
		return "none: the server deploys it to nobody"
	case d.Deployment.Offered:
		return d.Deployment.Action + ": it is offered"
	}
	return d.Deployment.Action + ": it is not offered"
}
