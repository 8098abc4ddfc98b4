package winhttp

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/wualab/wualab/hresult"
)

// Security says what a request overlooks in a server's certificate, as
// WINHTTP_OPTION_SECURITY_FLAGS, and whether it has revocation checked, as
// WINHTTP_ENABLE_SSL_REVOCATION. The zero value overlooks and checks nothing more.
type Security struct {
	IgnoreCN        bool // SECURITY_FLAG_IGNORE_CERT_CN_INVALID
	IgnoreDate      bool // SECURITY_FLAG_IGNORE_CERT_DATE_INVALID
	IgnoreUnknownCA bool // SECURITY_FLAG_IGNORE_UNKNOWN_CA
	IgnoreUsage     bool // SECURITY_FLAG_IGNORE_CERT_WRONG_USAGE
	CheckRevocation bool // WINHTTP_ENABLE_SSL_REVOCATION
}

// flaw is what is wrong with a server's certificate.
func flaw(code hresult.HRESULT, format string, args ...any) error {
	return &hresult.Error{Code: code, Cause: fmt.Errorf(format, args...)}
}

// verify judges the certificate of a server by its name at a time, and gives its
// issuer, nil when that is not known. Of several flaws the first that is not
// overlooked is told: date, authority, usage, name. Assumed: that order.
//
// Source: WinHTTP documentation, Error Messages (12037, 12038, 12045, 12179) and
// Option Flags (WINHTTP_OPTION_SECURITY_FLAGS).
func (s Security) verify(certs []*x509.Certificate, roots *x509.CertPool, host string, now time.Time) (issuer *x509.Certificate, err error) {
	if len(certs) == 0 {
		return nil, flaw(hresult.ERROR_WINHTTP_SECURE_FAILURE, "the server has no certificate")
	}
	leaf, within := certs[0], now
	if now.Before(leaf.NotBefore) || now.After(leaf.NotAfter) {
		if !s.IgnoreDate {
			return nil, flaw(hresult.ERROR_WINHTTP_SECURE_CERT_DATE_INVALID, "the certificate is good from %v to %v, and it is %v", leaf.NotBefore, leaf.NotAfter, now.UTC())
		}
		within = leaf.NotAfter
	}
	issuer, err = issuerOf(certs, roots, within)
	switch {
	case errors.As(err, new(x509.UnknownAuthorityError)) && !s.IgnoreUnknownCA:
		return nil, flaw(hresult.ERROR_WINHTTP_SECURE_INVALID_CA, "%w", err)
	case err != nil && !errors.As(err, new(x509.UnknownAuthorityError)):
		return nil, flaw(hresult.ERROR_WINHTTP_SECURE_FAILURE, "%w", err)
	case !forServers(leaf) && !s.IgnoreUsage:
		return nil, flaw(hresult.ERROR_WINHTTP_SECURE_CERT_WRONG_USAGE, "the certificate is not for servers")
	}
	if err := leaf.VerifyHostname(host); err != nil && !s.IgnoreCN {
		return nil, flaw(hresult.ERROR_WINHTTP_SECURE_CERT_CN_INVALID, "%w", err)
	}
	return issuer, nil
}

// issuerOf builds the chain of a certificate to a root that is trusted.
func issuerOf(certs []*x509.Certificate, roots *x509.CertPool, at time.Time) (*x509.Certificate, error) {
	between := x509.NewCertPool()
	for _, c := range certs[1:] {
		between.AddCert(c)
	}
	chains, err := certs[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	if err != nil {
		return nil, err
	}
	if len(chains[0]) < 2 {
		return chains[0][0], nil
	}
	return chains[0][1], nil
}

func forServers(c *x509.Certificate) bool {
	return len(c.ExtKeyUsage)+len(c.UnknownExtKeyUsage) == 0 || slices.ContainsFunc(c.ExtKeyUsage, func(u x509.ExtKeyUsage) bool {
		return u == x509.ExtKeyUsageServerAuth || u == x509.ExtKeyUsageAny
	})
}

// judge has the certificates of a connection verified by Security in place of crypto/tls,
// which knows no flaws that can be overlooked.
func (k *call) judge(cfg *tls.Config) {
	if cfg.InsecureSkipVerify {
		return
	}
	cfg.InsecureSkipVerify = true
	cfg.VerifyConnection = func(state tls.ConnectionState) (err error) {
		k.issuer, err = k.req.Security.verify(state.PeerCertificates, cfg.RootCAs, cfg.ServerName, cfg.Time())
		return err
	}
}

// maxList bounds a revocation list.
const maxList = 4 << 20

// checkRevocation looks the certificate of a connection up in the revocation list of
// its issuer, which is fetched from where the certificate says unless the PC has one
// that is up to date (BITS documentation: SetSecurityFlags). Assumed: it is fetched over
// HTTP as the user of the request, through the same proxy, by a request of
// CryptoAPI; a certificate that names no list cannot be checked.
// The reason is told in words alone: it is not that of the request.
func (k *call) checkRevocation(leaf *x509.Certificate) error {
	failed := func(format string, args ...any) error {
		return flaw(hresult.ERROR_WINHTTP_SECURE_CERT_REV_FAILED, format, args...)
	}
	if k.issuer == nil {
		return failed("the issuer of the certificate is not known")
	}
	if len(leaf.CRLDistributionPoints) == 0 {
		return failed("the certificate does not say where its revocation list is")
	}
	url := leaf.CRLDistributionPoints[0]
	list, err := k.revocationList(url)
	if err != nil {
		return failed("revocation list %s: %v", url, err)
	}
	if err := list.CheckSignatureFrom(k.issuer); err != nil {
		return failed("revocation list %s: %v", url, err)
	}
	for _, entry := range list.RevokedCertificateEntries {
		if entry.SerialNumber.Cmp(leaf.SerialNumber) == 0 {
			return flaw(hresult.ERROR_WINHTTP_SECURE_CERT_REVOKED, "the certificate was revoked on %v", entry.RevocationTime)
		}
	}
	return nil
}

// revocationList gives the list of a URL: the one that the PC has, until it is out of
// date.
func (k *call) revocationList(url string) (*x509.RevocationList, error) {
	k.c.mu.Lock()
	list := k.c.lists[url]
	k.c.mu.Unlock()
	if list != nil && k.c.cfg.Clock.Now().Before(list.NextUpdate) {
		return list, nil
	}
	resp, err := k.c.Do(k.ctx, k.hold, &Request{URL: url, Header: []Field{{Name: "Accept", Value: "*/*"}}, UserAgent: "Microsoft-CryptoAPI",
		Proxy: k.req.Proxy, Session: k.req.Session, Class: k.req.Class})
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.Status != http.StatusOK {
		return nil, fmt.Errorf("the server answered %d", resp.Status)
	}
	der, err := io.ReadAll(io.LimitReader(resp.Body, maxList))
	if err != nil {
		return nil, err
	}
	if list, err = x509.ParseRevocationList(der); err != nil {
		return nil, err
	}
	k.c.mu.Lock()
	defer k.c.mu.Unlock()
	k.c.lists[url] = list
	return list, nil
}

// identify answers a server that asks for a certificate of the client.
func (k *call) identify(cfg *tls.Config) {
	cfg.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		if k.req.Certificate == nil {
			return nil, flaw(hresult.ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED, "the server asks for a client certificate, and the request has none")
		}
		return k.req.Certificate, nil
	}
}
