package scenarios

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/wualab/wualab/agent"
	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
)

// UpdateProbe says which simulated PCs ask a real update server. Server and Profile must
// be set.
type UpdateProbe struct {
	Server  string // WUServer, "http://wsus:8530"
	Profile string // id of a machine profile, "windows-10"
	PCs     int    // that ask at the same time; 0 is 1
	Group   string // TargetGroup; "" names none

	Proxy  string   // host:port, as proxycfg or netsh winhttp set it; "" is a direct connection
	Bypass []string // hosts that are asked directly

	// Computer is the name of the PC, of several with a number behind it; "" is
	// WUALAB-PC. Domain and Password are of its account, which it logs in with at a proxy
	// or server; with them all PCs have one name.
	Computer, Domain string
	Password         machine.Secret

	RegFiles []string      // exports of a real PC's registry, imported first
	Registry plan.Registry // set after that

	Downloads int            // how many of the offered updates are fetched, the smallest first
	Silent    bool           // no events are sent
	Timeout   time.Duration  // real time after which the probe is given up; 0 is 5 minutes
	Roots     *x509.CertPool // who certifies servers of https; nil is whom this machine trusts
	Seed      int64

	// Ended is told of each exchange of the first PC, not redacted; nil for none.
	Ended func(*transcript.Exchange)
}

// defaultComputer is the name of a PC that was given none.
const defaultComputer = "WUALAB-PC"

// ProbeUpdates lets simulated PCs do the round of the Windows Update agent at a real
// update server, in real time: scan, download of what is offered, report; nothing is
// installed. Each PC has a result with a step for each of them, in the order of their
// numbers. Records are kept of the first PC and of those that failed. An error is about
// the configuration; what goes wrong on the way is in the results.
func ProbeUpdates(ctx context.Context, cfg UpdateProbe) ([]*Result, error) {
	if _, err := machine.ProfileByID(cfg.Profile); err != nil {
		return nil, err
	}
	n := max(cfg.PCs, 1)
	shared := &metadata.Cores{}
	probes := make([]*updateProbe, 0, n)
	for i := range n {
		p, err := cfg.make(i, shared)
		if err != nil {
			errs := []error{err}
			for _, p := range probes {
				errs = append(errs, p.close())
			}
			return nil, errors.Join(errs...)
		}
		probes = append(probes, p)
	}
	bounded, cancel := context.WithTimeout(ctx, cmp.Or(cfg.Timeout, probeTimeout))
	defer cancel()
	results := make([]*Result, n)
	var all sync.WaitGroup
	for i, p := range probes {
		all.Go(func() { results[i] = p.run(ctx, bounded) })
	}
	all.Wait()
	return results, nil
}

// updateProbe is one PC of a probe.
type updateProbe struct {
	*world
	cfg    *UpdateProbe
	first  bool
	name   string
	agent  *wua.Agent
	scan   *wua.Scan
	result *Result
}

