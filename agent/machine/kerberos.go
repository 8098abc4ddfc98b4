package machine

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/wualab/wualab/auth/negotiate"
	"github.com/wualab/wualab/auth/negotiate/kerberos"
)

// Tickets gives the service tickets that an account of the domain can get; nil
// when it can get none. The account of a user name like user@domain comes with
// the two apart, and one without a domain is of the machine's.
type Tickets func(a Account) negotiate.TicketSource

// SetTickets says where the machine's Kerberos tickets come from: from a realm
// inside the program, or from a real one. With nil, the default, there are none.
// A machine in a workgroup never asks.
func (m *Machine) SetTickets(t Tickets) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tickets = t
}

// SPN gives the name of the HTTP service of a host: "HTTP/proxy" for
// "proxy:8080". The port is left out.
//
// Source: RFC 4559 4.1; KB 908209, which says so of Internet Explorer. Assumed:
// WinHTTP, whose logins are made alike.
func SPN(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return "HTTP/" + host
}

// NegotiateClient begins a login under Negotiate as the account from this
// machine: by Kerberos when the machine is in a domain and a ticket for the host
// can be had, else by NTLM as NTLMClient makes it, but with negotiate.NTLMFlags.
// now is the true time. Assumed: tickets carry no channel bindings; the service is asked to prove itself with an
// AP-REP; Windows 2000 asks for the same flags as XP.
func (m *Machine) NegotiateClient(a Account, peer Peer, random io.Reader, now func() time.Time) (*negotiate.Client, error) {
	spn := SPN(peer.Host)
	byNTLM, err := m.ntlmClient(a, spn, peer.ChannelBindings, negotiate.NTLMFlags, random, now)
	if err != nil {
		return nil, err
	}
	c, err := negotiate.NewClient(negotiate.ClientConfig{
		SPN: spn, Kerberos: m.ticketsOf(a), NTLM: byNTLM, Mutual: true,
		Raw: m.RawNegotiate().Value, OmitMechListMIC: m.profile.OS.Major < 6,
		Rand: random, Now: m.ownTime(now),
	})
	if err != nil {
		return nil, fmt.Errorf("log in as %v: %w", a, err)
	}
	return c, nil
}

// ticketsOf is where an account's tickets come from; nil in a workgroup.
func (m *Machine) ticketsOf(a Account) negotiate.TicketSource {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.domain == "":
		return nil
	case a.Kind == Anonymous:
		return noTicket("nobody has no account in the domain")
	case fold(a.Domain) == fold(m.hostname):
		return noTicket(fmt.Sprintf("%v is an account of the computer, not of a domain", a))
	}
	if user, domain, ok := strings.Cut(a.User, "@"); ok && a.Domain == "" {
		a.User, a.Domain = user, domain
	}
	var source negotiate.TicketSource
	if m.tickets != nil {
		source = m.tickets(a)
	}
	if source == nil {
		return noTicket(fmt.Sprintf("no Kerberos realm answers for %v", a))
	}
	return source
}

// noTicket is a source that has none, and why.
type noTicket string

func (why noTicket) Ticket(string) (*kerberos.Ticket, error) { return nil, errors.New(string(why)) }

// SetRawNegotiate overrides [Machine.RawNegotiate].
func (m *Machine) SetRawNegotiate(raw bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f := Assumed(raw, "set for this machine")
	m.raw = &f
}

// RawNegotiate says whether NTLM under Negotiate goes without SPNEGO when the
// client has nothing but NTLM to offer.
func (m *Machine) RawNegotiate() Fact[bool] {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.raw != nil {
		return *m.raw
	}
	return RawNegotiateOf(m.profile.OS)
}

// RawNegotiateOf is the table behind [Machine.RawNegotiate].
func RawNegotiateOf(v OSVersion) Fact[bool] {
	switch {
	case v.Major >= 6:
		return Observed(true, "public captures of clients of Windows 7 and 10: Negotiate TlRMTVNTUAAB...; wrapped ones are seen too")
	case v.Major == 5 && v.Minor == 2:
		return Documented(true, "MS-MWBE 4.1.2, a network trace with NTLM messages of version 5.2")
	}
	return Assumed(true, "as Windows Server 2003 (MS-MWBE 4.1.2)")
}
