package machine

import (
	"fmt"
	"io"
	"time"

	"github.com/wualab/wualab/auth/negotiate"
	"github.com/wualab/wualab/auth/ntlm"
)

// NTLM gives the NTLM behaviour of the machine's Windows version.
//
// Source: MS-NLMP product notes. The table of auth/ntlm has the rows; which
// one applies follows from the version of the system.
func (m *Machine) NTLM() ntlm.OS {
	v := m.profile.OS
	switch {
	case v.Major >= 10:
		return ntlm.Windows10()
	case v.Major == 6 && v.Minor >= 1:
		return ntlm.Windows7()
	case v.Major == 6:
		return ntlm.WindowsVista()
	case v.Major == 5 && v.Minor == 2:
		return ntlm.WindowsServer2003()
	case v.Major == 5 && v.Minor == 1 && v.ServicePack >= 2:
		return ntlm.WindowsXPSP2()
	case v.Major == 5 && v.Minor == 1:
		return ntlm.WindowsXP()
	}
	return ntlm.Windows2000()
}

// Peer is the other side of a login over HTTP.
type Peer struct {
	Host            string   // who challenges, with its port unless that is the default
	ChannelBindings [16]byte // of the TLS connection to it, see ntlm.EndpointBindings; zero without TLS
}

// NTLMClient begins an NTLM login as the account from this machine: at its
// effective LmCompatibilityLevel, with its NtlmMinClientSec, by its own clock.
// Vista and later send the peer's service name, such as "HTTP/proxy", Windows 7 and
// later the channel bindings. now is the true time.
func (m *Machine) NTLMClient(a Account, peer Peer, random io.Reader, now func() time.Time) (*ntlm.Client, error) {
	return m.ntlmClient(a, SPN(peer.Host), peer.ChannelBindings, 0, random, now)
}

// SessionClient is NTLMClient for a login whose session key will sign what follows,
// as that of a file share: it asks for what Windows asks for under Negotiate.
func (m *Machine) SessionClient(a Account, spn string, random io.Reader, now func() time.Time) (*ntlm.Client, error) {
	return m.ntlmClient(a, spn, [16]byte{}, negotiate.NTLMFlags, random, now)
}

func (m *Machine) ntlmClient(a Account, spn string, bindings [16]byte, extra ntlm.Flags, random io.Reader, now func() time.Time) (*ntlm.Client, error) {
	level, _ := m.EffectiveLmCompatibilityLevel()
	c, err := ntlm.NewClient(ntlm.ClientConfig{
		Level: ntlm.Level(level), Domain: a.Domain, User: a.User, Password: a.Password.Reveal(),
		Workstation: m.hostname, Anonymous: a.Kind == Anonymous, OS: m.NTLM(), TargetName: spn, ChannelBindings: bindings,
		MinSec: m.NtlmMinClientSec(), ExtraFlags: extra, Rand: random, Now: m.ownTime(now),
	})
	if err != nil {
		return nil, fmt.Errorf("log in as %v: %w", a, err)
	}
	return c, nil
}

// SetClockSkew puts the machine's clock ahead of the true time, or behind it
// with a negative skew. The times in its NTLMv2 responses and Kerberos requests
// are then wrong by that much; its timers are not.
func (m *Machine) SetClockSkew(skew time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.skew = skew
}

// ClockSkew gives how far the machine's clock is ahead of the true time.
func (m *Machine) ClockSkew() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.skew
}

// ownTime is the time by the machine's clock.
func (m *Machine) ownTime(now func() time.Time) func() time.Time {
	if now == nil {
		return nil
	}
	return func() time.Time { return now().Add(m.ClockSkew()) }
}

// Passport says where the machine logs in to Passport. The zero value is the
// public realm, which is no more.
type Passport struct {
	ConfigURL string // of the configuration server (the nexus)
	LoginURL  string // of the login server; then the configuration server is not asked
	AllowHTTP bool   // the password may go to a login server without TLS, as to a fake
}

// SetPassport sets where the machine logs in to Passport.
func (m *Machine) SetPassport(p Passport) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.passport = p
}

// Passport gives where the machine logs in to Passport.
func (m *Machine) Passport() Passport {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.passport
}
