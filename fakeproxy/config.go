package fakeproxy

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/behaviour/handshake"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/transcript"
)

// Config describes a proxy. Only Name is required.
type Config struct {
	Name       string               // in the record, in Via and in error pages
	Addr       string               // to listen on; empty is a free port of 127.0.0.1
	Listener   net.Listener         // where to listen instead of at Addr, such as a fakehttp.Door's; Close closes it
	Auth       *Auth                // whom it lets through; nil is everyone
	Behaviours []Use                // what it does besides; see Authenticate for their order
	Dir        string               // directory that files which behaviours name are beneath; "" allows none
	State      map[string]string    // named values that behaviours share, at the start
	Clock      clock.Clock          // nil is wall time
	Recorder   *transcript.Recorder // nil keeps no record
	Seed       int64                // of everything that happens by chance, such as NTLM challenges

	// Dial opens connections to origins and to the next proxy, and resolves their
	// names. nil is the machine's own resolver and network; a scenario always sets it.
	// The proxy watches what it returns with Clock.Track; Dial must not.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)

	// SessionBasedAuthentication adds "Proxy-support: Session-Based-Authentication" to
	// answers with WWW-Authenticate: the proxy promises that each client has upstream
	// connections of its own (RFC 4559 6).
	SessionBasedAuthentication bool

	Via         string // host:port of the next proxy in a chain; empty goes to origins directly
	ViaUser     string // with ViaPassword: Basic credentials to show the next proxy, as squid's cache_peer login=
	ViaPassword string

	Fault func(error) // is told of a script that failed; nil: only the transcript is

	MaxConns int // client connections served at a time, further ones get 503; 0 is 1000

	Limits fakehttp.Limits // on what clients may cost; the zero value has none but MaxConns and 5 idle minutes
}

// Auth says how a proxy authenticates its clients. A domain name left out means a
// proxy outside any domain.
type Auth struct {
	Schemes         []httpauth.Scheme // offered in this order, one header field each
	Accounts        *ntlm.Accounts
	Level           ntlm.Level // LmCompatibilityLevel of the verifying side
	Realm           string     // of Basic
	NetBIOSDomain   string
	NetBIOSComputer string // empty takes the proxy's name in upper case, up to 15 characters
	DNSDomain       string
	DNSComputer     string
	OS              ntlm.OS // the zero value takes Windows Server 2003

	DomainController *ntlm.DomainController // judges the accounts of a domain; nil: Accounts are all
	NTLMBlocked      bool                   // "Restrict NTLM: Incoming NTLM traffic" denies all accounts
	PerRequest       bool                   // each request logs in, as AuthPersistence 64 of IIS
	PersistentAuth   httpauth.Persistence   // what Persistent-Auth says
	BasicUTF8        bool                   // Basic challenges say charset="UTF-8" (RFC 7617 2.1)
	Digest           httpauth.DigestConfig
	Negotiate        httpauth.NegotiateConfig
}

const defaultMaxConns = 1000

func (c *Config) complete() error {
	switch {
	case c.Name == "" || strings.ContainsFunc(c.Name, isNotToken):
		return fmt.Errorf("name %q is not a word that fits into a Via field", c.Name)
	case c.MaxConns < 0:
		return fmt.Errorf("maximum of %d connections is negative", c.MaxConns)
	case c.Via == "" && c.ViaUser != "":
		return errors.New("credentials for a next proxy, but no next proxy")
	case strings.Contains(c.ViaUser, ":"):
		return errors.New("user name for the next proxy has a colon, which Basic can't carry")
	}
	if c.Via != "" {
		if _, _, err := net.SplitHostPort(c.Via); err != nil {
			return fmt.Errorf("next proxy: %w", err)
		}
	}
	if c.Clock == nil {
		c.Clock = clock.Wall{}
	}
	if c.Dial == nil {
		c.Dial = new(net.Dialer).DialContext
	}
	if c.MaxConns == 0 {
		c.MaxConns = defaultMaxConns
	}
	return nil
}

// isNotToken says which characters a pseudonym in Via can't have (RFC 9110 5.6.2).
func isNotToken(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune(`()<>@,;:\"/[]?={}`, r)
}

func (a *Auth) gate(name string, rand *source, now func() time.Time) (*handshake.Gates, error) {
	computer := a.NetBIOSComputer
	if computer == "" {
		computer = strings.ToUpper(name[:min(len(name), 15)])
	}
	os := a.OS
	if os.Name == "" {
		os = ntlm.WindowsServer2003()
	}
	return handshake.NewGates(httpauth.GateConfig{
		Target: httpauth.Proxy, Schemes: a.Schemes, Accounts: a.Accounts, Level: a.Level, Realm: a.Realm,
		NetBIOSDomain: a.NetBIOSDomain, NetBIOSComputer: computer,
		DNSDomain: a.DNSDomain, DNSComputer: a.DNSComputer,
		OS: os, Rand: rand, Now: now,
		DomainController: a.DomainController, NTLMBlocked: a.NTLMBlocked,
		PerRequest: a.PerRequest, PersistentAuth: a.PersistentAuth,
		BasicUTF8: a.BasicUTF8, Digest: a.Digest, Negotiate: a.Negotiate,
	})
}
