package scenarios

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"sync"
	"time"
)

// authority is the certification authority that the PCs of a run trust. It is
// made when it is first needed.
type authority struct {
	once sync.Once
	err  error
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pool *x509.CertPool
}

// The certificates are good for the time that worlds play in.
var (
	certFrom  = epoch.AddDate(-1, 0, 0)
	certUntil = epoch.AddDate(50, 0, 0)
)

func (a *authority) ready() error {
	a.once.Do(func() {
		a.key, a.err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if a.err != nil {
			return
		}
		template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "wualab scenario CA"},
			NotBefore: certFrom, NotAfter: certUntil, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
		var der []byte
		if der, a.err = x509.CreateCertificate(rand.Reader, template, template, &a.key.PublicKey, a.key); a.err != nil {
			return
		}
		if a.cert, a.err = x509.ParseCertificate(der); a.err != nil {
			return
		}
		a.pool = x509.NewCertPool()
		a.pool.AddCert(a.cert)
	})
	return a.err
}

// server makes a certificate for the names.
func (a *authority) server(names []string) (*tls.Config, error) {
	if err := a.ready(); err != nil {
		return nil, fmt.Errorf("certification authority: %w", err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: names[0]}, DNSNames: names,
		NotBefore: certFrom, NotAfter: certUntil, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &key.PublicKey, a.key)
	if err != nil {
		return nil, err
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, nil
}

// client trusts the authority and nobody else.
func (a *authority) client() (*tls.Config, error) {
	if err := a.ready(); err != nil {
		return nil, fmt.Errorf("certification authority: %w", err)
	}
	return &tls.Config{RootCAs: a.pool, Time: func() time.Time { return epoch }}, nil
}
