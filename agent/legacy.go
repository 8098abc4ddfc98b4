package agent

import (
	"fmt"
	"sync"

	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/agent/wua/legacy"
)

// legacyClient is what a PC has of Software Update Services 1.0.
type legacyClient struct {
	mu     sync.Mutex // guards the rest
	client *legacy.Client
	http   *winhttp.Client
}

// LegacyUpdates gives the PC's client of Software Update Services 1.0, the Automatic
// Updates of Windows XP SP1, which is made when it is first asked for. It works as
// LocalSystem, in a WinHTTP session of its own, through the proxy of [Agent.Updates].
// Whoever uses it leaves the Windows Update agent alone: a PC had one of the two. Assumed:
// that it has proxy and logins as that agent does. WithInstaller and WithUpdateJobs count
// for it, too.
//
// An error says that the PC's ID is there but no text.
func (a *Agent) LegacyUpdates() (*legacy.Client, error) {
	at := &a.legacy
	at.mu.Lock()
	defer at.mu.Unlock()
	if at.client != nil {
		return at.client, nil
	}
	if at.http == nil {
		at.http = winhttp.New(a.http)
	}
	c := a.update
	c.State, c.Before = nil, nil
	c.Machine, c.HTTP, c.Clock, c.BITS = a.Machine, at.http, a.clock, a.BITS
	c.Seed, c.Proxy = a.config.Seed, a.updateProxy
	c.Auth = &serviceLogin{machine: a.Machine, now: a.clock.Now, seed: a.config.Seed ^ 0x535553}
	made, err := legacy.New(c)
	if err != nil {
		return nil, fmt.Errorf("the PC's client of Software Update Services: %w", err)
	}
	at.client = made
	return made, nil
}

// meetLegacy tells the client of a BITS service that has started.
func (a *Agent) meetLegacy() {
	a.legacy.mu.Lock()
	defer a.legacy.mu.Unlock()
	if a.legacy.client != nil {
		a.legacy.client.SetBITS(a.BITS)
	}
}

// bootLegacy is what a start of the PC means to the client.
func (a *Agent) bootLegacy() error {
	a.legacy.mu.Lock()
	defer a.legacy.mu.Unlock()
	if a.legacy.client == nil {
		return nil
	}
	return a.legacy.client.Restarted()
}

func (a *Agent) closeLegacy() {
	a.legacy.mu.Lock()
	defer a.legacy.mu.Unlock()
	if a.legacy.http != nil {
		a.legacy.http.Close()
	}
}
