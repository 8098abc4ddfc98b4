package wsus

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

func itoa(n int) string { return strconv.Itoa(n) }

// deployed is a revision that a computer may see, and why.
type deployed struct {
	*revision
	action   wusp.Action
	approval *Approval // nil: it is only needed by others
}

func (d *deployed) changed(began time.Time) time.Time {
	if d.approval == nil {
		return began
	}
	return d.approval.Changed
}

// scope gives what is deployed to groups, with all that it depends on: of each update
// its newest revision. What was approved by nobody has the action Evaluate, and Bundle
// when a bundle holds it (MS-WUSP 2.2.2.2.4 and 3.1.5.7).
func (s *Server) scope(groups []string) map[wusp.GUID]*deployed {
	s.mu.Lock()
	approvals := slices.Clone(s.approvals)
	s.mu.Unlock()
	found := map[wusp.GUID]*deployed{}
	for i := range approvals {
		a := &approvals[i]
		if !slices.Contains(groups, a.Group) {
			continue
		}
		if old := found[a.UpdateID]; old != nil && !overrides(a, old.approval) {
			continue
		}
		action := a.Action
		if action == wusp.ActionBlock { // MS-WUSP 2.2.2.2.4
			action = wusp.ActionPreDeploymentCheck
		}
		found[a.UpdateID] = &deployed{revision: s.catalogue.byGUID[a.UpdateID], action: action, approval: a}
	}
	queue := make([]*deployed, 0, len(found))
	for _, d := range found {
		queue = append(queue, d)
	}
	for len(queue) > 0 {
		d := queue[0]
		queue = queue[1:]
		queue = append(queue, s.depend(found, d.update.Prerequisites, wusp.ActionEvaluate)...)
		queue = append(queue, s.depend(found, d.update.Bundled, wusp.ActionBundle)...)
	}
	return found
}

// overrides: an approval of a group of its own counts more than that of all computers.
func overrides(a, old *Approval) bool { return a.Group != AllComputers || old.Group == AllComputers }

// depend adds what clauses name and is not there yet.
func (s *Server) depend(found map[wusp.GUID]*deployed, clauses []metadata.Clause, action wusp.Action) (added []*deployed) {
	for _, clause := range clauses {
		for _, id := range clause.AnyOf {
			old := found[id.UpdateID]
			if old == nil {
				d := &deployed{revision: s.catalogue.byGUID[id.UpdateID], action: action}
				found[id.UpdateID] = d
				added = append(added, d)
			} else if old.approval == nil && action == wusp.ActionBundle {
				old.action = action
			}
		}
	}
	return added
}

// deployment writes a deployment for a client of that protocol version; its number is
// that of the revision.
func (s *Server) deployment(d *deployed, client version, hardware []string) *wusp.Deployment {
	out := &wusp.Deployment{ID: d.revision.id, Action: d.action, LastChangeTime: d.changed(s.began).UTC().Format("2006-01-02")}
	if a := d.approval; a != nil {
		out.IsAssigned, out.DownloadPriority = a.assigned(), a.DownloadPriority
		if !a.Deadline.IsZero() {
			out.Deadline = wusp.At(a.Deadline).String()
		}
	}
	if client.atLeast(1, 6) {
		out.HardwareIDs = hardware
	}
	if client.atLeast(1, 8) {
		out.AutoSelect, out.AutoDownload, out.SupersedenceBehavior, out.FlagBitmask = "0", "0", "0", "0"
	}
	return out
}

// syncUpdates: MS-WUSP 3.1.5.7.
func (s *Server) syncUpdates(m *wusp.SyncUpdates) (any, error) {
	st, err := s.check(m.Cookie)
	if err != nil {
		return nil, err
	}
	p := m.Parameters
	if p == nil {
		return nil, fail(wusp.InvalidParameters, "parameters")
	}
	if len(p.SystemSpec) > 0 && !p.SkipSoftwareSync {
		return nil, fail(wusp.InvalidParameters, "parameters.SystemSpec")
	}
	if err := s.checkClient(st); err != nil {
		return nil, err
	}
	client, _ := parseVersion(st.Version)
	scope := s.scope(st.Groups)
	var wanted []needed
	var cached []int
	if p.SkipSoftwareSync {
		wanted, cached = s.drivers(scope, p), p.CachedDriverIDs
	} else {
		wanted, cached = s.software(scope, p), slices.Concat(p.InstalledNonLeafUpdateIDs, p.OtherCachedUpdateIDs)
	}
	info := s.answer(st, client, wanted, cached)
	two := p.NeedTwoGroupOutOfScopeUpdates != nil && *p.NeedTwoGroupOutOfScopeUpdates
	if len(p.FilterCategoryIDs) > 0 && two && client.atLeast(1, 7) && s.version.atLeast(3, 2) {
		s.partOutOfScope(info, scope)
	}
	if !p.SkipSoftwareSync && client.atLeast(1, 7) && s.version.atLeast(3, 2) {
		info.DriverSyncNotNeeded = strconv.FormatBool(!anyDriver(scope))
	}
	return wusp.SyncUpdatesResponse{Result: info}, nil
}

