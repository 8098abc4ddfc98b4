package bits

import (
	"crypto/tls"
	"errors"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/hresult"
)

// find looks the certificate up in the stores of the PC and of the job's owner.
func (c *ClientCertificate) find(pc *machine.Machine, owner string) (tls.Certificate, error) {
	location := machine.CertificateLocation(c.Location)
	if c.ID != "" {
		return pc.CertificateByID(owner, location, c.Store, [20]byte([]byte(c.ID)))
	}
	return pc.CertificateByName(owner, location, c.Store, c.Subject)
}

// certificateCode is what the Set methods give when a certificate is not found (BITS
// documentation: SetClientCertificateByID). Assumed: E_FAIL for the rest.
func certificateCode(err error) hresult.HRESULT {
	switch {
	case errors.Is(err, machine.ErrNoCertificateStore):
		return hresult.ERROR_FILE_NOT_FOUND
	case errors.Is(err, machine.ErrNoCertificate):
		return hresult.CRYPT_E_NOT_FOUND
	}
	return hresult.E_FAIL
}

// certificate gives the certificate that the job shows to servers that ask for one; nil
// for none. Assumed: one that has left its store since is none.
func (d *download) certificate() *tls.Certificate {
	chosen := d.options.Certificate
	if chosen == nil {
		return nil
	}
	cert, err := chosen.find(d.job.m.cfg.Machine, d.job.Owner())
	if err != nil {
		return nil
	}
	return &cert
}
