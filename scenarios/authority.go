package scenarios

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// authority is the certification authority that the PCs of a run trust. It is
// made when it is first needed.
type authority struct {
	from, until time.Time // that certificates are good for; zero: the time that worlds play in
	old         bool      // for clients of any age, see oldTLS; else for our own alone, the same in each run

	once   sync.Once
	err    error
	cert   *x509.Certificate
	key    crypto.Signer
	pool   *x509.CertPool
	serial atomic.Int64 // of the last certificate

	mu   sync.Mutex             // guards made
	made map[string]*tls.Config // when old: by what was asked
}

// The certificates are good for the time that worlds play in.
var (
	certFrom  = epoch.AddDate(-1, 0, 0)
	certUntil = epoch.AddDate(50, 0, 0)
)

func (a *authority) ready() error {
	a.once.Do(func() {
		if a.until.IsZero() {
			a.from, a.until = certFrom, certUntil
		}
		if a.key, a.err = a.newKey("authority"); a.err != nil {
			return
		}
		template := &x509.Certificate{SerialNumber: a.number("authority"), Subject: pkix.Name{CommonName: "wualab scenario CA"},
			NotBefore: a.from, NotAfter: a.until, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
		var der []byte
		if der, a.err = x509.CreateCertificate(rand.Reader, template, template, a.key.Public(), a.key); a.err != nil {
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

// newKey makes the key of a certificate. Those of clients of our own follow from the
// name, so that what is bound to a certificate is the same in each run; they protect
// nothing, as both ends are in this process.
func (a *authority) newKey(name string) (crypto.Signer, error) {
	if a.old {
		return rsa.GenerateKey(rand.Reader, 2048)
	}
	seed := sha256.Sum256([]byte("wualab " + name))
	return ed25519.NewKeyFromSeed(seed[:]), nil
}

// number is the serial number of a certificate.
func (a *authority) number(name string) *big.Int {
	if a.old {
		return big.NewInt(a.serial.Add(1))
	}
	hash := sha256.Sum256([]byte(name))
	return new(big.Int).SetBytes(hash[:8])
}

// server makes a certificate for the names and addresses.
func (a *authority) server(name string, names []string, ips []net.IP) (*tls.Config, error) {
	if err := a.ready(); err != nil {
		return nil, fmt.Errorf("certification authority: %w", err)
	}
	if !a.old {
		return a.certify(name, names, ips)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	key := fmt.Sprint(name, names, ips)
	if a.made[key] == nil { // else the fake takes the place of one that had it
		config, err := a.certify(name, names, ips)
		if err != nil {
			return nil, err
		}
		if a.made == nil {
			a.made = map[string]*tls.Config{}
		}
		a.made[key] = config
	}
	return a.made[key].Clone(), nil
}

// certify makes a certificate anew.
func (a *authority) certify(name string, names []string, ips []net.IP) (*tls.Config, error) {
	if a.old { // who comes from outside may use the address
		names = append(slices.Clone(names), "localhost")
		ips = append(ips, net.IPv4(127, 0, 0, 1), net.IPv6loopback)
	}
	key, err := a.newKey(name)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{SerialNumber: a.number(name), Subject: pkix.Name{CommonName: names[0]}, DNSNames: names, IPAddresses: ips,
		NotBefore: a.from, NotAfter: a.until, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	if a.old {
		oldTLS(config)
	}
	return config, nil
}

// oldTLS lets clients in that know no more than Windows XP does: TLS 1.0 with RC4 or
// 3DES and a key exchange by RSA (Windows documentation: TLS Cipher Suites in Windows
// XP). The certificates are signed with SHA-256, which Windows XP verifies from service
// pack 3 on (Windows PKI blog: SHA2 and Windows).
func oldTLS(c *tls.Config) {
	c.MinVersion = tls.VersionTLS10
	for _, s := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
		c.CipherSuites = append(c.CipherSuites, s.ID)
	}
}

// pem gives the authority's certificate for others to trust.
func (a *authority) pem() ([]byte, error) {
	if err := a.ready(); err != nil {
		return nil, fmt.Errorf("certification authority: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw}), nil
}

// client trusts the authority and nobody else.
func (a *authority) client() (*tls.Config, error) {
	if err := a.ready(); err != nil {
		return nil, fmt.Errorf("certification authority: %w", err)
	}
	return &tls.Config{RootCAs: a.pool, Time: func() time.Time { return epoch }}, nil
}
