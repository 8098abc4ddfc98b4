package wua

import (
	"slices"

	"github.com/wualab/wualab/agent/wua/applicability"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

// Update is a revision that the agent knows, judged on the PC.
type Update struct {
	Identity   wusp.UpdateIdentity
	RevisionID int // the server's number of it
	Deployment wusp.Deployment
	Core       *metadata.Core
	State      applicability.State // of its own rules

	Installed        bool
	PrerequisitesMet bool
	Applicable       bool // it is not installed, its prerequisites are met, and its rules or those of what it bundles say that it is needed
	SupersededBy     []wusp.GUID
	Hidden           bool
	EulaAccepted     bool // also when it has none

	Extended  *metadata.Extended  // nil until it was asked for
	Localized *metadata.Localized // nil until it was asked for
	URLs      map[string]string   // of its files, by SHA-1 digest
	Unmoved   bool                // no server can tell another place of its files
	Eula      *metadata.EulaFile  // its license terms; nil: it has none, or they were not asked for
	paths     map[string]string   // on the host, of files that were downloaded and are right, by name
	Bundled   []*Update           // of each choice the first that applies, or is installed
	unmet     []metadata.Clause   // prerequisites of which nothing is installed
}

// Title gives what people call the update; its ID when it has no title.
func (u *Update) Title() string {
	if u.Localized != nil && u.Localized.Title != "" {
		return u.Localized.Title
	}
	return string(u.Identity.UpdateID)
}

// Offered says whether the update is for the agent to install or to remove, by its
// deployment: Install and OptionalInstall where it applies, Uninstall where it is
// installed (MS-WUSP 2.2.2.2.4). What was deployed for others or to be checked is not.
func (u *Update) Offered() bool {
	switch u.Deployment.Action {
	case wusp.ActionInstall, wusp.ActionOptionalInstall:
		return u.Applicable && u.Core.ExplicitlyDeployable
	case wusp.ActionUninstall:
		return u.Installed && u.Core.ExplicitlyDeployable
	}
	return false
}

// evaluate judges all that is cached, and keeps what is installed.
func (r *round) evaluate() {
	r.updates = r.Agent.judge(r.judged)
}

// judge judges the cached updates on the PC. What the rules say of the PC is kept in judged
// and not asked again.
func (a *Agent) judge(judged map[*metadata.Core]applicability.State) []*Update {
	var list []*Update
	var cached []*Cached // what each of the list is of
	for i := range a.state.Cache {
		c := &a.state.Cache[i]
		core, err := c.parsed()
		if err != nil {
			continue // it was read when it came
		}
		state, known := judged[core]
		if !known {
			state = applicability.Evaluate(core, a.cfg.Machine)
			judged[core] = state
		}
		u := &Update{Identity: core.Identity, RevisionID: c.ID, Deployment: c.Deployment, Core: core,
			State: state, Hidden: slices.Contains(a.state.Hidden, core.Identity.UpdateID), EulaAccepted: a.accepted(core)}
		u.Installed = u.State.Installed == applicability.True
		list, cached = append(list, u), append(cached, c)
	}
	settleAll(list)
	for i, u := range list {
		cached[i].Installed = u.Installed
	}
	return list
}

// settleAll finds what follows for updates from each other, until nothing changes: what is
// installed decides about prerequisites and bundles.
func settleAll(list []*Update) {
	byID := map[wusp.GUID]*Update{}
	for _, u := range list {
		byID[u.Identity.UpdateID] = u
	}
	for changed := true; changed; {
		changed = false
		for _, u := range list {
			installed, applicable := u.Installed, u.Applicable
			u.settle(byID)
			changed = changed || u.Installed != installed || u.Applicable != applicable
		}
	}
	supersede(list, byID)
}

// settle finds what follows for an update from the others.
func (u *Update) settle(byID map[wusp.GUID]*Update) {
	u.unmet = nil
	for _, c := range u.Core.Prerequisites {
		if !slices.ContainsFunc(c.AnyOf, func(id wusp.UpdateIdentity) bool { p := byID[id.UpdateID]; return p != nil && p.Installed }) {
			u.unmet = append(u.unmet, c)
		}
	}
	u.PrerequisitesMet = len(u.unmet) == 0
	if len(u.Core.Bundled) == 0 {
		u.Applicable = u.PrerequisitesMet && u.State.Needed()
		return
	}
	u.settleBundle(byID)
}

// settleBundle: a bundle is installed when one of each choice is, and applies when one
// of them does; its own rules can only forbid. Assumed: the documents say what a bundle
// holds, not how it is judged.
func (u *Update) settleBundle(byID map[wusp.GUID]*Update) {
	u.Bundled = nil
	all, some := true, false
	for _, choice := range u.Core.Bundled {
		var found *Update
		for _, id := range choice.AnyOf {
			if child := byID[id.UpdateID]; child != nil && (child.Installed || child.Applicable) {
				found = child
				break
			}
		}
		if found == nil {
			all = false
			continue
		}
		u.Bundled = append(u.Bundled, found)
		all = all && found.Installed
		some = some || found.Applicable
	}
	u.Installed = all
	forbidden := u.Core.IsInstallable != nil && u.State.Installable != applicability.True || u.State.Superseded != applicability.False
	u.Applicable = u.PrerequisitesMet && !u.Installed && some && !forbidden
}

// supersede marks updates that another one, which is installed or applies, replaces.
func supersede(list []*Update, byID map[wusp.GUID]*Update) {
	for _, u := range list {
		if !u.Installed && !u.Applicable {
			continue
		}
		for _, id := range u.Core.Superseded {
			if old := byID[id]; old != nil {
				old.SupersededBy = append(old.SupersededBy, u.Identity.UpdateID)
			}
		}
	}
}
