// Package machine is the state of one simulated Windows PC: its registry, the
// versions of its files, its users and their logon sessions, its domain or
// workgroup, and the names that it can resolve. The agent's parts (WinHTTP,
// BITS, Windows Update, SMS) read from it what the real ones read from
// Windows; it knows none of them, opens no socket and has no clock.
//
// Most users need [ProfileByID] and [New]:
//
//	p, err := machine.ProfileByID("xp-sp2")
//	...
//	pc := machine.New(p, machine.WithDomain("LAB"),
//		machine.WithInteractiveUser(machine.Account{Domain: "LAB", User: "alice", Password: "pw"}))
//	err = pc.Registry().Import(file, "client.reg")
//	level, source := pc.EffectiveLmCompatibilityLevel()
//
// What a profile says is data with its source ([Fact]): which BITS follows
// from which QMgr.dll, its User-Agent, the defaults of LmCompatibilityLevel
// and UseLMCompat.
//
// It models: Windows documentation on the registry ("Registry Element Size
// Limits", "Registry Value Types"), KB 310516 (.reg files), BITS documentation
// ("Determining the Version of BITS on a Computer", "Authentication", "Users
// and Network Connections", "Service Accounts and BITS"), KB 842309 and the
// Windows 2000 Resource Kit registry reference.
package machine

import (
	"fmt"
	"sync"
	"time"
)

// Machine is one simulated PC. Make it with [New]; the zero value is not
// usable. All methods may be called from several goroutines at once.
type Machine struct {
	profile   Profile
	registry  *Registry
	files     *Files
	hosts     *Hosts
	hostname  string
	domain    string
	workgroup string
	password  Secret

	mu       sync.Mutex // guards what follows
	users    []Account
	sessions []session
	watchers []*func() // of sessions
	layered  []LayeredProvider
	skew     time.Duration // of the machine's clock
	network  Network
	tickets  Tickets
	passport Passport
	raw      *Fact[bool] // of SetRawNegotiate
	system   System
	os       OSVersion

	certificates []storedCertificate
	services     map[string]ServiceControl // by name in capitals
}

// Option sets up a machine in [New].
type Option func(*setup)

type setup struct {
	hostname, domain, workgroup string
	password                    Secret
	users, interactive          []Account
	skew                        time.Duration
}

// WithHostname sets the machine's NetBIOS name; the default is WUALAB-PC.
func WithHostname(name string) Option { return func(s *setup) { s.hostname = name } }

// WithDomain joins the machine to a domain, given by its NetBIOS name.
func WithDomain(name string) Option { return func(s *setup) { s.domain = name } }

// WithWorkgroup names the workgroup of a machine without a domain; the default
// is WORKGROUP.
func WithWorkgroup(name string) Option { return func(s *setup) { s.workgroup = name } }

// WithMachinePassword sets the password of the computer account; the default
// is that of an account made ahead, the machine's name in lower case.
func WithMachinePassword(password Secret) Option { return func(s *setup) { s.password = password } }

// WithUser makes an account known, as [Machine.AddUser] does.
func WithUser(a Account) Option { return func(s *setup) { s.users = append(s.users, a) } }

// WithInteractiveUser makes an account known and logs it on interactively; of
// several the last one is at the console.
func WithInteractiveUser(a Account) Option {
	return func(s *setup) { s.interactive = append(s.interactive, a) }
}

// WithClockSkew puts the machine's clock ahead of the true time, as
// [Machine.SetClockSkew] does.
func WithClockSkew(skew time.Duration) Option { return func(s *setup) { s.skew = skew } }

