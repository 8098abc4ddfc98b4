package authority

import (
	"crypto"
	"crypto/rand"
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
