package plan

import "fmt"

// PCCertificate is a certificate with its key in a store of the PC.
type PCCertificate struct {
	Pos          Pos         `yaml:"-"`
	Name         string      `yaml:"$key" format:"name"`
	CommonName   Opt[string] `yaml:"common-name" format:"line" help:"CN of the subject; absent: the scenario's name for it."`
	Unit         Opt[string] `yaml:"unit" format:"line" help:"OU of the subject; absent: none."`
	Organization Opt[string] `yaml:"organization" format:"line" help:"O of the subject; absent: none."`
	Location     Opt[string] `yaml:"location" enum:"current-user|local-machine" default:"current-user" help:"Whose store: the job owner's or the PC's."`
	Store        Opt[string] `yaml:"store" format:"line" default:"MY" help:"Name of the store."`
	For          Opt[string] `yaml:"for" enum:"clients|servers" default:"clients" help:"What the certificate is good for."`
	Issuer       Opt[string] `yaml:"issuer" enum:"trusted|unknown" default:"trusted" help:"Who issued it: the authority that servers trust, or another."`
}

// JobCertificate is the call of SetClientCertificateByID or ByName.
type JobCertificate struct {
	Pos      Pos         `yaml:"-"`
	ID       Opt[string] `yaml:"id" short:"true" help:"SetClientCertificateByID: a certificate of client.certificates, in its store."`
	Subject  Opt[string] `yaml:"subject" format:"line" help:"SetClientCertificateByName: a part of the subject without types, the most general first: Lab, alice."`
	Location Opt[string] `yaml:"location" enum:"current-user|local-machine" help:"Location; absent: that of the certificate, or current-user."`
	Store    Opt[string] `yaml:"store" format:"line" help:"Store; absent: that of the certificate, or MY."`
}

// checkJobCertificate sees that a job's certificate is chosen in one way.
func (c *checker) checkJobCertificate(o *HTTPOptions) {
	if o == nil || o.Certificate == nil {
		return
	}
	cert := o.Certificate
	switch {
	case cert.ID.Set == cert.Subject.Set:
		c.fail(cert.Pos, "certificate: want id or subject, and not both", "write certificate: badge, or certificate: {subject: alice}")
	case cert.ID.Set && c.s.Client.Certificate(cert.ID.Value) == nil:
		c.failName(cert.ID.Pos, fmt.Sprintf("unknown certificate %s", quote(cert.ID.Value)), cert.ID.Value, func() []string {
			var names []string
			for _, one := range c.s.Client.Certificates {
				names = append(names, one.Name)
			}
			return names
		})
	}
}

// Certificate gives a certificate of the PC by its name, nil when there is none.
func (c *Client) Certificate(name string) *PCCertificate {
	for i := range c.Certificates {
		if c.Certificates[i].Name == name {
			return &c.Certificates[i]
		}
	}
	return nil
}
