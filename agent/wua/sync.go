package wua

import (
	"slices"
	"strconv"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/wusp"
)

// syncSoftware asks for updates, judges them, and asks again with what is installed, until
// nothing new can come (MS-WUSP 3.1.5.7).
func (r *round) syncSoftware() error {
	for {
		before := r.state.numbers()
		info, err := r.syncOnce(func() wusp.SyncUpdateParameters {
			nonLeaf, other, _ := r.state.ids()
			p := wusp.SyncUpdateParameters{InstalledNonLeafUpdateIDs: nonLeaf, OtherCachedUpdateIDs: other, FilterCategoryIDs: r.filter}
			if len(r.filter) > 0 {
				two := true
				p.NeedTwoGroupOutOfScopeUpdates = &two
			}
			return p
		})
		if err != nil {
			return err
		}
		again := info.Truncated
		for _, u := range info.NewUpdates {
			again = again || !u.IsLeaf && !before[u.ID] // assumed: what is told again is not new
		}
		if r.cfg.Tuning.UntilEmpty {
			again = len(info.NewUpdates) > 0
		}
		if !again {
			r.driversNotNeeded, _ = strconv.ParseBool(info.DriverSyncNotNeeded)
			return nil
		}
	}
}

// numbers are the numbers of what is cached.
func (s *State) numbers() map[int]bool {
	set := map[int]bool{}
	for i := range s.Cache {
		set[s.Cache[i].ID] = true
	}
	return set
}

// syncDrivers asks once, with the PC's devices.
func (r *round) syncDrivers() error {
	devices := devicesOf(r.cfg.Machine.System())
	if r.driversNotNeeded || len(devices) == 0 {
		return nil
	}
	_, err := r.syncOnce(func() wusp.SyncUpdateParameters {
		nonLeaf, other, drivers := r.state.ids()
		return wusp.SyncUpdateParameters{InstalledNonLeafUpdateIDs: nonLeaf, OtherCachedUpdateIDs: other, SystemSpec: devices, CachedDriverIDs: drivers, SkipSoftwareSync: true}
	})
	return err
}

// syncOnce is one call, and what its answer does to the cache. The parameters are asked
// for with each try, since numbers may be other ones after a recovery.
func (r *round) syncOnce(parameters func() wusp.SyncUpdateParameters) (*wusp.SyncInfo, error) {
	if r.trips++; r.trips > r.cfg.Tuning.MaxTrips {
		r.log.warn("PT", "Exceeded max server round trips: 0x%08X", uint32(hresult.WU_E_PT_EXCEEDED_MAX_SERVER_TRIPS))
		return nil, &Error{Code: hresult.WU_E_PT_EXCEEDED_MAX_SERVER_TRIPS, What: "SyncUpdates: " + strconv.Itoa(r.cfg.Tuning.MaxTrips) + " calls were not enough"}
	}
	var answer wusp.SyncUpdatesResponse
	err := r.withRecovery("SyncUpdates", func() error {
		p := parameters()
		if err := r.call(wusp.ClientService.Path, wusp.SyncUpdates{Cookie: r.state.Cookie, Parameters: &p}, &answer); err != nil {
			return err
		}
		return resultOf("SyncUpdates", answer.Result != nil)
	})
	if err != nil {
		return nil, err
	}
	return answer.Result, r.take(answer.Result)
}

// take puts an answer into the cache.
func (r *round) take(info *wusp.SyncInfo) error {
	if info.NewCookie != nil {
		r.state.Cookie = info.NewCookie
	}
	r.state.drop(info.OutOfScopeRevisionIDs)
	if len(r.filter) == 0 { // else they are only outside of what the scan is limited to
		r.state.drop(info.DeployedOutOfScopeRevisionIDs)
	}
	for _, u := range info.ChangedUpdates {
		if c := r.state.find(u.ID); c != nil {
			c.IsLeaf = u.IsLeaf
			if u.Deployment != nil {
				c.Deployment = *u.Deployment
			}
		}
	}
	var list []Cached
	for _, u := range info.NewUpdates {
		c := Cached{ID: u.ID, IsLeaf: u.IsLeaf}
		if u.Deployment != nil {
			c.Deployment = *u.Deployment
		}
		var err error
		if c.core, c.Core, err = r.cfg.Cores.Read(u.XML); err != nil {
			r.state.put(list)
			return &Error{Code: hresult.WU_E_XML_INVALID, What: "SyncUpdates: the metadata of revision " + strconv.Itoa(u.ID), Err: err}
		}
		list = append(list, c)
	}
	r.state.put(list)
	r.evaluate()
	return nil
}

// put takes what is new into the cache, in place of what has its number or is another
// revision of its update. Of two that meet in one answer the later counts.
func (s *State) put(list []Cached) {
	numbers, updates := map[int]int{}, map[wusp.GUID]int{}
	for i := range list {
		numbers[list[i].ID], updates[list[i].core.Identity.UpdateID] = i, i
	}
	last := func(i int, c *Cached) bool { return numbers[c.ID] == i && updates[c.core.Identity.UpdateID] == i }
	s.Cache = slices.DeleteFunc(s.Cache, func(c Cached) bool {
		if _, again := numbers[c.ID]; again {
			return true
		}
		core, err := c.parsed()
		if err != nil {
			return false
		}
		_, again := updates[core.Identity.UpdateID]
		return again
	})
	s.Cache = slices.Grow(s.Cache, len(list))
	for i := range list {
		if last(i, &list[i]) {
			s.Cache = append(s.Cache, list[i])
		}
	}
	slices.SortFunc(s.Cache, func(a, b Cached) int { return a.ID - b.ID })
}

// devicesOf describes the PC's hardware, MS-WUSP 2.2.2.2.4.
func devicesOf(s machine.System) (list []wusp.Device) {
	for _, d := range s.Devices {
		out := wusp.Device{HardwareIDs: d.HardwareIDs, CompatibleIDs: d.CompatibleIDs}
		if v := d.Driver; v != nil {
			out.InstalledDriver = &wusp.InstalledDriver{MatchingID: v.MatchingID, Class: v.Class, Manufacturer: v.Manufacturer, Provider: v.Provider, Model: v.Model,
				DriverVerVersion: int64(v.Version.Major)<<48 | int64(v.Version.Minor)<<32 | int64(v.Version.Build)<<16 | int64(v.Version.Private)}
			_ = out.InstalledDriver.DriverVerDate.UnmarshalText([]byte(v.Date)) // one that is no date stays zero
		}
		list = append(list, out)
	}
	return list
}
