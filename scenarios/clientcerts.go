package scenarios

import (
	"crypto/sha1"
	"crypto/tls"
	"crypto/x509/pkix"
	"fmt"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/authority"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/scenarios/plan"
)

var certificateLocations = map[string]machine.CertificateLocation{
	"current-user": machine.CertificatesOfUser, "local-machine": machine.CertificatesOfMachine,
}

// addCertificates puts the certificates of the file into the PC's stores.
func (w *world) addCertificates(list []plan.PCCertificate) error {
	w.certificates = map[string]tls.Certificate{}
	for i := range list {
		c := &list[i]
		cert, err := w.tls.Client509(subjectOf(c), authority.Flaws{UnknownAuthority: c.Issuer.Value == "unknown", WrongUsage: c.For.Value == "servers"})
		if err == nil {
			err = w.pc.Machine.AddCertificate(w.pc.Owner(), certificateLocations[c.Location.Value], c.Store.Value, cert)
		}
		if err != nil {
			return fmt.Errorf("%v: certificate %s: %w", c.Pos, c.Name, err)
		}
		w.certificates[c.Name] = cert
	}
	return nil
}

func subjectOf(c *plan.PCCertificate) pkix.Name {
	name := pkix.Name{CommonName: c.CommonName.Or(c.Name)}
	if c.Unit.Set {
		name.OrganizationalUnit = []string{c.Unit.Value}
	}
	if c.Organization.Set {
		name.Organization = []string{c.Organization.Value}
	}
	return name
}

// chooseCertificate makes the call that chooses a job's certificate.
func (w *world) chooseCertificate(job *bits.Job, c *plan.JobCertificate) error {
	if c == nil {
		return nil
	}
	location, store := c.Location.Or("current-user"), c.Store.Or("MY")
	if c.Subject.Set {
		return job.SetClientCertificateByName(int(certificateLocations[location]), store, c.Subject.Value)
	}
	cert, ok := w.certificates[c.ID.Value]
	if !ok {
		return fmt.Errorf("%v: certificate %s: the PC of a probe has none", c.Pos, c.ID.Value)
	}
	stored := w.plan.Client.Certificate(c.ID.Value)
	location, store = c.Location.Or(stored.Location.Value), c.Store.Or(stored.Store.Value)
	return job.SetClientCertificateByID(int(certificateLocations[location]), store, sha1.Sum(cert.Certificate[0]))
}

// clientCertificates is what a server makes of certificates of clients.
func (f *fakes) clientCertificates(s *plan.Server, config *tls.Config) (fakeserver.ClientCertificates, error) {
	if !s.ClientCertificate.Set {
		return fakeserver.ClientCertificates{}, nil
	}
	config.ClientAuth = tls.RequestClientCert
	trust, err := f.tls.Client(f.clock.Now)
	if err != nil {
		return fakeserver.ClientCertificates{}, err
	}
	return fakeserver.ClientCertificates{Ask: true, Require: s.ClientCertificate.Value == "require", Trusted: trust.RootCAs}, nil
}
