package fakeserver

import (
	"crypto/x509"
	"net/http"

	"github.com/wualab/wualab/fakehttp"
)

// ClientCertificates is what a server with TLS makes of certificates of clients. The
// zero value does not ask for them.
type ClientCertificates struct {
	Ask     bool           // a client may show one, or go on without
	Require bool           // one without gets 403 (IIS: 403.7)
	Trusted *x509.CertPool // who may have issued them; another one gets 403 (IIS: 403.16)
}

// asks reports whether clients are asked at all.
func (c ClientCertificates) asks() bool { return c.Ask || c.Require }

// admit judges the certificate of a client, and answers 403 when it may not come in
// (BITS documentation: SetClientCertificateByName, BG_E_HTTP_ERROR_403; Internet
// Information Services documentation, HTTP status codes).
func (s *Server) admit(w http.ResponseWriter, r *http.Request) bool {
	cfg, conn := s.cfg.ClientCertificates, fakehttp.ConnOf(r)
	if !cfg.asks() {
		return true
	}
	shown := conn.PeerCertificates()
	if len(shown) == 0 {
		if cfg.Require {
			http.Error(w, "403.7 - Forbidden: client certificate required", http.StatusForbidden)
		}
		return !cfg.Require
	}
	_, err := shown[0].Verify(x509.VerifyOptions{Roots: cfg.Trusted, CurrentTime: s.cfg.Clock.Now(), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	if err != nil {
		conn.Note("does not trust the client certificate %s: %v", shown[0].Subject, err)
		http.Error(w, "403.16 - Forbidden: client certificate is ill-formed or is not trusted by the Web server", http.StatusForbidden)
		return false
	}
	conn.Note("takes the client certificate %s", shown[0].Subject)
	return true
}
