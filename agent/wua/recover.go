package wua

import (
	"github.com/wualab/wualab/wusp"
)

// reaction is what a fault asks of the client, MS-WUSP 2.2.2.4.
type reaction struct {
	config   bool // GetConfig again
	cookie   bool // GetAuthorizationCookie and GetCookie again
	discard  bool // the cookie is not shown again
	refresh  bool // RefreshCache
	register bool // RegisterComputer again
	locate   bool // GetFileLocations
}

// reactions are the faults that a scan recovers from. All others end it.
var reactions = map[wusp.ErrorCode]reaction{
	wusp.InvalidCookie:        {config: true, cookie: true, discard: true, refresh: true},
	wusp.ServerChanged:        {config: true, cookie: true, discard: true, refresh: true},
	wusp.ConfigChanged:        {config: true, cookie: true},
	wusp.CookieExpired:        {cookie: true},
	wusp.RegistrationRequired: {register: true},
	wusp.FileLocationChanged:  {locate: true},
	// Assumed: a bad authorization cookie is asked for again.
	wusp.InvalidAuthorizationCookie: {cookie: true},
}

// withRecovery does a call that needs a cookie, and does it again after what a fault
// asks for. Public logs name the same: "SyncUpdates_WithRecovery failed".
func (r *round) withRecovery(name string, call func() error) error {
	err := r.authorize()
	refresh := false
	for {
		if err == nil && refresh {
			err = r.refreshCache()
			refresh = refresh && err != nil
		}
		if err == nil {
			if err = call(); err == nil {
				return nil
			}
		}
		code, ok := faultIn(err)
		what, known := reactions[code]
		if !ok || !known || r.recoveries >= r.cfg.Tuning.MaxRecoveries {
			r.log.warn("PT", "%s_WithRecovery failed: 0x%08X", name, uint32(codeIn(err)))
			return err
		}
		r.recoveries++
		refresh = refresh || what.refresh
		r.react(what)
		if err = r.authorize(); err == nil && what.locate {
			r.locateAgain()
		}
	}
}

func (r *round) react(what reaction) {
	if what.config {
		r.state.Config = nil
	}
	if what.cookie {
		r.state.dropAuthorization()
	}
	if what.discard {
		r.state.Cookie = nil
	}
	if what.register {
		r.state.Registered = nil
	}
}

// refreshCache asks for this server's numbers of what is cached; what it does not know
// leaves the cache (MS-WUSP 3.1.5.8).
func (r *round) refreshCache() error {
	if len(r.state.Cache) == 0 {
		return nil
	}
	request := wusp.RefreshCache{Cookie: r.state.Cookie}
	byID := map[wusp.UpdateIdentity]Cached{}
	for i := range r.state.Cache {
		core, err := r.state.Cache[i].parsed()
		if err != nil {
			continue
		}
		request.GlobalIDs = append(request.GlobalIDs, core.Identity)
		byID[core.Identity] = r.state.Cache[i]
	}
	var answer wusp.RefreshCacheResponse
	if err := r.call(wusp.ClientService.Path, request, &answer); err != nil {
		return err
	}
	r.state.Cache = nil
	for _, one := range answer.Result {
		if one.GlobalID == nil {
			continue
		}
		c, ok := byID[*one.GlobalID]
		if !ok {
			continue
		}
		c.ID, c.IsLeaf = one.RevisionID, one.IsLeaf
		if one.Deployment != nil {
			c.Deployment = *one.Deployment
		}
		r.state.Cache = append(r.state.Cache, c)
	}
	r.log.write("AGENT", "  * Refreshed cache: %d of %d updates are known to the server", len(r.state.Cache), len(request.GlobalIDs))
	return nil
}
