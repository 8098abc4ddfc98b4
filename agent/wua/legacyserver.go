package wua

import (
	"context"

	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
)

// ifLegacy gives a search that failed the code WU_E_LEGACYSERVER where the managed server
// is one of Software Update Services 1.0 (documentation of IUpdateSearcher::Search).
// Assumed: an agent knows such a server by /iuident.cab, which is there, where what later
// servers have is not.
func (a *Agent) ifLegacy(ctx context.Context, h clock.Hold, failed error) error {
	server, err := a.Server()
	code := codeIn(failed)
	if err != nil || code != hresult.WU_E_PT_HTTP_STATUS_NOT_FOUND && code != hresult.WU_E_PT_HTTP_STATUS_BAD_METHOD {
		return failed // a folder of files has no web service, or takes no POST
	}
	answer, err := a.cfg.HTTP.Do(ctx, h, &winhttp.Request{Method: "HEAD", URL: server.URL + "/iuident.cab", UserAgent: a.cfg.Release.UserAgent,
		Proxy: a.cfg.Proxy(), Auth: a.cfg.Auth, Session: "LocalSystem"})
	if err != nil || answer.Body.Close() != nil || answer.Status != 200 {
		return failed
	}
	a.log.warn("COMAPI", "The managed server %s is one of Software Update Services 1.0", server.URL)
	return &Error{Code: hresult.WU_E_LEGACYSERVER, What: "search: the managed server is one of Software Update Services 1.0", Err: failed}
}
