package agent

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/sms"
	"github.com/wualab/wualab/agent/winhttp"
)

// advancedClient is what a PC has of SMS 2003.
type advancedClient struct {
	config *sms.Config // what options say of it; nil: the PC is in no site

	mu     sync.Mutex // guards the rest
	client *sms.Client
	http   *winhttp.Client
	disk   bits.Disk
	own    bool // disk was opened here
	ran    bool // by itself, before the PC went down
}

// WithAdvancedClient assigns the PC to a site of SMS 2003. Of the configuration the
// fields count that say where the site is, what programs do, and Tuning and State; the
// PC adds its own parts.
func WithAdvancedClient(c sms.Config) Option { return func(s *setup) { s.sms = &c } }

// ErrNoSite is returned by what needs WithAdvancedClient.
var ErrNoSite = errors.New("agent: the PC is in no site of SMS 2003: it was made without WithAdvancedClient")

// AdvancedClient gives the PC's Advanced Client of SMS 2003, which is made when it is
// first asked for. It works as LocalSystem, in a WinHTTP session of its own, and logs in
// with the logon credentials of that account wherever it is asked to. Assumed: that; and
// that messages and listings go through the proxy that proxycfg has set, else through that
// of LocalSystem's Internet Explorer settings, which its BITS jobs take too. Faults of a
// disk that WithStore makes do not meet what it copies from shares.
func (a *Agent) AdvancedClient() (*sms.Client, error) {
	if a.advanced.config == nil {
		return nil, ErrNoSite
	}
	a.advanced.mu.Lock()
	defer a.advanced.mu.Unlock()
	return a.makeAdvancedClient()
}

// makeAdvancedClient is called with the lock held.
func (a *Agent) makeAdvancedClient() (*sms.Client, error) {
	at := &a.advanced
	if at.client != nil {
		return at.client, nil
	}
	if at.disk == nil {
		if at.disk = a.config.Disk; at.disk == nil {
			disk, err := bits.OpenDisk(a.dir)
			if err != nil {
				return nil, fmt.Errorf("the PC's Advanced Client: %w", err)
			}
			at.disk, at.own = disk, true
		}
	}
	if at.http == nil {
		at.http = winhttp.New(a.http)
	}
	c := *at.config
	c.Machine, c.HTTP, c.Clock, c.BITS, c.SMB, c.Disk = a.Machine, at.http, a.clock, a.BITS, a.config.SMB, at.disk
	c.Proxy = a.advancedClientProxy
	c.Auth = &serviceLogin{machine: a.Machine, now: a.clock.Now, seed: a.config.Seed ^ 0x534D53, policy: winhttp.AutologonLow}
	made, err := sms.New(c)
	if err != nil {
		return nil, fmt.Errorf("the PC's Advanced Client: %w", err)
	}
	at.client = made
	return made, nil
}

func (a *Agent) advancedClientProxy() winhttp.ProxySettings {
	if s := a.updateProxy(); s.List != "" {
		return s
	}
	settings, err := a.Machine.IEProxy("LocalSystem")
	if err != nil {
		return winhttp.ProxySettings{}
	}
	return winhttp.PreconfigOf(settings)
}

// meetAdvancedClient tells the Advanced Client of a BITS service that has started.
func (a *Agent) meetAdvancedClient() {
	a.advanced.mu.Lock()
	defer a.advanced.mu.Unlock()
	if a.advanced.client != nil {
		a.advanced.client.SetBITS(a.BITS)
	}
}

// haltAdvancedClient ends the client with the PC. What it keeps passes through JSON.
func (a *Agent) haltAdvancedClient() error {
	at := &a.advanced
	at.mu.Lock()
	defer at.mu.Unlock()
	if at.client == nil {
		return nil
	}
	at.ran = at.client.Running()
	at.client.Stop()
	text, err := json.Marshal(at.client.State())
	if err != nil {
		return fmt.Errorf("what the Advanced Client keeps: %w", err)
	}
	at.config.State, at.config.Logs = &sms.State{}, at.client.Logs()
	if err := json.Unmarshal(text, at.config.State); err != nil {
		return fmt.Errorf("what the Advanced Client keeps: %w", err)
	}
	at.client = nil
	at.http.Close()
	at.http = nil
	return nil
}

// bootAdvancedClient is what a start of the PC means to the client.
func (a *Agent) bootAdvancedClient() error {
	at := &a.advanced
	if at.config == nil || at.config.State == nil {
		return nil
	}
	at.mu.Lock()
	defer at.mu.Unlock()
	client, err := a.makeAdvancedClient()
	if err != nil {
		return err
	}
	client.Restarted()
	if at.ran {
		client.Start()
	}
	return nil
}

// RestartAdvancedClient ends the service of the Advanced Client and starts it again; one
// that did not run by itself does not then.
func (a *Agent) RestartAdvancedClient() error {
	if a.advanced.config == nil {
		return ErrNoSite
	}
	if err := a.haltAdvancedClient(); err != nil {
		return err
	}
	client, err := a.AdvancedClient()
	if err == nil && a.advanced.ran {
		client.Start()
	}
	return err
}

func (a *Agent) closeAdvancedClient() error {
	at := &a.advanced
	at.mu.Lock()
	defer at.mu.Unlock()
	if at.client != nil {
		at.client.Stop()
	}
	if at.http != nil {
		at.http.Close()
	}
	if at.own {
		at.own = false
		return at.disk.Close()
	}
	return nil
}