// New makes a machine of a profile: its files, the registry entries that tell
// the system's version, name and updates, and the service accounts.
// LmCompatibilityLevel and UseLMCompat are not in the registry, as on a machine
// where nobody has set them.
func New(p Profile, options ...Option) *Machine {
	s := setup{hostname: "WUALAB-PC", workgroup: "WORKGROUP"}
	for _, o := range options {
		o(&s)
	}
	m := &Machine{
		profile: p, registry: NewRegistry(), files: p.files(), hosts: newHosts(),
		hostname: s.hostname, domain: s.domain, workgroup: s.workgroup, password: s.password,
		users: serviceAccounts(p.LocalService.Value), skew: s.skew, system: p.system(), os: p.OS,
	}
	for _, a := range s.users {
		m.AddUser(a)
	}
	for _, a := range s.interactive {
		a = m.AddUser(a)
		m.sessions = append(m.sessions, session{a.SID, true})
	}
	m.followConsole()
	m.fillRegistry()
	return m
}

// Profile gives the profile that the machine was made of.
func (m *Machine) Profile() Profile { return m.profile }

// Registry gives the machine's registry; changes to it change the machine.
func (m *Machine) Registry() *Registry { return m.registry }

// Files gives the machine's file versions; changes to them change the machine.
func (m *Machine) Files() *Files { return m.files }

// Hosts gives the machine's table of host names.
func (m *Machine) Hosts() *Hosts { return m.hosts }

// SetHost makes a host name and port lie at a network address; see [Hosts.Set].
func (m *Machine) SetHost(name string, port int, addr string) error {
	return m.hosts.Set(name, port, addr)
}

// Resolve gives the network address of a host name and port; see
// [Hosts.Resolve].
func (m *Machine) Resolve(name string, port int) (addr string, ok bool) {
	return m.hosts.Resolve(name, port)
}

// Hostname gives the machine's NetBIOS name.
func (m *Machine) Hostname() string { return m.hostname }

// Domain gives the NetBIOS name of the machine's domain; false in a workgroup.
func (m *Machine) Domain() (string, bool) { return m.domain, m.domain != "" }

// Workgroup gives the machine's workgroup; false in a domain.
func (m *Machine) Workgroup() (string, bool) { return m.workgroup, m.domain == "" }

// BITS gives the version of BITS, which follows from the QMgr.dll that is
// installed at the moment. It fails when there is none, or one that belongs to
// no released BITS.
func (m *Machine) BITS() (BITSVersion, error) {
	qmgr, ok := m.files.QMgr()
	if !ok {
		return BITSVersion{}, fmt.Errorf("%s has no QMgr.dll: BITS is not installed", m.hostname)
	}
	v, ok := BITSVersionOf(qmgr)
	if !ok {
		return BITSVersion{}, fmt.Errorf("%s has QMgr.dll %v, which is no released BITS (known: %s)", m.hostname, qmgr, knownBITSVersions())
	}
	return v, nil
}

// UserAgent gives the User-Agent that BITS sends, which follows from the
// QMgr.dll that is installed at the moment; empty when there is none.
func (m *Machine) UserAgent() string {
	qmgr, ok := m.files.QMgr()
	if !ok {
		return ""
	}
	return UserAgentOf(qmgr).Value
}

const currentVersionKey = `HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion`

func (m *Machine) fillRegistry() {
	os := m.profile.OS
	m.put(currentVersionKey, "CurrentVersion", SZ(fmt.Sprintf("%d.%d", os.Major, os.Minor)))
	m.put(currentVersionKey, "CurrentBuildNumber", SZ(fmt.Sprint(os.Build)))
	if os.ServicePack > 0 {
		m.put(currentVersionKey, "CSDVersion", SZ(fmt.Sprintf("Service Pack %d", os.ServicePack)))
	}
	m.put(`HKLM\SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName`, "ComputerName", SZ(m.hostname))
	m.put(ServicesKey+`\`+BITSService, "Start", DWORD(uint32(ServiceManual)))
	for _, kb := range m.profile.Hotfix {
		m.put(currentVersionKey+`\Hotfix\`+kb, "Installed", DWORD(1))
	}
}

// put writes what can't fail, since the names are constants; an update whose
// number can't name a key is left out.
func (m *Machine) put(key, name string, v Value) { _ = m.registry.Set(key, name, v) }
