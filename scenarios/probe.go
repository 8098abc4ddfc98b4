package scenarios

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/wualab/wualab/agent"
	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
)

// ProbeConfig says what a simulated PC downloads from a real server. URL and Profile
// must be set.
type ProbeConfig struct {
	URL     string
	Profile string   // id of a machine profile, "xp-sp2"
	Proxy   string   // host:port, Internet Explorer's proxy setting; "" is a direct connection
	Bypass  []string // hosts that are asked directly
	Seed    int64

	Account     *plan.Account     // who is logged on and owns the job; nil is a local user without rights elsewhere
	RegFiles    []string          // exports of a real PC's registry, imported first
	Registry    plan.Registry     // set after that
	Credentials []plan.Credential // SetCredentials; Account explicit or implicit
	Priority    plan.Priority     // "" is NORMAL

	Until             plan.State     // the state that ends the probe besides TRANSFERRED and ERROR; "" is TRANSIENT_ERROR
	RetryDelay        time.Duration  // SetMinimumRetryDelay; 0 leaves BITS's own
	NoProgressTimeout time.Duration  // SetNoProgressTimeout; 0 leaves BITS's own
	Timeout           time.Duration  // real time after which the probe is given up; 0 is 5 minutes
	Roots             *x509.CertPool // who certifies servers of https; nil is whom this machine trusts
	Output            string         // where the file goes when it came whole; "" drops it

	// Ended is told of each exchange, not redacted; nil for none.
	Ended func(*transcript.Exchange)
}

const (
	probeJob     = "probe"
	probeTimeout = 5 * time.Minute
)

// Probe lets a simulated PC download a URL from a real server, perhaps through a real
// proxy, in real time, and judges that the job comes to TRANSFERRED. The result always
// has its record. An error is about the configuration; what goes wrong on the way is in
// the result.
func Probe(ctx context.Context, cfg ProbeConfig) (*Result, error) {
	profile, err := machine.ProfileByID(cfg.Profile)
	if err != nil {
		return nil, err
	}
	file := &plan.File{Path: probeJob, ID: probeJob, Title: fmt.Sprintf("%s downloads %s", profile.ID, withoutUser(cfg.URL))}
	cell := &plan.Cell{ID: probeJob, Scenario: cfg.scenario(file.Title)}
	file.Cells = []*plan.Cell{cell}
	began := clock.Wall{}.Now()
	result := &Result{File: file, Cell: cell, Seed: cfg.Seed, Verdict: Pass}
	w := &world{fakes: newFakes(cell.Scenario, clock.Wall{}, "", nil), cell: cell, start: began,
		jobs: map[string]*bits.Job{}, sources: map[*bits.File]source{}}
	w.record = transcript.New(transcript.Options{Now: w.clock.Now, Decode: httpauth.DecodeForTranscript, Ended: cfg.Ended})
	if err := w.addProbe(cfg); err != nil {
		return nil, errors.Join(err, w.close())
	}
	w.probe(ctx, cfg, result)
	result.Wall = w.clock.Now().Sub(began)
	result.Virtual = result.Wall
	if err := w.close(); err != nil {
		_ = result.couldNotRun(fmt.Errorf("take the PC down: %w", err))
	}
	record := w.record.Record()
	result.Record = &record
	return result, nil
}

// withoutUser takes user and password out of a URL, for titles.
func withoutUser(target string) string {
	u, err := url.Parse(target)
	if err != nil || u.User == nil {
		return target
	}
	u.User = nil
	return u.String()
}

