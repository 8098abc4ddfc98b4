package bits

import (
	"cmp"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wualab/wualab/agent/bits/store"
	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/smb"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/transcript"
)

// Config sets up the service. Machine, HTTP, Clock and Dir are required.
type Config struct {
	Machine      *machine.Machine
	HTTP         *winhttp.Client
	SMB          *smb.Client // of remote names on shares; nil is one that knows the machine's host names
	Clock        clock.Clock
	Link         *link.Link           // the PC's network, as HTTP has it; nil is always there and takes no time
	Recorder     *transcript.Recorder // of job transitions; nil records nothing
	Dir          string               // stands for the PC's disk; nothing outside it is touched
	Disk         Disk                 // in place of OpenDisk(Dir)
	Store        string               // file of the durable queue on the host; empty keeps the queue in memory
	StoreOptions store.Options        // of Store; its clock is Clock
	Node         string               // the PC's name in the record; default "client"
	Seed         uint64               // of temporary names and client challenges
	Launch       Launcher             // of command lines; nil records them as run with exit code 0
	Tuning       Tuning
}

// Tuning is what no document settles about the transfer. Zero values are the
// defaults.
type Tuning struct {
	// Placement says where ranges end; the default follows the BITS version.
	Placement Placement
	// FirstBlock is the length of a background download's first range,
	// doubled from block to block up to MaxBlock. Assumed: 64 KiB and 1 MiB;
	// the real law is unpublished and follows the idle bandwidth.
	FirstBlock, MaxBlock int64
	// BlockTime is how long the link offers the bytes of one range of a background
	// download, when it has a speed. Assumed: 10 s, unless FirstBlock is given.
	BlockTime time.Duration
	// Slice is how long a job runs while another of the same priority waits.
	// Assumed: 5 minutes; no document says how long a time slice is.
	Slice time.Duration
	// Reconnect is how long jobs wait after the network has come back. Assumed:
	// 5 seconds; the documents speak of a short delay.
	Reconnect time.Duration
	// Restarts bounds how often one activation of a job begins a file anew
	// because it changed at the server. Assumed: 10.
	Restarts int
	// PingBeforeClose has an upload send Ping between the last Fragment and
	// Close-Session, as the capture of MC-BUP 4.1 shows it and no text says.
	PingBeforeClose bool
	// SessionProxies says through which proxies a server's NTLM or Negotiate is
	// answered.
	SessionProxies winhttp.SessionProxies
	// FirstProxyOnly tries no other proxy when the first that an automatic configuration
	// names cannot be reached. Assumed: BITS goes on to the next.
	FirstProxyOnly bool
}

func (t Tuning) withDefaults() Tuning {
	if t.FirstBlock <= 0 && t.BlockTime <= 0 {
		t.BlockTime = 10 * time.Second
	}
	if t.FirstBlock <= 0 {
		t.FirstBlock = 64 << 10
	}
	if t.MaxBlock < t.FirstBlock {
		t.MaxBlock = max(1<<20, t.FirstBlock)
	}
	if t.Slice <= 0 {
		t.Slice = 5 * time.Minute
	}
	if t.Reconnect <= 0 {
		t.Reconnect = 5 * time.Second
	}
	if t.Restarts <= 0 {
		t.Restarts = 10
	}
	return t
}

// Manager is IBackgroundCopyManager and the queue behind it. Make it with New
// and end it with Close.
type Manager struct {
	cfg   Config
	disk  Disk
	store *store.Store // nil without Config.Store

	mu     sync.Mutex
	closed bool
	queue
	turns  uint64     // given out so far; see Job.turn
	random *rand.Rand // of the GUIDs of jobs
	work   sync.WaitGroup

	network network
	skew    time.Duration // of the PC's clock when the service started
	round   []*Job        // whose notices are told next
	slotsMu sync.Mutex
	slots   map[string]chan struct{} // of each user's notifications

	qmgr   machine.FileVersion // that the service loaded when it started
	loaded machine.BITSVersion // which is that version of BITS

	dead atomic.Bool // the service has crashed; nothing is saved any more

	unwatch  func() // of logons
	unvolume func() // of the disk

	policyRead bool // since the service began to work
}

