package bits_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha1"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/machine"
)

// certify puts a certificate for CN=alice into the personal store of a user, and gives
// its hash.
func certify(b *bench, user string) [20]byte {
	GinkgoHelper()
	public, key, err := ed25519.GenerateKey(rand.Reader)
	Expect(err).NotTo(HaveOccurred())
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "alice"}, NotBefore: epoch, NotAfter: epoch.AddDate(1, 0, 0),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, key)
	Expect(err).NotTo(HaveOccurred())
	Expect(b.pc.AddCertificate(user, machine.CertificatesOfUser, "MY", tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key})).To(Succeed())
	return sha1.Sum(der)
}
