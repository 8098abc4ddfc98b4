package wua

import (
	"context"

	"github.com/wualab/wualab/agent/wua/applicability"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

// Scan is what a detection found.
type Scan struct {
	Server  Server
	Trips   int       // calls of SyncUpdates
	Updates []*Update // all that the server deploys to this PC and the agent may see
}

// Offered gives the updates that the agent is to install or to remove, without those
// that another of them replaces.
func (s *Scan) Offered() (list []*Update) {
	for _, u := range s.Updates {
		if u.Offered() && len(u.SupersededBy) == 0 && !u.Hidden {
			list = append(list, u)
		}
	}
	return list
}

// Update finds an update by its ID.
func (s *Scan) Update(id wusp.GUID) (*Update, bool) {
	for _, u := range s.Updates {
		if u.Identity.UpdateID == id {
			return u, true
		}
	}
	return nil, false
}

// Detect does a whole round against the server that policy names: the check for a newer
// agent, authorization, software and drivers, and what is needed to download. An error
// is an [*Error]; what was cached until then is kept, so that a later scan gets further.
// h is the caller's hold on the clock.
func (a *Agent) Detect(ctx context.Context, h clock.Hold) (*Scan, error) {
	return a.detectFor(ctx, h, errand{})
}

func (a *Agent) detectFor(ctx context.Context, h clock.Hold, by errand) (*Scan, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	defer a.workFor(by)()
	r := &round{Agent: a, ctx: ctx, hold: h, judged: map[*metadata.Core]applicability.State{}}
	a.log.write("AGENT", "*************")
	a.log.write("AGENT", "** START **  Agent: Finding updates [CallerId = %s]", a.caller())
	a.log.write("AGENT", "  * Online = Yes; Ignore download priority = No")
	scan, err := r.detect()
	if err != nil {
		a.log.warn("AGENT", "Failed to find updates with error 0x%08X", uint32(codeIn(err)))
	} else {
		a.log.write("AGENT", "  * Found %d updates and %d of them to be installed or removed", len(scan.Updates), len(scan.Offered()))
	}
	a.log.write("AGENT", "** END **  Agent: Finding updates [CallerId = %s]", a.caller())
	a.report(r, scan, err)
	return scan, err
}

func codeIn(err error) hresult.HRESULT {
	if err == nil {
		return hresult.S_OK
	}
	code, ok := hresult.Of(err)
	if !ok {
		return hresult.E_FAIL
	}
	return code
}

func (r *round) detect() (*Scan, error) {
	var err error
	if r.server, err = r.Server(); err != nil {
		return nil, err
	}
	if r.cfg.Release.SelfUpdate {
		if err := r.selfUpdate(); err != nil {
			r.app = selfUpdateApp
			r.log.warn("SETUP", "Skipping scan, self-update check returned 0x%08X", uint32(codeIn(err)))
			return nil, err
		}
	}
	r.log.write("PT", "Initializing simple targeting cookie, clientId = %s, target group = %s, DNS name = %s", r.ClientID(), r.server.Group, r.dnsName())
	r.evaluate()
	for _, step := range []func() error{r.startCategoryScan, r.syncSoftware, r.syncDrivers, r.extend} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return &Scan{Server: r.server, Trips: r.trips, Updates: r.updates}, nil
}

// Hide keeps an update from being offered, or lets it be offered again.
func (a *Agent) Hide(id wusp.GUID, hidden bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i, h := range a.state.Hidden {
		if h == id {
			a.state.Hidden = append(a.state.Hidden[:i:i], a.state.Hidden[i+1:]...)
			break
		}
	}
	if hidden {
		a.state.Hidden = append(a.state.Hidden, id)
	}
}

// ResetAuthorization drops the cookie and what the server told of itself, as wuauclt
// /resetauthorization does. Assumed: registration is told again too.
func (a *Agent) ResetAuthorization() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.state.Cookie, a.state.Config, a.state.Registered = nil, nil, nil
}
