package sus_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/wualab/wualab/fakeserver/sus"
	"github.com/wualab/wualab/wuv4"
)

func serve(t *testing.T, cfg sus.Config) (*sus.Server, func(method, path, body string) (int, string)) {
	t.Helper()
	s, err := sus.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s, func(method, path, body string) (int, string) {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		w := httptest.NewRecorder()
		for _, route := range s.Routes() {
			if strings.EqualFold(route.Path, r.URL.Path) {
				route.Handler.ServeHTTP(w, r)
			}
		}
		text, err := io.ReadAll(w.Result().Body)
		if err != nil {
			t.Fatal(err)
		}
		return w.Code, string(text)
	}
}

// TestRefusals: what no client of the server sends is refused, and never a panic.
func TestRefusals(t *testing.T) {
	s, ask := serve(t, sus.Config{})
	for _, c := range []struct {
		method, path, body string
		status             int
		says               string
	}{
		{http.MethodGet, wuv4.CataloguePath, "", http.StatusMethodNotAllowed, "by POST"},
		{http.MethodPost, wuv4.CataloguePath, "", http.StatusBadRequest, ""},
		{http.MethodPost, wuv4.CataloguePath, "<Other/>", http.StatusBadRequest, "want CatalogueRequest, not Other"},
		{http.MethodPost, wuv4.CataloguePath, "<CatalogueRequest a='" + strings.Repeat("x", 70<<10) + "'/>", http.StatusRequestEntityTooLarge, "too large"},
		{http.MethodPost, wuv4.CataloguePath, "<CatalogueRequest/>", http.StatusOK, "<Catalogue "},
		{http.MethodPost, wuv4.PingPath, "", http.StatusMethodNotAllowed, "by GET"},
		{http.MethodGet, wuv4.PingPath, "", http.StatusOK, ""},
		{http.MethodGet, wuv4.PingPath + "?V=1&A=%zz", "", http.StatusOK, ""},
	} {
		if status, text := ask(c.method, c.path, c.body); status != c.status || !strings.Contains(text, c.says) {
			t.Errorf("%s %s %.40q: %d %q, not %d %q", c.method, c.path, c.body, status, text, c.status, c.says)
		}
	}
	if len(s.Pings()) != 0 {
		t.Errorf("what is no ping is kept: %v", s.Pings())
	}
}

// TestIdentIsServed: the cabinet can be read again.
func TestIdentIsServed(t *testing.T) {
	s, _ := serve(t, sus.Config{})
	id, err := wuv4.OpenIdent(s.Files()[wuv4.IdentPath].Body)
	if err != nil || id.Version != sus.ClientVersion || s.Files()[id.SelfUpdate].Size == 0 {
		t.Errorf("%+v, %v", id, err)
	}
}