// partOutOfScope puts what is out of scope for a scan that is limited to categories, but
// deployed, into a list of its own (MS-WUSP 2.2.2.2.4).
func (s *Server) partOutOfScope(info *wusp.SyncInfo, scope map[wusp.GUID]*deployed) {
	all := info.OutOfScopeRevisionIDs
	info.OutOfScopeRevisionIDs = nil
	for _, id := range all {
		r := s.catalogue.byID[id]
		if r != nil && scope[r.identity().UpdateID] != nil && scope[r.identity().UpdateID].revision == r {
			info.DeployedOutOfScopeRevisionIDs = append(info.DeployedOutOfScopeRevisionIDs, id)
		} else {
			info.OutOfScopeRevisionIDs = append(info.OutOfScopeRevisionIDs, id)
		}
	}
}

// checkClient says whether the configuration is known to the client, and the client to
// the server.
func (s *Server) checkClient(st state) error {
	if err := s.checkConfig(st); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	computer := s.computer(st.Client)
	if !s.cfg.NoRegistration && !computer.Registered {
		return fail(wusp.RegistrationRequired, "")
	}
	computer.Synced++
	return nil
}

// needed is a revision that a client may want.
type needed struct {
	*deployed
	hardware []string // that the driver is the best for
}

// software gives what is deployed to the client, is no driver, and has its
// prerequisites met by what the client has installed.
func (s *Server) software(scope map[wusp.GUID]*deployed, p *wusp.SyncUpdateParameters) (list []needed) {
	installed := s.installed(p.InstalledNonLeafUpdateIDs)
	for _, d := range scope {
		if d.update.Type != metadata.Driver && met(d.update.Prerequisites, installed) && s.wanted(d, p.FilterCategoryIDs) {
			list = append(list, needed{deployed: d})
		}
	}
	return list
}

func (s *Server) installed(ids []int) map[wusp.GUID]bool {
	set := map[wusp.GUID]bool{}
	for _, id := range ids {
		if r := s.catalogue.byID[id]; r != nil {
			set[r.identity().UpdateID] = true
		}
	}
	return set
}

// met: of each clause one update is installed.
func met(clauses []metadata.Clause, installed map[wusp.GUID]bool) bool {
	return !slices.ContainsFunc(clauses, func(c metadata.Clause) bool {
		return !slices.ContainsFunc(c.AnyOf, func(id wusp.UpdateIdentity) bool { return installed[id.UpdateID] })
	})
}

// wanted: a scan may be limited to categories; categories and detectoids themselves are
// needed for any.
func (s *Server) wanted(d *deployed, filter []wusp.CategoryIdentifier) bool {
	if len(filter) == 0 || d.update.Type == metadata.Category || d.update.Type == metadata.Detectoid {
		return true
	}
	of := d.categories
	for _, clause := range d.update.Prerequisites {
		if clause.IsCategory {
			for _, id := range clause.AnyOf {
				of = append(slices.Clone(of), id.UpdateID)
			}
		}
	}
	return slices.ContainsFunc(filter, func(f wusp.CategoryIdentifier) bool { return slices.Contains(of, f.ID) })
}

// answer compares what is needed with what the client has.
func (s *Server) answer(st state, client version, list []needed, cached []int) *wusp.SyncInfo {
	slices.SortFunc(list, func(a, b needed) int { return cmp.Compare(a.revision.id, b.revision.id) })
	info := &wusp.SyncInfo{}
	has := map[int]bool{}
	if !s.cfg.IgnoreCachedIDs {
		for _, id := range cached {
			has[id] = true
		}
	}
	next := st
	inScope := map[int]bool{}
	for _, n := range list {
		inScope[n.revision.id] = true
		changed := n.changed(s.began)
		one := wusp.UpdateInfo{ID: n.revision.id, Deployment: s.deployment(n.deployed, client, n.hardware), IsLeaf: n.leaf}
		switch {
		case !has[n.revision.id] && len(info.NewUpdates) >= s.cfg.MaxNewUpdates:
			info.Truncated = true
			continue
		case !has[n.revision.id]:
			one.XML = n.fragments.Core
			info.NewUpdates = append(info.NewUpdates, one)
		case changed.After(st.LastSync):
			info.ChangedUpdates = append(info.ChangedUpdates, one)
		}
	}
	for _, n := range list {
		if changed := n.changed(s.began); !info.Truncated && changed.After(next.LastSync) {
			next.LastSync = changed
		}
	}
	for _, id := range cached {
		if !inScope[id] {
			info.OutOfScopeRevisionIDs = append(info.OutOfScopeRevisionIDs, id)
		}
	}
	info.NewCookie = s.newCookie(next)
	return info
}

// refreshCache: MS-WUSP 3.1.5.8.
func (s *Server) refreshCache(m *wusp.RefreshCache) (any, error) {
	st, err := s.check(m.Cookie)
	if err != nil {
		return nil, err
	}
	client, _ := parseVersion(st.Version)
	scope := s.scope(st.Groups)
	var out wusp.RefreshCacheResponse
	for _, id := range m.GlobalIDs {
		if d := scope[id.UpdateID]; d != nil && d.identity() == id {
			out.Result = append(out.Result, wusp.RefreshCacheResult{RevisionID: d.revision.id, GlobalID: &id, IsLeaf: d.leaf, Deployment: s.deployment(d, client, nil)})
		}
	}
	return out, nil
}
