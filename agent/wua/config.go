package wua

import (
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/boundedxml"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

// Config says what an agent is made of. Machine, HTTP and Clock must be set.
type Config struct {
	Machine *machine.Machine
	HTTP    *winhttp.Client
	Clock   clock.Clock
	Seed    uint64 // of what is left to chance, such as the client's ID

	Release   Release       // zero: the one of the PC's system
	BITS      *bits.Manager // downloads; may be nil for an agent that only scans
	Installer Installer     // nil knows none

	Auth    winhttp.Authenticator // answers 401 and 407; nil answers none
	Proxy   func() winhttp.ProxySettings
	Tuning  Tuning
	Cores   *metadata.Cores          // that other agents may share, to read and hold metadata once; nil: none does
	State   *State                   // what an agent kept from before; nil begins with nothing
	Store   []byte                   // the data store of before, in place of State; one that is damaged is begun anew; nil: none
	Logged  func(Line)               // is told of each line of the log; may be nil
	MadeJob func(*Update, *bits.Job) // is told of each BITS job for an update; may be nil
	// Before is the agent of the same PC whose service ended. Its log goes on, and what
	// installers left for the next start of the PC waits on; nil: there was none.
	Before *Agent
}

// Tuning is what the documents leave to the agent. The zero value of a field is its
// default.
type Tuning struct {
	MaxTrips      int // calls of SyncUpdates in one scan before WU_E_PT_EXCEEDED_MAX_SERVER_TRIPS; 200
	MaxRecoveries int // renewed authorizations in one scan; 3. Assumed
	Limits        boundedxml.Limits
	// UntilEmpty asks again until NewUpdates is empty, as MS-WUSP 3.1.5.7 words it; by
	// default the agent asks again only as 2.2.2.2.4 words it, when the answer was
	// truncated or held a new revision that is no leaf.
	UntilEmpty    bool
	NoCompression bool // does not ask for xpress
	// KeepAgent fetches wuident.cab and does not look into it: for real servers, whose
	// files Microsoft has signed, and whose setups are real programs.
	KeepAgent bool
	// AskForEulas leaves license terms to who works at the PC: updates with terms are
	// neither downloaded nor installed before [Agent.AcceptEula]. By default they count
	// as accepted, since the administrator of the managed server has accepted them on
	// behalf of the clients (MS-WUSP 3.1.1.1).
	AskForEulas bool
}

func (t Tuning) withDefaults() Tuning {
	if t.MaxTrips == 0 {
		t.MaxTrips = 200
	}
	if t.MaxRecoveries == 0 {
		t.MaxRecoveries = 3
	}
	return t
}

// Agent is the Windows Update Agent of one PC. Make it with [New]. One scan runs at a
// time; it is safe for concurrent use.
type Agent struct {
	cfg  Config
	log  *Log
	bits atomic.Pointer[bits.Manager] // an installer may have it started anew

	mu     sync.Mutex // held while a scan runs
	state  *State
	errand errand // of who has the agent work now

	installing atomic.Bool
	rand       *rand.Rand

	atReboot []func(*machine.Machine) error // what installers left for the next start
	awaiting []wusp.GUID                    // updates whose installation or removal ends with it
}

// New makes an agent.
func New(cfg Config) (*Agent, error) {
	cfg.Tuning = cfg.Tuning.withDefaults()
	if cfg.Release == (Release{}) {
		cfg.Release = releaseOn(cfg.Machine)
	}
	if cfg.Proxy == nil {
		cfg.Proxy = func() winhttp.ProxySettings { return winhttp.ProxySettings{} }
	}
	a := &Agent{cfg: cfg, log: &Log{now: cfg.Clock.Now, logged: cfg.Logged}, state: cfg.State, rand: rand.New(rand.NewPCG(cfg.Seed, 0x575541))}
	a.bits.Store(cfg.BITS)
	if a.state == nil {
		a.state = &State{}
	}
	if cfg.Before != nil {
		a.follow(cfg.Before)
		a.cfg.Before = nil
	}
	if cfg.Store != nil {
		a.open(cfg.Store)
		a.cfg.Store = nil
	}
	return a, a.identify()
}

// follow takes over what outlives the service of an agent.
func (a *Agent) follow(before *Agent) {
	before.mu.Lock()
	defer before.mu.Unlock()
	a.log, a.rand, a.atReboot, a.awaiting = before.log, before.rand, before.atReboot, before.awaiting
}

// SetBITS replaces the BITS service, after that was started anew.
func (a *Agent) SetBITS(m *bits.Manager) { a.bits.Store(m) }

// Log gives what the agent wrote into WindowsUpdate.log.
func (a *Agent) Log() *Log { return a.log }

// State gives what the agent keeps from one scan to the next; give it to another agent
// on the same PC to begin where this one is.
func (a *Agent) State() *State {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.state.clone()
}

// Where the agent keeps its ID, MS-WUSP product note 63.
const (
	updateKey = `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate`
	clientID  = "SusClientId"
)

// identify gives the PC an ID unless it has one.
func (a *Agent) identify() error {
	if id, ok, err := a.cfg.Machine.Registry().String(updateKey, clientID); err != nil || ok && id != "" {
		return err
	}
	return a.cfg.Machine.Registry().Set(updateKey, clientID, machine.SZ(string(a.newGUID())))
}

// ClientID gives the ID that servers know the PC by. PCs made from one image that held
// an ID share it.
func (a *Agent) ClientID() string {
	id, _, _ := a.cfg.Machine.Registry().String(updateKey, clientID)
	return strings.ToLower(id)
}

func (a *Agent) newGUID() wusp.GUID { return wusp.RandomGUID(a.rand.Uint64(), a.rand.Uint64()) }

// Server says which update server policy names.
type Server struct {
	URL    string // WUServer, without a slash at its end
	Status string // WUStatusServer
	Group  string // TargetGroup, when TargetGroupEnabled is 1
}

// Where policy is, "Configure Automatic Updates in a Non-Active Directory Environment".
const (
	policyKey   = `HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate`
	auPolicyKey = policyKey + `\AU`
)

// Server reads the policy. WUServer counts only with UseWUServer 1, and both servers
// must be the same; else there is none and the code is WU_E_PT_SUS_SERVER_NOT_SET.
// Assumed: that code also where the two differ, and where no server is managed at all,
// as the public service is not modelled.
func (a *Agent) Server() (Server, error) {
	r := a.cfg.Machine.Registry()
	text := func(name string) string { v, _, _ := r.String(policyKey, name); return strings.TrimRight(v, "/") }
	number := func(key, name string) uint32 { v, _, _ := r.DWORD(key, name); return v }
	s := Server{URL: text("WUServer"), Status: text("WUStatusServer")}
	why := ""
	switch {
	case number(auPolicyKey, "UseWUServer") != 1:
		why = "UseWUServer is not 1"
	case s.URL == "":
		why = "there is no WUServer"
	case !strings.EqualFold(s.URL, s.Status):
		why = "WUServer and WUStatusServer differ"
	}
	if why != "" {
		return Server{}, &Error{Code: hresult.WU_E_PT_SUS_SERVER_NOT_SET, What: "no update server: " + why}
	}
	if number(policyKey, "TargetGroupEnabled") == 1 {
		s.Group = text("TargetGroup")
	}
	return s, nil
}
