package plan

import (
	"fmt"
	"slices"
)

// checkCertificates sees that what certificates and revocation lists ask for can be.
func (c *checker) checkCertificates() {
	list := c.s.revocationList()
	for i := range c.s.Servers {
		s := &c.s.Servers[i]
		switch {
		case len(s.Certificate) > 0 && !s.TLS.Value:
			c.fail(s.Pos, fmt.Sprintf("certificate: %s has no TLS, and so no certificate", s.Name), "add tls: true")
		case s.ClientCertificate.Set && !s.TLS.Value:
			c.fail(s.ClientCertificate.Pos, fmt.Sprintf("client-certificate: %s has no TLS, in which clients show certificates", s.Name), "add tls: true")
		case slices.Contains(s.Certificate, "revoked") && list == nil:
			c.fail(s.Pos, fmt.Sprintf("certificate: that of %s is revoked, and nobody can find out", s.Name), "add a server with revocation-list: /list.crl")
		case s.RevocationList.Set && s.TLS.Value:
			c.fail(s.RevocationList.Pos, fmt.Sprintf("revocation-list: %s speaks TLS, and so its own certificate would have to be checked first", s.Name), "take tls: true away")
		case s.RevocationList.Set && s != list:
			c.fail(s.RevocationList.Pos, fmt.Sprintf("revocation-list: %s has it already", list.Name), "one server has the list")
		}
	}
}

// revocationList gives the first server that has the list of the authority.
func (s *Scenario) revocationList() *Server {
	for i := range s.Servers {
		if s.Servers[i].RevocationList.Set {
			return &s.Servers[i]
		}
	}
	return nil
}

// RevocationListURL is where the list of the authority lies, "" when nobody has it.
func (s *Scenario) RevocationListURL() string {
	if list := s.revocationList(); list != nil {
		return fmt.Sprintf("http://%s:%d%s", list.Name, list.At(), list.RevocationList.Value)
	}
	return ""
}
