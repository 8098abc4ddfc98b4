package authority

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// The files of a folder that keeps an authority.
const (
	certFile = "ca.pem"
	keyFile  = "ca.key"
)

// keptFor is how long a kept authority is good for.
const keptFor = 10 * 365 * 24 * time.Hour

// load reads the authority that a folder keeps; it has none when both are nil.
func load(dir string, now time.Time) (*x509.Certificate, crypto.Signer, error) {
	certPEM, certErr := os.ReadFile(filepath.Join(dir, certFile))
	keyPEM, keyErr := os.ReadFile(filepath.Join(dir, keyFile))
	switch {
	case errors.Is(certErr, fs.ErrNotExist) && errors.Is(keyErr, fs.ErrNotExist):
		return nil, nil, nil
	case certErr != nil || keyErr != nil:
		return nil, nil, fmt.Errorf("%w (%s and %s belong together; without both a new authority is made)", errors.Join(certErr, keyErr), certFile, keyFile)
	}
	cert, key, err := parsePair(certPEM, keyPEM)
	if err != nil {
		return nil, nil, fmt.Errorf("%s and %s in %s: %w", certFile, keyFile, dir, err)
	}
	if now.After(cert.NotAfter) || now.Before(cert.NotBefore) {
		return nil, nil, fmt.Errorf("%s is good from %s to %s; remove it and %s, and a new authority is made that clients must trust",
			filepath.Join(dir, certFile), cert.NotBefore.Format(time.DateOnly), cert.NotAfter.Format(time.DateOnly), keyFile)
	}
	return cert, key, nil
}

func parsePair(certPEM, keyPEM []byte) (*x509.Certificate, crypto.Signer, error) {
	certBlock, _ := pem.Decode(certPEM)
	keyBlock, _ := pem.Decode(keyPEM)
	if certBlock == nil || keyBlock == nil {
		return nil, nil, errors.New("no PEM")
	}
	cert, err := x509.ParseCertificate(certBlock.Bytes)
	if err != nil {
		return nil, nil, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(keyBlock.Bytes)
	if err != nil {
		return nil, nil, err
	}
	key, ok := parsed.(crypto.Signer)
	if !ok {
		return nil, nil, fmt.Errorf("a key of type %T signs nothing", parsed)
	}
	public, ok := key.Public().(interface{ Equal(crypto.PublicKey) bool })
	if !ok || !public.Equal(cert.PublicKey) {
		return nil, nil, errors.New("the key is not that of the certificate")
	}
	if !cert.IsCA {
		return nil, nil, errors.New("the certificate is not that of an authority")
	}
	return cert, key, nil
}

// save keeps an authority in a folder, which is made if need be. Others can't read the
// key. The certificate, written last, makes it whole.
func save(dir string, cert *x509.Certificate, key crypto.Signer) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := write(filepath.Join(dir, keyFile), 0o600, "PRIVATE KEY", der); err != nil {
		return err
	}
	return write(filepath.Join(dir, certFile), 0o644, "CERTIFICATE", cert.Raw)
}

// write makes a file that must not be there yet.
func write(path string, mode fs.FileMode, kind string, der []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	return errors.Join(err, f.Close())
}
