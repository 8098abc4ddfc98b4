package applicability

import (
	"fmt"
	"slices"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/spelling"
)

// State is what the rules of an update say of a PC.
type State struct {
	Installed, Installable, Superseded Truth

	// The verdicts; nil where the update has no such rule.
	IsInstalled, IsInstallable, IsSuperseded *Verdict
}

// Needed says whether the update applies: it is not installed, not superseded, and
// installable. Documentation of IsInstallable in the CSAPI Update schema.
func (s State) Needed() bool {
	return s.Installed == False && s.Superseded == False && s.Installable == True
}

// Unknowns gives what could not be judged.
func (s State) Unknowns() (list []string) {
	for _, v := range []*Verdict{s.IsInstalled, s.IsInstallable, s.IsSuperseded} {
		if v != nil {
			list = append(list, v.Unknowns()...)
		}
	}
	return list
}

// Evaluate judges an update on a PC. A rule that is missing is false, but a missing
// IsInstallable beside an IsInstalled is true. Assumed: no document says what a missing
// rule means.
func Evaluate(core *metadata.Core, pc *machine.Machine) State {
	var s State
	j := &judge{pc: pc, system: pc.System(), metadata: core.Metadata}
	s.IsInstalled, s.Installed = j.optional(core.IsInstalled, False)
	s.IsInstallable, s.Installable = j.optional(core.IsInstallable, truth(core.IsInstalled != nil))
	s.IsSuperseded, s.Superseded = j.optional(core.IsSuperseded, False)
	return s
}

func (j *judge) optional(rule *metadata.Rule, missing Truth) (*Verdict, Truth) {
	if rule == nil {
		return nil, missing
	}
	v := j.rule(rule)
	return v, v.Truth
}

// Judge judges one rule, with those in it, on a PC. It judges all parts, also where one
// would decide, so that each can be shown. Rules that are about what the update tells
// under Metadata are unknown here; Evaluate knows it.
func Judge(rule *metadata.Rule, pc *machine.Machine) *Verdict {
	return (&judge{pc: pc, system: pc.System()}).rule(rule)
}

// judge is one evaluation.
type judge struct {
	pc       *machine.Machine
	system   machine.System
	metadata []*metadata.Rule // what the update tells of its application or patch
	loop     string           // the key that RegKeyLoop is at
}

func (j *judge) rule(r *metadata.Rule) *Verdict {
	v := &Verdict{Rule: r}
	switch r.Name {
	case "True", "False":
		v.Truth = truth(r.Name == "True")
	case "And", "Or":
		j.join(v, r.Name == "And")
	case "Not":
		j.invert(v)
	case "b.RegKeyLoop":
		j.keyLoop(v)
	default:
		known, ok := rules[r.Name]
		if !ok {
			v.Why = unknownRule(r.Name)
			return v
		}
		v.Truth, v.Why = known(&call{judge: j, rule: r})
	}
	return v
}

func unknownRule(name string) string {
	if why, ok := unmodelled[name]; ok {
		return fmt.Sprintf("%s is not judged: %s", name, why)
	}
	names := make([]string, 0, len(rules))
	for known := range rules {
		names = append(names, known)
	}
	slices.Sort(names)
	if near, ok := spelling.Nearest(name, names); ok {
		return fmt.Sprintf("the rule %s is not known here; there is %s", name, near)
	}
	return fmt.Sprintf("the rule %s is not known here", name)
}

// join is And and Or: one part that decides is enough, and one that is unknown makes
// the whole unknown where none decides.
func (j *judge) join(v *Verdict, and bool) {
	v.Truth = truth(and)
	decides := truth(!and)
	for _, r := range v.Rule.Rules {
		part := j.rule(r)
		v.Parts = append(v.Parts, part)
		switch {
		case v.Truth == decides:
		case part.Truth == decides:
			v.Truth = decides
		case part.Truth == Unknown:
			v.Truth = Unknown
		}
	}
	if len(v.Parts) == 0 {
		v.Truth, v.Why = Unknown, v.Rule.Name+" holds no rule"
	}
}

func (j *judge) invert(v *Verdict) {
	if len(v.Rule.Rules) != 1 {
		v.Why = fmt.Sprintf("Not holds one rule, not %d", len(v.Rule.Rules))
		return
	}
	part := j.rule(v.Rule.Rules[0])
	v.Parts = []*Verdict{part}
	v.Truth = part.Truth.not()
}
