package wua

import (
	"context"
	"slices"

	"github.com/wualab/wualab/agent/wua/applicability"
	"github.com/wualab/wualab/agent/wua/criteria"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

// Searcher is IUpdateSearcher of the Windows Update Agent API. The zero value is not
// usable; ask the agent for one.
type Searcher struct {
	// Offline judges what is cached and asks no server; Online of the interface is its
	// opposite.
	Offline bool
	// IncludePotentiallySupersededUpdates gives also updates that another one of the
	// result replaces.
	IncludePotentiallySupersededUpdates bool

	agent *Agent
}

// CreateUpdateSearcher gives a searcher of the agent, as IUpdateSession does.
func (a *Agent) CreateUpdateSearcher() *Searcher { return &Searcher{agent: a} }

// Search gives the updates that criteria mean; see package criteria. The code of bad
// criteria is WU_E_INVALID_CRITERIA. h is the caller's hold on the clock.
func (s *Searcher) Search(ctx context.Context, h clock.Hold, text string) ([]*Update, error) {
	wanted, err := criteria.Parse(text)
	if err != nil {
		return nil, &Error{Code: hresult.WU_E_INVALID_CRITERIA, What: "criteria " + text, Err: err}
	}
	var all []*Update
	if s.Offline {
		all = s.agent.Cached()
	} else {
		scan, err := s.agent.Detect(ctx, h)
		if err != nil {
			return nil, s.agent.ifLegacy(ctx, h, err)
		}
		all = scan.Updates
	}
	reboot := s.agent.RebootRequired()
	return slices.DeleteFunc(slices.Clone(all), func(u *Update) bool {
		facts, ok := u.facts(reboot)
		return !ok || !wanted.Match(facts) || len(u.SupersededBy) > 0 && !s.IncludePotentiallySupersededUpdates
	}), nil
}

// Cached judges what is cached, without a server.
func (a *Agent) Cached() []*Update {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.judge(map[*metadata.Core]applicability.State{})
}

// facts describes the update to criteria; false for one that no program gets to see:
// what is deployed for others, only to be checked, or does not apply here at all.
func (u *Update) facts(reboot bool) (criteria.Facts, bool) {
	f := criteria.Facts{Type: string(metadata.Software), IsAssigned: u.Deployment.IsAssigned, AutoSelectOnWebSites: u.Core.AutoSelectOnWebSites,
		BrowseOnly: u.Deployment.Action == wusp.ActionOptionalInstall, UpdateID: string(u.Identity.UpdateID), RevisionNumber: u.Identity.RevisionNumber,
		IsInstalled: u.Installed, IsHidden: u.Hidden, IsPresent: u.Installed, RebootRequired: reboot && u.Installed}
	if u.Core.Type == metadata.Driver {
		f.Type = string(metadata.Driver)
	}
	for _, clause := range u.Core.Prerequisites {
		for _, id := range clause.AnyOf {
			if clause.IsCategory {
				f.CategoryIDs = append(f.CategoryIDs, string(id.UpdateID))
			}
		}
	}
	switch u.Deployment.Action {
	case wusp.ActionInstall, wusp.ActionOptionalInstall:
		f.DeploymentAction = "Installation"
	case wusp.ActionUninstall:
		f.DeploymentAction = "Uninstallation"
	}
	return f, f.DeploymentAction != "" && u.Core.ExplicitlyDeployable && (u.Installed || u.Applicable)
}
