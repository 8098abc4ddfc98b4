package authority

import (
	"crypto"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"time"
)

// Flaws are what is wrong with a certificate. The zero value is none.
type Flaws struct {
	Expired          bool // it is good for one second, the first of the authority's time
	OtherName        bool // it is for other.invalid
	UnknownAuthority bool // it comes from an authority that nobody trusts
	WrongUsage       bool // it is for clients

	RevocationList string // URL that it names to find out whether it was revoked; "" names none
}

// spoil puts the flaws into a certificate, and gives who signs it.
func (a *Authority) spoil(c *x509.Certificate, flaws Flaws) (parent *x509.Certificate, key crypto.Signer, err error) {
	if flaws.Expired {
		c.NotAfter = c.NotBefore.Add(time.Second)
	}
	if flaws.OtherName {
		c.Subject.CommonName, c.DNSNames, c.IPAddresses = "other.invalid", []string{"other.invalid"}, nil
	}
	if flaws.WrongUsage {
		c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	}
	if flaws.RevocationList != "" {
		c.CRLDistributionPoints = []string{flaws.RevocationList}
	}
	if flaws.UnknownAuthority {
		return a.stranger()
	}
	return a.cert, a.key, nil
}

// stranger makes an authority that nobody trusts.
func (a *Authority) stranger() (*x509.Certificate, crypto.Signer, error) {
	key, err := a.newKey("another authority")
	if err != nil {
		return nil, nil, err
	}
	return &x509.Certificate{SerialNumber: a.number("another authority"), Subject: pkix.Name{CommonName: "another CA"}, NotBefore: a.cfg.From, NotAfter: a.cfg.Until,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign, SubjectKeyId: []byte("another authority"), PublicKey: key.Public()}, key, nil
}

// RevocationList gives the authority's list of certificates that it revoked, in DER: good
// for a day from now.
func (a *Authority) RevocationList(now time.Time, revoked []*big.Int) ([]byte, error) {
	if err := a.ready(); err != nil {
		return nil, fmt.Errorf("certification authority: %w", err)
	}
	var entries []x509.RevocationListEntry
	for _, serial := range revoked {
		entries = append(entries, x509.RevocationListEntry{SerialNumber: serial, RevocationTime: a.cfg.From})
	}
	return x509.CreateRevocationList(rand.Reader, &x509.RevocationList{Number: big.NewInt(now.Unix()), ThisUpdate: now, NextUpdate: now.Add(24 * time.Hour),
		RevokedCertificateEntries: entries}, a.cert, a.key)
}

// Client509 makes a certificate by which a client can log in; WrongUsage makes it one
// for servers.
func (a *Authority) Client509(subject pkix.Name, flaws Flaws) (tls.Certificate, error) {
	if err := a.ready(); err != nil {
		return tls.Certificate{}, fmt.Errorf("certification authority: %w", err)
	}
	title := fmt.Sprintf("client %s %+v", subject, flaws)
	key, err := a.newKey(title)
	if err != nil {
		return tls.Certificate{}, err
	}
	usage := x509.ExtKeyUsageClientAuth
	if flaws.WrongUsage {
		usage = x509.ExtKeyUsageServerAuth
	}
	flaws.WrongUsage = false
	template := &x509.Certificate{SerialNumber: a.number(title), Subject: subject, NotBefore: a.cfg.From, NotAfter: earlier(a.cfg.Until, a.cert.NotAfter),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{usage}}
	parent, signer, err := a.spoil(template, flaws)
	if err != nil {
		return tls.Certificate{}, err
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
