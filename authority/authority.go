// Package authority is the certification authority of the fakes: it makes the
// certificates (RFC 5280) by which fake servers and the recorder speak TLS, for clients
// of our own, the same in each run, or for clients from outside of any age.
//
//	ca := authority.New(authority.Config{From: from, Until: until, Outside: true})
//	config, err := ca.Server("origin", []string{"origin"}, nil)
package authority

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
	"time"
)

// Config says for whom the certificates are.
type Config struct {
	From, Until time.Time // that they are good for
	// Outside makes them for clients from outside: RSA keys that are new in each run, old
	// versions of TLS, and loopback among the names. Else keys follow from names.
	Outside bool
	// Dir is a folder that keeps the authority from run to run, so that clients have to
	// trust it once; for clients from outside. "" makes a new one in each run.
	Dir string
}

// Authority is a certification authority. It is made when it is first needed. It is safe
// for concurrent use.
type Authority struct {
	cfg Config

	once sync.Once
	err  error
	cert *x509.Certificate
	key  crypto.Signer
	pool *x509.CertPool

	mu   sync.Mutex             // guards made
	made map[string]*tls.Config // for clients from outside: by what was asked
}

// New gives an authority that has made nothing yet.
func New(cfg Config) *Authority { return &Authority{cfg: cfg} }

func (a *Authority) ready() error {
	a.once.Do(func() {
		until := a.cfg.Until
		if a.cfg.Dir != "" {
			until = a.cfg.From.Add(keptFor)
			if a.cert, a.key, a.err = load(a.cfg.Dir, a.cfg.From.Add(time.Second)); a.cert != nil || a.err != nil {
				a.trust()
				return
			}
		}
		if a.key, a.err = a.newKey("authority"); a.err != nil {
			return
		}
		template := &x509.Certificate{SerialNumber: a.number("authority"), Subject: pkix.Name{CommonName: "wualab scenario CA"},
			NotBefore: a.cfg.From, NotAfter: until, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign}
		var der []byte
		if der, a.err = x509.CreateCertificate(rand.Reader, template, template, a.key.Public(), a.key); a.err != nil {
			return
		}
		if a.cert, a.err = x509.ParseCertificate(der); a.err != nil {
			return
		}
		if a.cfg.Dir != "" {
			a.err = save(a.cfg.Dir, a.cert, a.key)
		}
		a.trust()
	})
	return a.err
}

// trust makes the pool of those who trust the authority.
func (a *Authority) trust() {
	if a.cert != nil {
		a.pool = x509.NewCertPool()
		a.pool.AddCert(a.cert)
	}
}

// newKey makes the key of a certificate. Those of clients of our own follow from the
// name, so that what is bound to a certificate is the same in each run; they protect
// nothing, as both ends are in this process.
func (a *Authority) newKey(name string) (crypto.Signer, error) {
	if a.cfg.Outside {
		return rsa.GenerateKey(rand.Reader, 2048)
	}
	seed := sha256.Sum256([]byte("wualab " + name))
	return ed25519.NewKeyFromSeed(seed[:]), nil
}

// number is the serial number of a certificate. A kept authority must not give one twice.
func (a *Authority) number(name string) *big.Int {
	if a.cfg.Outside {
		n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
		if err != nil { // it never fails
			n = new(big.Int)
		}
		return n.Add(n, big.NewInt(1))
	}
	hash := sha256.Sum256([]byte(name))
	return new(big.Int).SetBytes(hash[:8])
}

// Server makes a certificate for the names and addresses; title tells it from others.
func (a *Authority) Server(title string, names []string, ips []net.IP) (*tls.Config, error) {
	return a.Flawed(title, names, ips, Flaws{})
}

// Flawed is Server with what is wrong with the certificate.
func (a *Authority) Flawed(title string, names []string, ips []net.IP, flaws Flaws) (*tls.Config, error) {
	if err := a.ready(); err != nil {
		return nil, fmt.Errorf("certification authority: %w", err)
	}
	if !a.cfg.Outside {
		return a.certify(title, names, ips, flaws)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	key := fmt.Sprint(title, names, ips, flaws)
	if a.made[key] == nil { // else the fake takes the place of one that had it
		config, err := a.certify(title, names, ips, flaws)
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
func (a *Authority) certify(title string, names []string, ips []net.IP, flaws Flaws) (*tls.Config, error) {
	if a.cfg.Outside { // who comes from outside may use the address
		names = append(slices.Clone(names), "localhost")
		ips = append(ips, net.IPv4(127, 0, 0, 1), net.IPv6loopback)
	}
	key, err := a.newKey(title)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{SerialNumber: a.number(title), Subject: pkix.Name{CommonName: commonName(title, names)}, DNSNames: names, IPAddresses: ips,
		NotBefore: a.cfg.From, NotAfter: earlier(a.cfg.Until, a.cert.NotAfter), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	parent, signer, err := a.spoil(template, flaws)
	if err != nil {
		return nil, err
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	if a.cfg.Outside {
		oldTLS(config)
	}
	return config, nil
}

// earlier gives the first of two times: a certificate is good no longer than its
// authority.
func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// commonName is the first name, or the title of a certificate for addresses alone.
func commonName(title string, names []string) string {
	if len(names) == 0 {
		return title
	}
	return names[0]
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

// PEM gives the authority's certificate for others to trust.
func (a *Authority) PEM() ([]byte, error) {
	if err := a.ready(); err != nil {
		return nil, fmt.Errorf("certification authority: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw}), nil
}

// Client gives settings that trust the authority and nobody else, at the time that now
// tells.
func (a *Authority) Client(now func() time.Time) (*tls.Config, error) {
	if err := a.ready(); err != nil {
		return nil, fmt.Errorf("certification authority: %w", err)
	}
	return &tls.Config{RootCAs: a.pool, Time: now}, nil
}
