package wua

import (
	"context"
	"fmt"
	"slices"

	"github.com/wualab/wualab/agent/wua/applicability"
	"github.com/wualab/wualab/agent/wua/criteria"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

// Searcher is IUpdateSearcher of the Windows Update Agent API. The zero value is not
// usable; ask a [Session] or the agent for one. It is for one goroutine.
type Searcher struct {
	// Offline judges what is cached and asks no server; Online of the interface is its
	// opposite.
	Offline bool
	// IncludePotentiallySupersededUpdates gives also updates that another one of the
	// result replaces.
	IncludePotentiallySupersededUpdates bool
	// ServerSelection and ServiceID say which server is asked; only the managed one is
	// there.
	ServerSelection ServerSelection
	ServiceID       wusp.GUID

	agent *Agent
	by    errand
}

// ServerSelection is the enumeration of that name, MS-UAMG 2.2.
type ServerSelection int

// The selections.
const (
	DefaultServer ServerSelection = iota // ssDefault
	ManagedServer                        // ssManagedServer
	WindowsUpdate                        // ssWindowsUpdate: the public service
	OtherServer                          // ssOthers: that of ServiceID
)

// ManagedServiceID is the ServiceID of the managed server, as public logs tell it.
const ManagedServiceID wusp.GUID = "3da21691-e39d-4da6-8a4b-b43877bcb1b7"

// SearchResult is ISearchResult.
type SearchResult struct {
	ResultCode     OperationResult
	Updates        []*Update
	RootCategories []*Update // categories that need no other
	Warnings       []error   // each an [*Error]: rules that could not be judged
}

// CreateUpdateSearcher gives a searcher of the agent, for Automatic Updates.
func (a *Agent) CreateUpdateSearcher() *Searcher { return a.CreateSession().CreateUpdateSearcher() }

// Search gives the updates that criteria mean; see package criteria. Criteria that name
// categories in each of their groups limit the scan to these, where server and agent can
// (MS-WUSP 3.1.5.6). Codes of errors: WU_E_INVALID_CRITERIA, WU_E_LEGACYSERVER for a
// managed server that is SUS 1.0, and those of a scan. h is the caller's hold on the
// clock.
func (s *Searcher) Search(ctx context.Context, h clock.Hold, text string) (*SearchResult, error) {
	wanted, err := criteria.Parse(text)
	if err != nil {
		return nil, &Error{Code: hresult.WU_E_INVALID_CRITERIA, What: "criteria " + text, Err: err}
	}
	if err := s.checkServer(); err != nil {
		return nil, err
	}
	var all []*Update
	if s.Offline {
		all = s.agent.Cached()
	} else {
		by := s.by
		by.categories = categoriesOf(wanted)
		scan, err := s.agent.detectFor(ctx, h, by)
		if err != nil {
			return nil, s.agent.ifLegacy(ctx, h, err)
		}
		all = scan.Updates
	}
	result := &SearchResult{ResultCode: Succeeded}
	awaiting := s.agent.awaitingReboot()
	for _, u := range all {
		if u.Core.Type == metadata.Category && len(u.Core.Prerequisites) == 0 {
			result.RootCategories = append(result.RootCategories, u)
		}
		result.Warnings = append(result.Warnings, u.warnings()...)
		if facts, ok := u.facts(awaiting); ok && wanted.Match(facts) && (len(u.SupersededBy) == 0 || s.IncludePotentiallySupersededUpdates) {
			result.Updates = append(result.Updates, u)
		}
	}
	if len(result.Warnings) > 0 {
		result.ResultCode = SucceededWithErrors
	}
	return result, nil
}

// checkServer: the public service is not modelled, and no other one is registered.
func (s *Searcher) checkServer() error {
	id, err := wusp.ParseGUID(string(s.ServiceID))
	switch {
	case s.ServerSelection == WindowsUpdate:
		return &Error{Code: hresult.WU_E_WU_DISABLED, What: "the public update service is not there; ask the managed server"}
	case s.ServerSelection == OtherServer && (err != nil || id != ManagedServiceID):
		return &Error{Code: hresult.WU_E_DS_UNKNOWNSERVICE, What: fmt.Sprintf("no service with the ID %q is registered", s.ServiceID)}
	}
	return nil
}

// warnings: a rule that decides and can't be judged may hide an update. Assumed: that the
// agent tells so here.
func (u *Update) warnings() []error {
	standing, why := u.Standing()
	if standing != Undecided {
		return nil
	}
	return []error{&Error{Code: hresult.WU_E_EE_UNKNOWN_EXPRESSION, What: u.Title() + ": " + why}}
}

// categoriesOf gives the categories of each group of criteria; nil when a group has none.
func categoriesOf(c *criteria.Criteria) (groups [][]wusp.GUID) {
	for _, group := range c.Categories() {
		if len(group) == 0 {
			return nil
		}
		var ids []wusp.GUID
		for _, id := range group {
			ids = append(ids, wusp.GUID(id))
		}
		groups = append(groups, ids)
	}
	return groups
}

// Cached judges what is cached, without a server.
func (a *Agent) Cached() []*Update {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.judge(map[*metadata.Core]applicability.State{})
}

// awaitingReboot gives the updates whose installation or removal a restart has to end.
func (a *Agent) awaitingReboot() []wusp.GUID {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.awaiting)
}

// facts describes the update to criteria; false for one that no program gets to see:
// what is deployed for others, only to be checked, or does not apply here at all.
func (u *Update) facts(awaiting []wusp.GUID) (criteria.Facts, bool) {
	f := criteria.Facts{Type: string(metadata.Software), IsAssigned: u.Deployment.IsAssigned, AutoSelectOnWebSites: u.Core.AutoSelectOnWebSites,
		BrowseOnly: u.Deployment.Action == wusp.ActionOptionalInstall, UpdateID: string(u.Identity.UpdateID), RevisionNumber: u.Identity.RevisionNumber,
		IsInstalled: u.Installed, IsHidden: u.Hidden, IsPresent: u.Installed, RebootRequired: slices.Contains(awaiting, u.Identity.UpdateID)}
	if u.Core.Type == metadata.Driver {
		f.Type = string(metadata.Driver)
	}
	for _, clause := range u.Core.Prerequisites {
		for _, id := range clause.AnyOf {
			if clause.IsCategory && !slices.Contains(f.CategoryIDs, string(id.UpdateID)) {
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