// New starts the service on the machine.
func New(cfg Config) (*Manager, error) {
	if cfg.Machine == nil || cfg.HTTP == nil || cfg.Clock == nil || cfg.Dir == "" {
		return nil, errors.New("bits: Machine, HTTP, Clock and Dir are required")
	}
	loaded, err := cfg.Machine.BITS()
	if err != nil {
		return nil, fmt.Errorf("bits: %w", err)
	}
	if cfg.Node == "" {
		cfg.Node = "client"
	}
	if cfg.SMB == nil {
		cfg.SMB = smb.New(smb.Config{Machine: cfg.Machine, Clock: cfg.Clock, Dial: smb.DialFunc(winhttp.DialResolved(cfg.Machine)),
			Link: cfg.Link, Recorder: cfg.Recorder, Node: cfg.Node, Seed: cfg.Seed})
	}
	cfg.Tuning = cfg.Tuning.withDefaults()
	m := &Manager{cfg: cfg, disk: cfg.Disk, queue: newQueue(), random: rand.New(rand.NewPCG(cfg.Seed, 0x42495453))}
	m.loaded = loaded
	m.qmgr, _ = cfg.Machine.Files().QMgr()
	m.skew = cfg.Machine.ClockSkew()
	if m.disk == nil {
		disk, err := OpenDisk(cfg.Dir)
		if err != nil {
			return nil, fmt.Errorf("bits: the PC's disk: %w", err)
		}
		m.disk = disk
	}
	if cfg.Store != "" {
		if err := m.openStore(); err != nil {
			return nil, errors.Join(fmt.Errorf("bits: the job store: %w", err), m.disk.Close())
		}
	}
	m.unwatch = cfg.Machine.OnSessions(m.sessionsChanged)
	m.network.unwatch = cfg.Link.OnPlug(m.plugged)
	m.unvolume = m.watchVolume()
	return m, nil
}

// openStore brings the queue back from the store and lets it go on. A store
// that cannot be read is set aside, which is told in the record, and the
// service starts with an empty queue (BITS documentation: BITS and System
// Restore).
func (m *Manager) openStore() error {
	options := m.cfg.StoreOptions
	options.Clock = m.cfg.Clock
	options.Hook = m.alive(options.Hook)
	s, err := store.Open(m.cfg.Store, options)
	if err != nil {
		return err
	}
	m.store = s
	m.report(s.Damage())
	hold := m.cfg.Clock.Hold("start of the service")
	defer hold.Release()
	if err := m.begin(); err != nil {
		m.work.Wait()
		return errors.Join(err, s.Close())
	}
	return nil
}

// begin has the jobs of the store go on, all or none.
func (m *Manager) begin() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.restore(); err != nil {
		m.end()
		return err
	}
	m.tellOwed()
	m.schedule()
	return nil
}

// Close stops the service: all transfers end and are waited for. Jobs stay as
// they are, and go on from there when a service with the same store starts.
func (m *Manager) Close() error {
	m.unwatch()
	m.network.unwatch()
	m.unvolume()
	m.mu.Lock()
	m.end()
	m.mu.Unlock()
	m.work.Wait()
	var err error
	if m.store != nil {
		if err = m.store.Close(); m.dead.Load() {
			err = nil // it says that it was not closed in order
		}
	}
	return errors.Join(err, m.disk.Close())
}

// Version gives the version of BITS that runs: that of the QMgr.dll which the service
// loaded when it started. One that an update puts there later counts from the next start
// on.
func (m *Manager) Version() machine.BITSVersion { return m.loaded }

func (m *Manager) version() machine.BITSVersion { return m.loaded }

// userAgent is that of the QMgr.dll that is loaded.
func (m *Manager) userAgent() string { return machine.UserAgentOf(m.qmgr).Value }

