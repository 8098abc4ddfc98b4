package scenarios

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"slices"

	"github.com/wualab/wualab/authority"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/scenarios/plan"
)

// serverTLS gives the TLS settings of a server, nil without TLS, with what is wrong with
// its certificate.
func (f *fakes) serverTLS(s *plan.Server) (*tls.Config, error) {
	if !s.TLS.Value {
		return nil, nil
	}
	has := func(flaw string) bool { return slices.Contains(s.Certificate, flaw) }
	title := s.Name
	if has("revoked") {
		title += ", revoked"
	}
	config, err := f.tls.Flawed(title, hostsOf(s), addressesOf(f.listen[s.Name]), authority.Flaws{Expired: has("expired"), OtherName: has("other-name"),
		UnknownAuthority: has("unknown-authority"), WrongUsage: has("wrong-usage"), RevocationList: f.plan.RevocationListURL()})
	if err != nil {
		return nil, fmt.Errorf("certificate for server %s: %w", s.Name, err)
	}
	if has("revoked") {
		leaf, err := x509.ParseCertificate(config.Certificates[0].Certificate[0])
		if err != nil {
			return nil, fmt.Errorf("certificate for server %s: %w", s.Name, err)
		}
		f.revoked = append(f.revoked, leaf.SerialNumber)
	}
	return config, nil
}

// revocationRoutes has a server serve the revocation list as it is when it is asked for.
func (f *fakes) revocationRoutes(s *plan.Server) []fakeserver.Route {
	if !s.RevocationList.Set {
		return nil
	}
	return []fakeserver.Route{{Path: s.RevocationList.Value, Auth: &fakeserver.Auth{}, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		list, err := f.tls.RevocationList(f.clock.Now(), f.revoked)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/pkix-crl")
		_, _ = w.Write(list)
	})}}
}
