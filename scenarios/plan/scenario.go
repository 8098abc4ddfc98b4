package plan

// Scenario is one file, or one cell of it with its axes filled in. Slices keep
// the file's order.
type Scenario struct {
	Pos               Pos                `yaml:"-"`
	Version           int                `yaml:"version" literal:"true" required:"true" min:"1" max:"1" help:"Version of the scenario language."`
	ID                string             `yaml:"id" literal:"true" required:"true" format:"id" help:"Stable name: words of a-z, 0-9 and -, separated by /."`
	Title             string             `yaml:"title" literal:"true" required:"true" format:"line" help:"What the scenario shows, in one line."`
	About             string             `yaml:"about" help:"What the scenario shows, at length."`
	Level             Level              `yaml:"level" required:"true" enum:"required|expected|observe" help:"What a failed expectation means: required is documented, expected is well founded, observe reports what happens."`
	Refs              []string           `yaml:"refs" required:"true" help:"Public documents that the scenario rests on; at least one."`
	Assumed           []string           `yaml:"assumed" help:"Facts that the scenario takes for true and no document settles."`
	Tags              []string           `yaml:"tags" help:"Words to select scenarios by."`
	Accounts          []Account          `yaml:"accounts" keyed:"true" help:"Accounts by name."`
	Matrix            *Matrix            `yaml:"matrix" literal:"true" help:"Axes; the scenario runs once for each combination of their values. exclude lists combinations to leave out."`
	Client            Client             `yaml:"client" required:"true" help:"The simulated PC and the owner of its jobs."`
	DomainControllers []DomainController `yaml:"domain-controllers" keyed:"true" help:"Domain controllers that several servers and proxies ask, by name; see member-of."`
	Servers           []Server           `yaml:"servers" keyed:"true" help:"Fake origin servers by name; the name resolves to the server."`
	Proxies           []Proxy            `yaml:"proxies" keyed:"true" help:"Fake proxies by name."`
	Steps             []Step             `yaml:"steps" required:"true" help:"What happens, in order; at least one."`
}

// Server gives the server of that name, or nil.
func (s *Scenario) Server(name string) *Server {
	for i := range s.Servers {
		if s.Servers[i].Name == name {
			return &s.Servers[i]
		}
	}
	return nil
}

// Proxy gives the proxy of that name, or nil.
func (s *Scenario) Proxy(name string) *Proxy {
	for i := range s.Proxies {
		if s.Proxies[i].Name == name {
			return &s.Proxies[i]
		}
	}
	return nil
}

// Account gives the account of that name, or nil.
func (s *Scenario) Account(name string) *Account {
	for i := range s.Accounts {
		if s.Accounts[i].Name == name {
			return &s.Accounts[i]
		}
	}
	return nil
}

// Account is a user of the domain, or of the client or server alone.
type Account struct {
	Pos Pos `yaml:"-"`
	// Name is the scenario's name for the account; empty when it is written
	// where it is used.
	Name            string      `yaml:"$key" format:"name"`
	Domain          string      `yaml:"domain" help:"NetBIOS domain; absent: an account without one."`
	User            string      `yaml:"user" required:"true" help:"User name."`
	Password        string      `yaml:"password" help:"Password."`
	Administrator   bool        `yaml:"administrator" help:"The account has administrator privileges on the PC."`
	Elevated        bool        `yaml:"elevated" help:"The administrator makes jobs elevated, as by Run as administrator."`
	Disabled        bool        `yaml:"disabled" help:"The account is disabled."`
	Expired         bool        `yaml:"expired" help:"The account has expired."`
	Locked          bool        `yaml:"locked" help:"The account is locked out."`
	PasswordExpired bool        `yaml:"password-expired" help:"The password has expired."`
	Refuse          Opt[string] `yaml:"refuse" format:"ntstatus" help:"NTSTATUS with which a logon with the right password is refused."`
}

// AccountRef is an account where it is used. Exactly one of Account, Service
// and Implicit says which; the zero value names none.
type AccountRef struct {
	Pos Pos
	// Name is the name in accounts; empty for the others.
	Name string
	// Account is what Name stands for, or the account written in place.
	Account *Account
	// Service is LocalSystem, LocalService or NetworkService.
	Service string
	// Implicit means the logon credentials (NULL user name and password).
	Implicit bool
}

// Set reports whether the file names an account.
func (a AccountRef) Set() bool { return a.Pos.Line > 0 }

// Unjudged reports whether the step has a job transfer, and neither it nor one
// that comes after it expects anything: it passes whatever becomes of the job.
func (s *Scenario) Unjudged(step int) bool {
	switch v, _ := s.Steps[step].Verb(); v {
	case VerbDownload, VerbUpload, VerbResume:
	default:
		return false
	}
	for _, later := range s.Steps[step:] {
		if len(later.Expect) > 0 {
			return false
		}
	}
	return true
}
