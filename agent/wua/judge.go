package wua

import (
	"strings"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/wua/applicability"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

// Candidate is an update to judge without a server.
type Candidate struct {
	Core       *metadata.Core
	Title      string          // "": its ID
	Deployment wusp.Deployment // without an action: it is deployed to nobody
	Installed  bool            // it is taken to be installed, whatever its rules say
}

// Judge judges updates on a PC as a scan does that found them all.
func Judge(pc *machine.Machine, candidates []Candidate) []*Update {
	var list []*Update
	for _, c := range candidates {
		core := c.Core
		if c.Installed {
			taken := *c.Core
			taken.Bundled, taken.IsInstalled = nil, &metadata.Rule{Name: "True"}
			core = &taken
		}
		u := &Update{Identity: core.Identity, Deployment: c.Deployment, Core: core, State: applicability.Evaluate(core, pc), EulaAccepted: true}
		u.Installed = u.State.Installed == applicability.True
		if c.Title != "" {
			u.Localized = &metadata.Localized{Title: c.Title}
		}
		list = append(list, u)
	}
	settleAll(list)
	return list
}

// Standing says where a PC stands to an update.
type Standing string

// The standings.
const (
	Applies    Standing = "applies"        // it is needed
	Present    Standing = "installed"      // it is there
	NotNeeded  Standing = "not-applicable" // it does not apply
	Undecided  Standing = "unknown"        // a rule that decides can't be judged; the agent takes it not to apply
	Superseded Standing = "superseded"     // it applies, but another one that does replaces it
)

// Standing gives where the PC stands to the update, and why in a sentence.
func (u *Update) Standing() (Standing, string) {
	switch {
	case u.Installed:
		return Present, "it is installed"
	case u.Applicable && len(u.SupersededBy) > 0:
		return Superseded, "an update that replaces it is installed or applies"
	case u.Applicable:
		return Applies, "it is not installed, and can be installed"
	case !u.PrerequisitesMet:
		return NotNeeded, "a prerequisite is not installed"
	case len(u.Core.Bundled) > 0:
		return NotNeeded, "none of the updates in it applies"
	}
	return standingOf(u.State)
}

// standingOf is that of an update without bundle whose prerequisites are met.
func standingOf(s applicability.State) (Standing, string) {
	for _, rule := range []struct {
		name    string
		truth   applicability.Truth
		decides applicability.Truth
		says    string
	}{
		{"IsSuperseded", s.Superseded, applicability.True, "it is superseded"},
		{"IsInstallable", s.Installable, applicability.False, "it cannot be installed here"},
	} {
		if rule.truth == rule.decides {
			return NotNeeded, rule.says
		}
	}
	return Undecided, strings.Join(s.Unknowns(), "; ")
}
