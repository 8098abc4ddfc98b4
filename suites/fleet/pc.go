//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/wualab/wualab/agent"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

// The names of the servers on the PCs' network.
const (
	serverURL = "http://wsus:8530"
	proxyList = "corp:8080"
)

// profiles are those that the PCs take turns in: each logs in by another version of NTLM
// and asks as another version of the agent.
var profiles = []string{"xp-sp2", "xp-sp3", "server-2003-sp1", "vista", "windows-7", "windows-10"}

// pc is one PC of the fleet.
type pc struct {
	*agent.Agent
	updates *wua.Agent
	found   *wua.Update // by the first scan
}

func newPC(i int, proxy string, shared *metadata.Cores) (*pc, error) {
	box, err := agent.New(profiles[i%len(profiles)], agent.WithMachine(machine.WithHostname(hostname(i)), machine.WithDomain(domain),
		machine.WithMachinePassword(machine.Secret(password(i)))), agent.WithHost("corp", 8080, proxy), agent.WithSeed(uint64(i)), agent.WithInstaller(installer), agent.WithSharedMetadata(shared))
	if err != nil {
		return nil, err
	}
	p := &pc{Agent: box}
	if err = p.policy(); err == nil {
		p.updates, err = box.Updates()
	}
	return p, err
}

// policy is what a domain's administrator sets: the update server, the proxy of services,
// and that BITS may log in there by itself (KB 842309).
func (p *pc) policy() error {
	const key = `HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate`
	r := p.Machine.Registry()
	return errors.Join(r.Set(key, "WUServer", machine.SZ(serverURL)), r.Set(key, "WUStatusServer", machine.SZ(serverURL)),
		r.Set(key+`\AU`, "UseWUServer", machine.DWORD(1)), p.Machine.SetWinHTTPProxy(proxyList, ""),
		r.Set(`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\BITS`, "UseLMCompat", machine.DWORD(0)))
}

// installer is that of the one update.
func installer(wusp.UpdateIdentity, bool) (wua.Effect, bool) {
	return wua.Effect{Now: func(m *machine.Machine) error { return m.Registry().CreateKey(`HKLM\` + neededKey) }}, true
}

// phase is a part of what a PC goes through.
type phase struct {
	name string
	do   func(*pc, context.Context, clock.Hold) error
}

// phases in their order.
var phases = []phase{
	{"scan", (*pc).scan}, {"download", (*pc).download}, {"install", (*pc).install}, {"scan again", (*pc).scanAgain}, {"report", (*pc).report},
}

func (p *pc) scan(ctx context.Context, h clock.Hold) error {
	found, err := p.updates.Detect(ctx, h)
	if err != nil {
		return err
	}
	if list := found.Offered(); len(list) != 1 || list[0].Identity != identity(needed) {
		return fmt.Errorf("%d updates are offered, not the one that is needed", len(list))
	}
	p.found = found.Offered()[0]
	return nil
}

func (p *pc) download(ctx context.Context, h clock.Hold) error {
	return p.updates.Download(ctx, h, p.found)
}

func (p *pc) install(ctx context.Context, h clock.Hold) error {
	done, err := p.updates.Install(ctx, h, p.found)
	if err == nil && done.Result != wua.Succeeded {
		err = fmt.Errorf("the installation ended as %v with 0x%08X", done.Result, uint32(done.HResult))
	}
	return err
}

func (p *pc) scanAgain(ctx context.Context, h clock.Hold) error {
	found, err := p.updates.Detect(ctx, h)
	if err == nil && len(found.Offered()) > 0 {
		err = fmt.Errorf("%d updates are offered still", len(found.Offered()))
	}
	return err
}

func (p *pc) report(ctx context.Context, h clock.Hold) error {
	if err := p.updates.Report(ctx, h); err != nil {
		return err
	}
	if left := len(p.updates.Pending()); left > 0 {
		return fmt.Errorf("%d events were not taken", left)
	}
	return nil
}
