package plan

import "fmt"

// ExtendedProtection is what a server makes of channel bindings.
type ExtendedProtection struct {
	Pos           Pos         `yaml:"-"`
	TokenChecking Opt[string] `yaml:"token-checking" required:"true" short:"true" enum:"none|allow|require" help:"tokenChecking of IIS: channel bindings are not looked at, must be right when there are any, or must be there and right (STATUS_BAD_BINDINGS)."`
	TLSEndsBefore Opt[bool]   `yaml:"tls-ends-before" help:"TLS ends at a balancer before the server, which has a certificate of its own: the server compares with another one than clients see."`
}

func (c *checker) checkExtendedProtection(s *Server) {
	if p := s.ExtendedProtection; p != nil && !s.TLS.Value {
		c.fail(p.Pos, fmt.Sprintf("extended-protection: %s has no TLS, and so no channel to bind a login to", s.Name), "add tls: true")
	}
}
