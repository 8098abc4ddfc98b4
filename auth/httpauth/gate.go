package httpauth

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/wualab/wualab/auth/ntlm"
)

// GateConfig describes a server or proxy that demands credentials.
type GateConfig struct {
	Target   Target
	Schemes  []Scheme // offered, in this order; at least one
	Accounts *ntlm.Accounts
	Level    ntlm.Level // LmCompatibilityLevel of the side that verifies

	Realm           string // of Basic; empty takes DNSComputer, else NetBIOSComputer
	NetBIOSDomain   string // empty: the computer is in no domain
	NetBIOSComputer string
	DNSDomain       string
	DNSComputer     string

	OS   ntlm.OS
	Rand io.Reader        // server challenges
	Now  func() time.Time // the world's clock
}

// Gate verifies credentials for one server or proxy. It is safe for concurrent use.
type Gate struct {
	cfg      GateConfig
	acceptor *ntlm.Acceptor
}

// NewGate checks the configuration. Digest, Negotiate and Passport1.4 are refused as
// not supported yet.
func NewGate(cfg GateConfig) (*Gate, error) {
	if err := cfg.check(); err != nil {
		return nil, fmt.Errorf("httpauth: gate: %w", err)
	}
	acceptor, err := ntlm.NewAcceptor(ntlm.AcceptorConfig{
		Level: cfg.Level, Accounts: cfg.Accounts,
		NetBIOSComputer: cfg.NetBIOSComputer, NetBIOSDomain: cfg.NetBIOSDomain,
		DNSComputer: cfg.DNSComputer, DNSDomain: cfg.DNSDomain,
		OS: cfg.OS, Rand: cfg.Rand, Now: cfg.Now,
	})
	if err != nil {
		return nil, fmt.Errorf("httpauth: gate: %w", err)
	}
	cfg.Schemes = slices.Clone(cfg.Schemes)
	return &Gate{cfg: cfg, acceptor: acceptor}, nil
}

func (cfg GateConfig) check() error {
	if cfg.Target != Server && cfg.Target != Proxy {
		return fmt.Errorf("unknown target %v", cfg.Target)
	}
	if len(cfg.Schemes) == 0 {
		return errors.New("no scheme to offer")
	}
	for i, s := range cfg.Schemes {
		switch {
		case !s.Known():
			return fmt.Errorf("unknown scheme %q", s)
		case !s.gated():
			return fmt.Errorf("scheme %s is not supported yet", s)
		case slices.Contains(cfg.Schemes[:i], s):
			return fmt.Errorf("scheme %s is given twice", s)
		}
	}
	if i := strings.IndexFunc(cfg.Realm, func(c rune) bool { return c < ' ' || c == 0x7f }); i >= 0 {
		return fmt.Errorf("realm has a control character at byte %d", i)
	}
	return nil
}

// Target is who demands the credentials.
func (g *Gate) Target() Target { return g.cfg.Target }

// NewConn begins the authentication of one client connection. Keep it as long as the
// connection lives, and no longer.
func (g *Gate) NewConn() *GateConn { return &GateConn{gate: g} }

// challenges gives the header values that begin a login, in scheme order.
func (g *Gate) challenges() []string {
	var list []string
	for _, s := range g.cfg.Schemes {
		if s == Basic {
			list = append(list, "Basic realm="+quote(g.realm()))
			continue
		}
		list = append(list, string(s))
	}
	return list
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
