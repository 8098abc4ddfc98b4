package scenarios

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"

	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/scenarios/plan"
)

// tokenChecking pairs the language's words with what an acceptor does.
var tokenChecking = map[string]ntlm.Protection{
	"none": ntlm.ProtectionNone, "allow": ntlm.ProtectionAllow, "require": ntlm.ProtectionRequire,
}

// protect fills in what a server makes of channel bindings, with the certificate that
// it takes for the one of its clients' connections.
func (f *fakes) protect(v *verifier, s *plan.Server, config *tls.Config) (err error) {
	p := s.ExtendedProtection
	if p == nil {
		return nil
	}
	if p.TLSEndsBefore.Value {
		if config, err = f.certify(s.Name+" behind the balancer", s.Name, hostsOf(s)); err != nil {
			return err
		}
	}
	if config == nil || len(config.Certificates) == 0 {
		return errors.New("the server has no certificate")
	}
	cert, err := x509.ParseCertificate(config.Certificates[0].Certificate[0])
	if err != nil {
		return fmt.Errorf("the server's certificate: %w", err)
	}
	v.protection, v.bindings = tokenChecking[p.TokenChecking.Value], ntlm.EndpointBindings(cert)
	return nil
}
