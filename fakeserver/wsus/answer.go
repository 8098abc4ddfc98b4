package wsus

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/wualab/wualab/wusp"
	"github.com/wualab/wualab/xpress"
)

// write sends an answer of a web service.
func (s *Server) write(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	w.Header().Set("Cache-Control", "private, max-age=0")
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	if s.compresses(r) {
		body = xpress.Compress(body)
		w.Header().Set("Content-Encoding", xpress.Name)
	}
	w.Header().Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may have gone
}

// compresses: who asks for it gets the answers of these two services compressed,
// MS-WUSP 2.1.
func (s *Server) compresses(r *http.Request) bool {
	if s.cfg.NoCompression || !strings.EqualFold(r.URL.Path, wusp.ClientService.Path) && !strings.EqualFold(r.URL.Path, wusp.SimpleAuthService.Path) {
		return false
	}
	for _, field := range r.Header.Values("Accept-Encoding") {
		for _, coding := range strings.Split(field, ",") {
			name, _, _ := strings.Cut(coding, ";")
			if strings.EqualFold(strings.TrimSpace(name), xpress.Name) {
				return true
			}
		}
	}
	return false
}
