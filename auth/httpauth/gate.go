package httpauth

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/wualab/wualab/auth/negotiate"
	"github.com/wualab/wualab/auth/ntlm"
)

// Persistence is what a gate says by the Persistent-Auth field of the answer that ends
// an NTLM or Negotiate login (MS-N2HT 2.2.2). It is a hint; PerRequest is the rule.
type Persistence int

// The values of Persistent-Auth; the zero value sends no field.
const (
	PersistUnsaid Persistence = iota
	PersistTrue
	PersistFalse
)

// GateConfig describes a server or proxy that demands credentials. Target to Accounts
// and the names, OS, Rand and Now are for every scheme.
type GateConfig struct {
	Target   Target
	Schemes  []Scheme       // offered, in this order; at least one
	Accounts *ntlm.Accounts // may be nil beside a DomainController
	Level    ntlm.Level     // LmCompatibilityLevel of the side that verifies

	// DomainController makes a member server of a stand-alone one: it judges domain
	// accounts in place of Accounts and Level, which are then for local accounts.
	DomainController *ntlm.DomainController
	NTLMBlocked      bool // "Restrict NTLM: Incoming NTLM traffic" denies all accounts

	// Protection and ChannelBindings are Extended Protection for NTLM, also under
	// Negotiate; see ntlm.AcceptorConfig. Tickets are not checked for bindings.
	Protection      ntlm.Protection
	ChannelBindings [16]byte

	Realm           string // of Basic and Digest; empty takes DNSComputer, else NetBIOSComputer
	NetBIOSDomain   string // empty: that of DomainController, else the computer is in no domain
	NetBIOSComputer string
	DNSDomain       string
	DNSComputer     string

	OS   ntlm.OS
	Rand io.Reader        // server challenges and nonces; read under a lock
	Now  func() time.Time // the world's clock

	// PerRequest has every request log in, as AuthPersistSingleRequest of the IIS
	// metabase.
	PerRequest     bool
	PersistentAuth Persistence
	// ProxySupport adds Proxy-Support: Session-Based-Authentication to challenges of
	// NTLM or Negotiate. It is a proxy's promise to the client of an origin behind it
	// (RFC 4559 6), for an origin that is to look as if it stood behind one.
	ProxySupport bool

	BasicUTF8 bool // Basic challenges say charset="UTF-8" (RFC 7617 2.1)
	Digest    DigestConfig
	Negotiate NegotiateConfig
	Passport  PassportConfig

	Deviations Deviations
}

// Gate verifies credentials for one server or proxy. It is safe for concurrent use.
type Gate struct {
	cfg       GateConfig
	acceptor  *ntlm.Acceptor
	negotiate *negotiate.Acceptor // nil when not offered
	nonces    *nonceBook
	stale     staleChallenge
}

// NewGate checks the configuration.
func NewGate(cfg GateConfig) (*Gate, error) {
	if err := cfg.check(); err != nil {
		return nil, fmt.Errorf("httpauth: gate: %w", err)
	}
	if cfg.Rand != nil {
		cfg.Rand = &lockedRand{src: cfg.Rand}
	}
	acceptor, err := ntlm.NewAcceptor(cfg.acceptor())
	if err != nil {
		return nil, fmt.Errorf("httpauth: gate: %w", err)
	}
	cfg.Schemes = slices.Clone(cfg.Schemes)
	cfg.Deviations.ExtraSchemes = slices.Clone(cfg.Deviations.ExtraSchemes)
	cfg.Digest = cfg.Digest.complete()
	g := &Gate{cfg: cfg, acceptor: acceptor, nonces: newNonceBook(cfg)}
	if slices.Contains(cfg.Schemes, Negotiate) {
		if g.negotiate, err = g.acceptNegotiate(); err != nil {
			return nil, fmt.Errorf("httpauth: gate: %w", err)
		}
	}
	return g, nil
}

func (cfg GateConfig) acceptor() ntlm.AcceptorConfig {
	return ntlm.AcceptorConfig{
		Level: cfg.Level, Accounts: cfg.Accounts, DomainController: cfg.DomainController,
		NetBIOSComputer: cfg.NetBIOSComputer, NetBIOSDomain: cfg.NetBIOSDomain,
		DNSComputer: cfg.DNSComputer, DNSDomain: cfg.DNSDomain,
		OS: cfg.OS, Rand: cfg.Rand, Now: cfg.Now, Blocked: cfg.NTLMBlocked,
		Protection: cfg.Protection, ChannelBindings: cfg.ChannelBindings,
		NoTargetInfo: cfg.Deviations.TargetInfo == TargetInfoMissing,
		OEMOnly:      cfg.Deviations.OEMOnly, NoESS: cfg.Deviations.NoESS, No128: cfg.Deviations.No128,
	}
}

func (cfg GateConfig) check() error {
	if cfg.Target != Server && cfg.Target != Proxy {
		return fmt.Errorf("unknown target %v", cfg.Target)
	}
	if len(cfg.Schemes) == 0 {
		return errors.New("no scheme to offer")
	}
	for i, s := range cfg.Schemes {
		if slices.Contains(cfg.Schemes[:i], s) {
			return fmt.Errorf("scheme %s is given twice", s)
		}
		if err := cfg.checkScheme(s); err != nil {
			return err
		}
	}
	if i := strings.IndexFunc(cfg.Realm, isControl); i >= 0 {
		return fmt.Errorf("realm has a control character at byte %d", i)
	}
	return cfg.Deviations.check()
}

func (cfg GateConfig) checkScheme(s Scheme) error {
	switch s {
	case Basic, NTLM, Negotiate:
		return nil
	case Digest:
		return cfg.Digest.check()
	case Passport:
		return cfg.Passport.check(cfg.Target)
	}
	return fmt.Errorf("unknown scheme %q", s)
}

// Target is who demands the credentials.
func (g *Gate) Target() Target { return g.cfg.Target }

// NewConn begins the authentication of one client connection. Keep it as long as the
// connection lives, and no longer.
func (g *Gate) NewConn() *GateConn {
	c := &GateConn{gate: g}
	for _, s := range g.cfg.Schemes {
		c.schemes = append(c.schemes, c.scheme(s))
	}
	return c
}

func (c *GateConn) scheme(s Scheme) gateScheme {
	switch s {
	case NTLM:
		return &ntlmGate{conn: c}
	case Negotiate:
		return &negotiateGate{conn: c}
	case Digest:
		return &digestGate{conn: c}
	case Passport:
		return &passportGate{conn: c}
	}
	return &basicGate{conn: c}
}

func (g *Gate) realm() string {
	for _, name := range []string{g.cfg.Realm, g.cfg.DNSComputer} {
		if name != "" {
			return name
		}
	}
	return g.cfg.NetBIOSComputer
}

// quote writes a quoted-string (RFC 9110 5.6.4).
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