// scenario is the probe as a plan: one step without fakes.
func (cfg *ProbeConfig) scenario(title string) *plan.Scenario {
	d := &plan.Download{
		Job:         plan.Opt[string]{Set: true, Value: probeJob},
		Files:       []plan.DownloadFile{{URL: plan.Opt[string]{Set: true, Value: cfg.URL}, Local: plan.Opt[string]{Set: true, Value: `C:\probe\file`}}},
		Credentials: cfg.Credentials,
		Until:       plan.Opt[plan.State]{Set: true, Value: cmp.Or(cfg.Until, plan.State(bits.TransientError.String()))},
	}
	d.Priority = plan.Opt[plan.Priority]{Set: true, Value: cmp.Or(cfg.Priority, plan.Normal)}
	d.RetryDelay = plan.Opt[plan.Duration]{Set: cfg.RetryDelay > 0, Value: cfg.RetryDelay}
	d.NoProgressTimeout = plan.Opt[plan.Duration]{Set: cfg.NoProgressTimeout > 0, Value: cfg.NoProgressTimeout}
	expect := plan.ExpectJob{State: plan.Want[plan.State]{Set: true, Value: plan.State(bits.Transferred.String())}}
	return &plan.Scenario{ID: probeJob, Title: title, Steps: []plan.Step{{
		Name: plan.Opt[string]{Set: true, Value: "download"}, Download: d, Expect: []plan.Expect{{Job: &expect}},
	}}}
}

// addProbe makes the PC, on the machine's own network.
func (w *world) addProbe(cfg ProbeConfig) (err error) {
	if w.dir, err = os.MkdirTemp("", "wualab-"); err != nil {
		return err
	}
	options := []agent.Option{agent.WithClock(w.clock), agent.WithRecorder(w.record), agent.WithDir(w.dir), agent.WithSeed(uint64(cfg.Seed))}
	if cfg.Roots != nil {
		options = append(options, agent.WithTLS(&tls.Config{RootCAs: cfg.Roots}))
	}
	if a := cfg.Account; a != nil {
		options = append(options, agent.WithOwner(pcAccount(a)))
		if a.Domain != "" {
			options = append(options, agent.WithMachine(machine.WithDomain(a.Domain)))
		}
	}
	if w.pc, err = agent.New(cfg.Profile, options...); err != nil {
		return err
	}
	if err := w.prepare(cfg.RegFiles, cfg.Registry); err != nil {
		return err
	}
	if cfg.Proxy == "" {
		return nil
	}
	return w.pc.Machine.SetIEProxy(w.pc.Owner(), machine.ProxySettings{Enable: true, Server: cfg.Proxy, Override: strings.Join(cfg.Bypass, ";")})
}

// prepare gives the PC the registry that it is to have.
func (w *world) prepare(exports []string, values plan.Registry) error {
	for _, name := range exports {
		if err := w.importFile(name); err != nil {
			return err
		}
	}
	return w.setRegistry(values)
}

func (w *world) importFile(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(w.pc.Machine.Registry().Import(f, name), f.Close())
}

// probe plays the one step, and keeps what came.
func (w *world) probe(ctx context.Context, cfg ProbeConfig, result *Result) {
	limit := cmp.Or(cfg.Timeout, probeTimeout)
	bounded, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	hold := w.clock.Hold(probeJob)
	defer hold.Release()
	sr := StepResult{Name: "download", Began: w.start}
	w.playStep(bounded, hold, &w.plan.Steps[0], &sr)
	job := w.jobs[probeJob]
	switch {
	case ctx.Err() != nil:
		_ = result.couldNotRun(ctx.Err())
		return
	case bounded.Err() != nil && job != nil:
		sr.Verdict = Fail
		sr.Failures = []Failure{{What: "job " + probeJob + ": state", Expected: bits.Transferred.String(),
			Actual: job.State().String(), Why: []string{fmt.Sprintf("it was given up after %v", limit)}}}
		if failed, none := job.GetError(); none == nil {
			sr.Failures[0].Why = append(sr.Failures[0].Why, "the job's last error: "+failed.Error())
		}
	}
	result.Steps = []StepResult{sr}
	result.Verdict = sr.Verdict
	if sr.Verdict == CouldNotRun && len(sr.Failures) > 0 {
		result.Err = errors.New(sr.Failures[0].Actual)
	}
	if result.Verdict != Pass {
		return
	}
	if err := keep(job, cfg.Output); err != nil {
		_ = result.couldNotRun(err)
	}
}

// keep completes a job and copies its file to where it was asked for.
func keep(job *bits.Job, output string) (err error) {
	if _, err := job.Complete(); err != nil {
		return err
	}
	if output == "" {
		return nil
	}
	in, err := os.Open(job.Files()[0].Path())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	out, err := os.Create(output)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