func (m *Manager) features() features { return featuresOf(m.version()) }

// Defaults of a new job (BITS documentation: SetMinimumRetryDelay,
// SetNoProgressTimeout).
const (
	DefaultMinimumRetryDelay = 600 * time.Second
	MinMinimumRetryDelay     = 5 * time.Second
	DefaultNoProgressTimeout = 14 * 24 * time.Hour
)

// CreateJob makes a suspended job of the named owner, an account of the
// machine. Uploads came with BITS 1.5: E_NOTIMPL before.
func (m *Manager) CreateJob(name string, kind Type, owner string) (*Job, error) {
	account, err := m.cfg.Machine.User(owner)
	switch {
	case err != nil:
		return nil, called(hresult.E_INVALIDARG, "CreateJob %q: %w", name, err)
	case kind < Download || kind > UploadReply:
		return nil, called(hresult.E_INVALIDARG, "CreateJob %q: %v", name, kind)
	case kind != Download && m.version().Compare(version15) < 0:
		return nil, called(hresult.E_NOTIMPL, "CreateJob %q: BITS %v has no uploads; they came with 1.5", name, m.version())
	case len([]rune(name)) > maxDisplayName:
		return nil, called(hresult.E_INVALIDARG, "CreateJob: a name of %d characters", len([]rune(name)))
	}
	j, saved, err := m.makeJob(name, kind, account)
	if err != nil {
		return nil, err
	}
	if err := saved(); err != nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		j.withdraw()
		return nil, err
	}
	return j, nil
}

// makeJob gives a new job of the queue, and what waits for the disk.
func (m *Manager) makeJob(name string, kind Type, owner machine.Account) (j *Job, saved func() error, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := cmp.Or(m.serves("CreateJob"), m.checkJobs(owner)); err != nil {
		return nil, nil, err
	}
	now := m.cfg.Clock.Now()
	j = &Job{
		m: m, id: m.newID(), name: name, kind: kind, owner: owner.String(), token: m.cfg.Machine.Token(owner), state: Suspended,
		set: settings{priority: Normal, notify: NotifyJobTransferred | NotifyJobError,
			retryDelay: DefaultMinimumRetryDelay, noProgress: DefaultNoProgressTimeout},
		times: Times{Creation: now, Modification: now}, changed: &clock.Gate{},
	}
	j.random = m.chance(j.id)
	j.touch()
	j.armLapse()
	m.add(j)
	return j, j.saveSoon(), nil
}

// withdraw takes a new job back that could not be saved. Somebody may have found
// it in the queue and resumed it. m.mu is held, here and below.
func (j *Job) withdraw() {
	j.state = Cancelled
	j.stopTimers()
	j.stopLapse()
	if j.run != nil {
		j.run.stop()
	}
	j.m.remove(j)
}

// newID makes a GUID (version 4) that no job has: after a restart the same
// seed gives the same numbers again.
func (m *Manager) newID() string {
	for {
		a, b := m.random.Uint64(), m.random.Uint64()
		id := fmt.Sprintf("{%08X-%04X-4%03X-%04X-%012X}", a>>32, a>>16&0xFFFF, a&0xFFF, b>>48&0x3FFF|0x8000, b&0xFFFFFFFFFFFF)
		if m.byID[id] == nil {
			return id
		}
	}
}

// chance gives a job its own chance, from the seed and its GUID, so that what one
// job draws does not change with what others do meanwhile.
func (m *Manager) chance(id string) *rand.Rand {
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(id))
	return rand.New(rand.NewPCG(m.cfg.Seed, sum.Sum64()))
}

// GetErrorDescription gives the text for a result code.
func (m *Manager) GetErrorDescription(code hresult.HRESULT) (string, error) {
	info, ok := hresult.Lookup(code)
	if !ok {
		return "", called(hresult.E_INVALIDARG, "no text for %v", code)
	}
	return info.Meaning, nil
}
