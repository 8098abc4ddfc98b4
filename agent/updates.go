package agent

import (
	"fmt"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/transcript"
)

// LogSubject is the subject of the notes on the record that are lines of the Windows
// Update agent's log.
const LogSubject = "WindowsUpdate.log"

// WithInstaller says what the installers of updates do to the PC; by default there are
// none, and nothing can be installed.
func WithInstaller(i wua.Installer) Option { return func(s *setup) { s.updates.Installer = i } }

// WithUpdateTuning sets what the documents leave to the Windows Update agent.
func WithUpdateTuning(t wua.Tuning) Option { return func(s *setup) { s.updates.Tuning = t } }

// WithUpdateState begins with what a Windows Update agent kept from before.
func WithUpdateState(state *wua.State) Option { return func(s *setup) { s.updates.State = state } }

// WithSharedMetadata lets Windows Update agents read and hold the metadata that they are
// all told of once; by default each has its own.
func WithSharedMetadata(c *metadata.Cores) Option { return func(s *setup) { s.updates.Cores = c } }

// WithUpdateRelease sets the version of the Windows Update agent; the default is that of
// the PC's system.
func WithUpdateRelease(r wua.Release) Option { return func(s *setup) { s.updates.Release = r } }

// WithUpdateJobs has f told of each BITS job that the Windows Update agent makes.
func WithUpdateJobs(f func(*wua.Update, *bits.Job)) Option {
	return func(s *setup) { s.updates.MadeJob = f }
}

// Updates gives the PC's Windows Update agent, which is made when it is first asked for.
// It works as LocalSystem, in a WinHTTP session of its own: through the proxy that
// proxycfg has set, or the one that the network names (KB 900935), and it logs in with the
// logon credentials of that account where WinHTTP's default policy lets them go.
//
// An error says that the PC's ID is there but no text.
func (a *Agent) Updates() (*wua.Agent, error) {
	a.updating.Lock()
	defer a.updating.Unlock()
	if a.updates != nil {
		return a.updates, nil
	}
	c := a.update
	if a.updateHTTP == nil {
		a.updateHTTP = winhttp.New(a.http)
	}
	c.Machine, c.HTTP, c.Clock, c.BITS = a.Machine, a.updateHTTP, a.clock, a.BITS
	c.Seed, c.Proxy = a.config.Seed, a.updateProxy
	c.Auth = &serviceLogin{machine: a.Machine, now: a.clock.Now, seed: a.config.Seed}
	if rec := a.config.Recorder; rec != nil {
		c.Logged = func(l wua.Line) {
			rec.Add(transcript.Event{Kind: transcript.KindNote, Node: "client", Subject: LogSubject, Text: l.Component + " " + l.Text})
		}
	}
	made, err := wua.New(c)
	if err != nil {
		return nil, fmt.Errorf("the PC's Windows Update agent: %w", err)
	}
	a.updates = made
	return made, nil
}

// updateProxy is read for each request, so that a change counts at once.
func (a *Agent) updateProxy() winhttp.ProxySettings {
	var s winhttp.ProxySettings
	s.List, s.Bypass = a.Machine.WinHTTPProxy()
	script, _ := a.Machine.Wpad()
	s.Detect = script != ""
	return s
}

// RestartUpdates ends the service of the Windows Update agent and starts it again. What
// it keeps passes through its data store; what installers left for the next
// start of the PC waits on. An agent that was never asked for stays so.
func (a *Agent) RestartUpdates() error { return a.withoutAutomatic(a.renewUpdates) }

func (a *Agent) renewUpdates() error {
	if err := a.endUpdates(); err != nil || a.update.Before == nil {
		return err
	}
	_, err := a.Updates()
	return err
}

// endUpdates leaves the agent's service ended, and what it is made of next time.
func (a *Agent) endUpdates() error {
	a.updating.Lock()
	defer a.updating.Unlock()
	if a.updates == nil {
		return nil
	}
	kept, err := a.updates.Store()
	if err != nil {
		return fmt.Errorf("the data store of the Windows Update agent: %w", err)
	}
	a.update.State, a.update.Store, a.update.Before = nil, kept, a.updates
	a.updates = nil
	a.updateHTTP.Close()
	a.updateHTTP = nil
	return nil
}

// bootUpdates is what a start of the PC means to the Windows Update agent.
func (a *Agent) bootUpdates() error {
	if err := a.renewUpdates(); err != nil || a.update.Before == nil {
		return err
	}
	again, err := a.Updates()
	if err != nil {
		return err
	}
	return again.Restarted()
}

// meetBITS tells the Windows Update agent of a BITS service that has started.
func (a *Agent) meetBITS() {
	a.updating.Lock()
	defer a.updating.Unlock()
	if a.updates != nil {
		a.updates.SetBITS(a.BITS)
	}
}

func (a *Agent) closeUpdates() {
	a.updating.Lock()
	defer a.updating.Unlock()
	if a.updateHTTP != nil {
		a.updateHTTP.Close()
	}
}
