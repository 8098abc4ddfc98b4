// Package agent is one simulated Windows PC with its update clients, wired:
// the machine (registry, profile, users), WinHTTP, the Background Intelligent
// Transfer Service, the Windows Update Agent and the Advanced Client of SMS 2003, on one
// clock, feeding one transcript.
//
// It stands above agent/machine, agent/winhttp, agent/bits, agent/wua and agent/sms, and below
// scenarios, which puts an agent and fakes into one world. It never knows
// what is at the other end of the wire.
//
//	pc, err := agent.New("xp-sp2", agent.WithOwner(alice), agent.WithHost("origin", 80, addr))
//	defer pc.Close()
//	job, err := pc.Download(ctx, "j1", "http://origin/update.cab")
package agent

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"path"
	"sync"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/smb"
	"github.com/wualab/wualab/agent/sms"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/agent/wua/automatic"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/transcript"
)

// Agent is one simulated PC. Make it with New and end it with Close. It is
// safe for concurrent use.
type Agent struct {
	Machine *machine.Machine
	HTTP    *winhttp.Client
	BITS    *bits.Manager
	Link    *link.Link // nil without WithLink

	clock clock.Clock
	owner string
	dir   string
	own   bool // dir was made by New

	http    winhttp.Config
	config  bits.Config
	volume  *bits.Volume // the disk; nil without WithStore
	running bool
	started bool // once

	updating   sync.Mutex         // guards the next four
	automatic  *automatic.Service // nil until it is asked for
	updates    *wua.Agent         // nil until it is asked for
	updateHTTP *winhttp.Client
	update     wua.Config // what options say of it

	advanced advancedClient
	legacy   legacyClient

	automaticTuning automatic.Tuning
}

// Option sets up an agent in New.
type Option func(*setup)

type setup struct {
	machine []machine.Option
	hosts   []host
	closed  bool // names that are not in hosts do not exist
	clock   clock.Clock
	record  *transcript.Recorder
	owner   *machine.Account
	service string
	dir     string
	disk    bits.Disk
	seed    uint64
	tuning  bits.Tuning
	tls     *tls.Config
	dial    winhttp.DialFunc
	link    *link.Link
	store   string
	launch  bits.Launcher
	updates wua.Config
	sms     *sms.Config

	automatic automatic.Tuning
}

type host struct {
	name string
	port int
	addr string
}

// WithMachine passes options to the machine: its name, domain, users.
func WithMachine(options ...machine.Option) Option {
	return func(s *setup) { s.machine = append(s.machine, options...) }
}

// WithOwner makes an account the interactive user and the owner of the jobs
// that Download makes. The default owner is a local user named "user".
func WithOwner(a machine.Account) Option { return func(s *setup) { s.owner = &a } }

// WithServiceOwner makes a service account the owner of the jobs:
// "LocalSystem", "LocalService" or "NetworkService".
func WithServiceOwner(name string) Option { return func(s *setup) { s.service = name } }

// WithHost lets a host name and port resolve to addr, "127.0.0.1:1234". Names
// without one then do not exist; if the option is never given, and WithDial
// is not, names are asked of the real network.
func WithHost(name string, port int, addr string) Option {
	return func(s *setup) { s.hosts, s.closed = append(s.hosts, host{name, port, addr}), true }
}

// WithoutNetwork lets no name exist but those of WithHost.
func WithoutNetwork() Option { return func(s *setup) { s.closed = true } }

// WithDial replaces the way connections are made.
func WithDial(dial winhttp.DialFunc) Option { return func(s *setup) { s.dial = dial } }

// WithLink sets the PC's network link, which all its bytes take their time on; by
// default there is none: the network is always there and takes no time. It must be on
// the agent's clock. BITS gives it the policy of the PC's registry.
func WithLink(l *link.Link) Option { return func(s *setup) { s.link = l } }

// WithClock sets the clock; the default is real time.
func WithClock(c clock.Clock) Option { return func(s *setup) { s.clock = c } }

// WithRecorder sets the transcript; the default records nothing. A recorder
// that wants to hash or keep bodies has their bytes pass through the memory of
// the process; without one, or with transcript.Options.BodyLengths, they go
// from socket to file within the kernel where that can be done.
func WithRecorder(r *transcript.Recorder) Option { return func(s *setup) { s.record = r } }

// WithDir sets the folder that stands for the PC's disk; the default is a
// temporary one that Close removes.
func WithDir(dir string) Option { return func(s *setup) { s.dir = dir } }

// WithDisk sets what the jobs' files are written to in place of the folder; the
// agent closes it.
func WithDisk(d bits.Disk) Option { return func(s *setup) { s.disk = d } }

// WithSeed sets what temporary names and client challenges are made from.
func WithSeed(seed uint64) Option { return func(s *setup) { s.seed = seed } }

// WithTuning sets what no document settles about BITS transfers.
func WithTuning(t bits.Tuning) Option { return func(s *setup) { s.tuning = t } }

