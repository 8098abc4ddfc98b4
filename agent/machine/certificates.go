package machine

import (
	"crypto/sha1"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// CertificateLocation is BG_CERT_STORE_LOCATION, with its numbers (BITS documentation).
type CertificateLocation int

// The locations. The model keeps certificates in the first two; the stores of the
// others are empty.
const (
	CertificatesOfUser    CertificateLocation = 0 // BG_CERT_STORE_LOCATION_CURRENT_USER
	CertificatesOfMachine CertificateLocation = 1 // BG_CERT_STORE_LOCATION_LOCAL_MACHINE

	certificateLocations = 8 // up to BG_CERT_STORE_LOCATION_LOCAL_MACHINE_ENTERPRISE
)

// Known reports whether the enumeration has the location.
func (l CertificateLocation) Known() bool { return l >= 0 && l < certificateLocations }

// Why a certificate is not found.
var (
	ErrNoCertificateStore = errors.New("there is no certificate store of that name")
	ErrNoCertificate      = errors.New("the certificate store has no such certificate")
)

// systemStores are there always (BITS documentation: SetClientCertificateByID).
var systemStores = []string{"CA", "MY", "ROOT", "SPC"}

// storedCertificate is a certificate with its key in a store.
type storedCertificate struct {
	location CertificateLocation
	owner    string // SID, of CertificatesOfUser
	store    string
	cert     tls.Certificate
	leaf     *x509.Certificate
}

// AddCertificate puts a certificate with its private key into a store of the machine or
// of a user, whose name without regard to case is kept. A store other than the system's
// is made.
func (m *Machine) AddCertificate(user string, location CertificateLocation, store string, cert tls.Certificate) error {
	if location != CertificatesOfUser && location != CertificatesOfMachine {
		return fmt.Errorf("certificate: no certificates are kept at location %d", location)
	}
	if len(cert.Certificate) == 0 || cert.PrivateKey == nil {
		return errors.New("certificate: it wants a certificate and its key")
	}
	leaf, err := x509.ParseCertificate(cert.Certificate[0])
	if err != nil {
		return fmt.Errorf("certificate: %w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	owner, err := m.ownerOf(user, location)
	if err != nil {
		return fmt.Errorf("certificate: %w", err)
	}
	m.certificates = append(m.certificates, storedCertificate{location, owner, store, cert, leaf})
	return nil
}

// ownerOf gives whose the stores of a location are; the lock is held.
func (m *Machine) ownerOf(user string, location CertificateLocation) (string, error) {
	if location != CertificatesOfUser {
		return "", nil
	}
	account, err := m.user(user)
	return account.SID, err
}

// CertificateByID finds a certificate by the SHA-1 hash of it. The error is
// ErrNoCertificateStore or ErrNoCertificate.
func (m *Machine) CertificateByID(user string, location CertificateLocation, store string, hash [20]byte) (tls.Certificate, error) {
	return m.findCertificate(user, location, store, func(c *x509.Certificate) bool { return sha1.Sum(c.Raw) == hash })
}

// CertificateByName finds the first certificate for client authentication whose subject
// has the text in it: the parts of the name without their types, the most general
// first, as in "Lab, alice" for CN=alice, O=Lab. Assumed: case does not count, as with
// CERT_FIND_SUBJECT_STR.
//
// Source: BITS documentation, SetClientCertificateByName.
func (m *Machine) CertificateByName(user string, location CertificateLocation, store, subject string) (tls.Certificate, error) {
	want := strings.ToLower(subject)
	return m.findCertificate(user, location, store, func(c *x509.Certificate) bool {
		return strings.Contains(strings.ToLower(simpleName(c)), want) && slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageClientAuth)
	})
}

func (m *Machine) findCertificate(user string, location CertificateLocation, store string, is func(*x509.Certificate) bool) (tls.Certificate, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	owner, err := m.ownerOf(user, location)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("certificate: %w", err)
	}
	known := slices.ContainsFunc(systemStores, func(s string) bool { return strings.EqualFold(s, store) })
	for _, c := range m.certificates {
		if c.location != location || c.owner != owner || !strings.EqualFold(c.store, store) {
			continue
		}
		known = true
		if is(c.leaf) {
			return c.cert, nil
		}
	}
	if !known {
		return tls.Certificate{}, ErrNoCertificateStore
	}
	return tls.Certificate{}, ErrNoCertificate
}

// simpleName gives a subject as CERT_SIMPLE_NAME_STR: the values in the order of the
// certificate.
func simpleName(c *x509.Certificate) string {
	var name pkix.RDNSequence
	if _, err := asn1.Unmarshal(c.RawSubject, &name); err != nil {
		return ""
	}
	var parts []string
	for _, set := range name {
		for _, one := range set {
			parts = append(parts, fmt.Sprint(one.Value))
		}
	}
	return strings.Join(parts, ", ")
}
