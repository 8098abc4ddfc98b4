package negotiate

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/wualab/wualab/auth/negotiate/kerberos"
)

// choose takes Kerberos when a ticket can be had, else NTLM, and keeps the reason.
// No ticket is asked for without a name for the service or for an IP address, as
// Windows did until it got the setting TryIPSPN (Microsoft, "Configuring Kerberos
// for IP Address").
func (c *Client) choose() (*kerberos.Ticket, error) {
	switch {
	case c.cfg.Kerberos == nil:
		return nil, c.fallBack("The client has no Kerberos, as outside a domain.", nil)
	case c.cfg.SPN == "":
		return nil, c.fallBack("The service has no principal name.", nil)
	case isAddress(spnHost(c.cfg.SPN)):
		return nil, c.fallBack(fmt.Sprintf("%s names an IP address, for which no ticket can be had.", c.cfg.SPN), nil)
	}
	ticket, err := c.cfg.Kerberos.Ticket(c.cfg.SPN)
	if err != nil || ticket == nil {
		return nil, c.fallBack(fmt.Sprintf("No ticket for %s can be had: %v.", c.cfg.SPN, err), err)
	}
	c.mech, c.reason = MechKerberos, fmt.Sprintf("A ticket for %s can be had.", c.cfg.SPN)
	return ticket, nil
}

func (c *Client) fallBack(reason string, cause error) error {
	if c.cfg.NTLM != nil {
		c.mech, c.reason = MechNTLM, reason
		return nil
	}
	if cause == nil {
		cause = errors.New(reason)
	}
	return fmt.Errorf("negotiate: no mechanism for %q: NTLM is not to be used: %w", c.cfg.SPN, cause)
}

// spnHost gives the host of "service/host:port/name".
func spnHost(spn string) string {
	_, host, _ := strings.Cut(spn, "/")
	host, _, _ = strings.Cut(host, "/")
	return host
}

func isAddress(host string) bool {
	if _, err := netip.ParseAddrPort(host); err == nil {
		return true
	}
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil
}