func (cfg *UpdateProbe) make(i int, shared *metadata.Cores) (*updateProbe, error) {
	name, id := cmp.Or(cfg.Computer, defaultComputer), "updates"
	if cfg.PCs > 1 {
		id = fmt.Sprintf("updates-%d", i+1)
		if cfg.Password == "" {
			name = fmt.Sprintf("%s-%d", name, i+1)
		}
	}
	file := &plan.File{Path: id, ID: id, Title: fmt.Sprintf("%s, a PC of profile %s, asks the update server %s", name, cfg.Profile, cfg.Server)}
	cell := &plan.Cell{ID: id, Scenario: &plan.Scenario{ID: id, Title: file.Title}}
	file.Cells = []*plan.Cell{cell}
	p := &updateProbe{cfg: cfg, first: i == 0, name: name, result: &Result{File: file, Cell: cell, Seed: cfg.Seed, Verdict: Pass}}
	p.world = &world{fakes: newFakes(cell.Scenario, clock.Wall{}, "", nil), cell: cell, start: clock.Wall{}.Now(), jobs: map[string]*bits.Job{}, sources: map[*bits.File]source{}}
	options := transcript.Options{Now: p.clock.Now, Decode: httpauth.DecodeForTranscript, BodyLengths: true}
	if p.first {
		options.Ended = cfg.Ended
	}
	p.record = transcript.New(options)
	if err := p.add(uint64(cfg.Seed)+uint64(i), shared); err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

// add makes the PC, on the machine's own network.
func (p *updateProbe) add(seed uint64, shared *metadata.Cores) (err error) {
	if p.dir, err = os.MkdirTemp("", "wualab-"); err != nil {
		return err
	}
	named := []machine.Option{machine.WithHostname(p.name)}
	if p.cfg.Domain != "" {
		named = append(named, machine.WithDomain(p.cfg.Domain), machine.WithMachinePassword(p.cfg.Password))
	}
	options := []agent.Option{agent.WithClock(p.clock), agent.WithRecorder(p.record), agent.WithDir(p.dir), agent.WithSeed(seed),
		agent.WithMachine(named...), agent.WithSharedMetadata(shared), agent.WithUpdateTuning(wua.Tuning{KeepAgent: true})}
	if p.cfg.Roots != nil {
		options = append(options, agent.WithTLS(&tls.Config{RootCAs: p.cfg.Roots}))
	}
	if p.pc, err = agent.New(p.cfg.Profile, options...); err != nil {
		return err
	}
	if err = p.prepare(p.cfg.RegFiles, p.cfg.Registry); err == nil {
		err = p.policy()
	}
	if err == nil {
		p.agent, err = p.pc.Updates()
	}
	return err
}

// policy is what an administrator sets to lead the PC to the server.
func (p *updateProbe) policy() error {
	const key = `HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate`
	r := p.pc.Machine.Registry()
	err := errors.Join(r.Set(key, "WUServer", machine.SZ(p.cfg.Server)), r.Set(key, "WUStatusServer", machine.SZ(p.cfg.Server)),
		r.Set(key+`\AU`, "UseWUServer", machine.DWORD(1)))
	if p.cfg.Group != "" {
		err = errors.Join(err, r.Set(key, "TargetGroup", machine.SZ(p.cfg.Group)), r.Set(key, "TargetGroupEnabled", machine.DWORD(1)))
	}
	if p.cfg.Proxy != "" {
		err = errors.Join(err, p.pc.Machine.SetWinHTTPProxy(p.cfg.Proxy, strings.Join(p.cfg.Bypass, ";")))
	}
	return err
}

// run does the round and takes the PC down. bounded ends when the probe is given up, ctx
// when somebody interrupts it.
func (p *updateProbe) run(ctx, bounded context.Context) *Result {
	began := p.clock.Now()
	hold := p.clock.Hold(p.name)
	if p.step(bounded, hold, "scan", p.detect) {
		p.step(bounded, hold, "download", p.download)
	}
	if !p.cfg.Silent && bounded.Err() == nil { // also of what failed
		p.step(bounded, hold, "report", p.report)
	}
	hold.Release()
	if ctx.Err() != nil {
		_ = p.result.couldNotRun(ctx.Err())
	}
	p.result.Wall = p.clock.Now().Sub(began)
	p.result.Virtual = p.result.Wall
	if err := p.close(); err != nil {
		_ = p.result.couldNotRun(fmt.Errorf("take the PC down: %w", err))
	}
	if p.first || !p.result.Verdict.Good() {
		record := p.record.Record()
		p.result.Record = &record
	}
	return p.result
}

// step does a part of the round, and says whether it succeeded.
func (p *updateProbe) step(ctx context.Context, hold clock.Hold, name string, do func(context.Context, clock.Hold) (string, error)) bool {
	sr := StepResult{Name: name, Verdict: Pass, Began: p.clock.Now()}
	lines := len(p.agent.Log().Lines())
	told, err := do(ctx, hold)
	sr.Virtual = p.clock.Now().Sub(sr.Began)
	if err != nil {
		sr.Verdict, p.result.Verdict = Fail, Fail
		sr.Failures = []Failure{p.failure(name, err, lines)}
	} else {
		sr.Observations = []Observation{{What: name, Actual: told}}
	}
	p.result.Steps = append(p.result.Steps, sr)
	return err == nil
}

// failure tells what the agent made of an error: its code, the warnings of its log, and
// the exchange that was the last.
func (p *updateProbe) failure(name string, err error, lines int) Failure {
	f := Failure{What: name, Expected: "success", Actual: err.Error()}
	if code, ok := hresult.Of(err); ok {
		f.Actual = code.String()
		if info, known := hresult.Lookup(code); known {
			f.Actual = info.Name + " (" + code.String() + ")"
		}
		f.Why = append(f.Why, err.Error())
	}
	for _, line := range p.agent.Log().Lines()[lines:] {
		if text, warning := strings.CutPrefix(line.Text, "WARNING: "); warning {
			f.Why = append(f.Why, "WindowsUpdate.log: "+line.Component+" "+text)
		}
	}
	if list := p.record.Exchanges(0); len(list) > 0 {
		f.Exchanges = list[len(list)-1:]
	}
	return f
}