// WithTLS sets the TLS settings for https, such as the roots to trust.
func WithTLS(c *tls.Config) Option { return func(s *setup) { s.tls = c } }

// WithLauncher sets who runs the command lines of jobs; the default records
// them as run.
func WithLauncher(l bits.Launcher) Option { return func(s *setup) { s.launch = l } }

// New makes a PC of the profile with that id, such as "xp-sp2".
func New(profile string, options ...Option) (*Agent, error) {
	p, err := machine.ProfileByID(profile)
	if err != nil {
		return nil, err
	}
	s := setup{clock: clock.Wall{}}
	for _, o := range options {
		o(&s)
	}
	a := &Agent{Link: s.link, clock: s.clock, dir: s.dir, update: s.updates, automaticTuning: s.automatic,
		advanced: advancedClient{config: s.sms}}
	a.Machine = machine.New(p, s.machine...)
	a.Machine.AttachService(machine.BITSService, machine.ServiceControl{Running: a.Running, Start: a.StartService})
	if err := a.addOwner(s); err != nil {
		return nil, err
	}
	for _, h := range s.hosts {
		if err := a.Machine.SetHost(h.name, h.port, h.addr); err != nil {
			return nil, err
		}
	}
	if a.dir == "" {
		if a.dir, err = os.MkdirTemp("", "wualab-pc-"); err != nil {
			return nil, fmt.Errorf("the PC's disk: %w", err)
		}
		a.own = true
	}
	a.http = s.http(a.Machine)
	dial := a.http.Dial
	if dial == nil {
		dial = winhttp.DialResolved(a.http.Resolver)
	}
	redirector := smb.New(smb.Config{Machine: a.Machine, Clock: s.clock, Dial: smb.DialFunc(dial), Recorder: s.record, Seed: s.seed, Link: s.link})
	a.config = bits.Config{Machine: a.Machine, SMB: redirector, Clock: s.clock, Link: s.link, Recorder: s.record, Dir: a.dir, Disk: s.disk, Seed: s.seed, Tuning: s.tuning, Launch: s.launch}
	if s.store != "" {
		a.config.Store, a.config.StoreOptions = s.store, storeOptions()
		if a.volume, err = bits.OpenVolume(a.dir); err != nil {
			return nil, errors.Join(err, a.removeDir())
		}
	}
	if err := a.start(); err != nil {
		return nil, errors.Join(err, a.closeDisk(), a.removeDir())
	}
	return a, nil
}

func (s setup) http(m *machine.Machine) winhttp.Config {
	c := winhttp.Config{Clock: s.clock, Recorder: s.record, TLS: s.tls, Dial: s.dial, Link: s.link, Discovery: m}
	if s.closed {
		c.Resolver = m
	}
	return c
}

func (a *Agent) addOwner(s setup) error {
	if s.service != "" {
		account, err := a.Machine.User(s.service)
		a.owner = account.String()
		return err
	}
	if s.owner == nil {
		s.owner = &machine.Account{User: "user"}
	}
	account := a.Machine.AddUser(*s.owner)
	a.owner = account.String()
	return a.Machine.Logon(a.owner, true)
}

// Owner returns DOMAIN\user of the account that owns the jobs of Download.
func (a *Agent) Owner() string { return a.owner }

// Dir returns the folder that stands for the PC's disk.
func (a *Agent) Dir() string { return a.dir }

// Close stops the services, closes connections and waits for all that runs.
func (a *Agent) Close() error {
	a.AutomaticUpdates().Stop()
	err := a.closeAdvancedClient()
	if a.running {
		a.running = false
		err = errors.Join(err, a.BITS.Close())
		a.HTTP.Close()
	}
	a.closeUpdates()
	a.closeLegacy()
	return errors.Join(err, a.closeDisk(), a.removeDir())
}

func (a *Agent) closeDisk() error {
	if a.volume == nil {
		return nil
	}
	return a.volume.Close()
}

func (a *Agent) removeDir() error {
	if !a.own {
		return nil
	}
	return os.RemoveAll(a.dir)
}

// Download makes a job of the owner for the URLs, resumes it and waits until
// it is TRANSFERRED or in ERROR. The local names are the last parts of the
// URLs. An error says that the job could not be made or the wait ended; what
// became of the job is told by its State and GetError.
func (a *Agent) Download(ctx context.Context, name string, urls ...string) (*bits.Job, error) {
	h := a.clock.Hold("download " + name)
	defer h.Release()
	job, err := a.BITS.CreateJob(name, bits.Download, a.owner)
	if err != nil {
		return nil, err
	}
	for i, url := range urls {
		if err := job.AddFile(url, fmt.Sprintf(`C:\%d\%s`, i+1, path.Base(url))); err != nil {
			return job, err
		}
	}
	if err := job.Resume(); err != nil {
		return job, err
	}
	_, err = job.Wait(ctx, h, bits.Transferred, bits.Error)
	return job, err
}
