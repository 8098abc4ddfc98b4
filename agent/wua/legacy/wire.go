package legacy

import (
	"fmt"
	"io"
	"strings"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/wuv4"
)

// most bounds what the client reads of an answer.
const most = 8 << 20

// send does one request; another status than 200 is an error with the code that later
// agents have for it.
func (r *round) send(what, method, path string, fields []winhttp.Field, body []byte) (*winhttp.Response, []byte, error) {
	proxy := winhttp.ProxySettings{}
	if r.cfg.Proxy != nil {
		proxy = r.cfg.Proxy()
	}
	answer, err := r.cfg.HTTP.Do(r.ctx, r.hold, &winhttp.Request{Method: method, URL: r.server.URL + path, Header: fields, Body: body,
		UserAgent: wuv4.UserAgent, Proxy: proxy, Auth: r.cfg.Auth, Session: "LocalSystem"})
	if err != nil {
		return nil, nil, &wua.Error{Code: wua.CodeOfTransport(err), What: what, Err: err}
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, most+1))
	switch {
	case err != nil:
		return nil, nil, &wua.Error{Code: wua.CodeOfTransport(err), What: what, Err: err}
	case len(text) > most:
		return nil, nil, &wua.Error{Code: hresult.WU_E_PT_SOAPCLIENT_READ, What: fmt.Sprintf("%s: more than %d bytes", what, most)}
	case answer.Status != 200:
		return nil, nil, &wua.Error{Code: hresult.FromHTTPStatusWU(answer.Status), What: fmt.Sprintf("%s: status %d", what, answer.Status)}
	}
	return answer, text, nil
}

// identify asks for iuident.cab: by HEAD, and by GET where the client does not have it
// as it is. Which head field decides is assumed.
func (r *round) identify() error {
	path := wuv4.IdentPath + "?" + wuv4.Stamp(r.local())
	r.write("Checking %s%s", r.server.URL, wuv4.IdentPath)
	head, _, err := r.send("iuident.cab", "HEAD", path, nil, nil)
	if err != nil {
		return err
	}
	modified := head.Header.Get("Last-Modified")
	if modified != "" && modified == r.identSeen {
		return nil
	}
	_, data, err := r.send("iuident.cab", "GET", path, nil, nil)
	if err != nil {
		return err
	}
	ident, err := wuv4.OpenIdent(data)
	if err != nil {
		return &wua.Error{Code: hresult.WU_E_PT_SOAPCLIENT_PARSE, What: "iuident.cab", Err: err}
	}
	r.ident, r.identSeen = ident, modified
	return nil
}

// selfUpdate brings the client to the version that the server gives out. What the
// cabinet holds is not modelled.
func (r *round) selfUpdate() error {
	newest, err := machine.ParseFileVersion(padded(r.ident.Version))
	if err != nil {
		return &wua.Error{Code: hresult.WU_E_PT_SOAPCLIENT_PARSE, What: "iuident.txt: Version", Err: err}
	}
	if r.ident.SelfUpdate == "" || newest.Compare(r.version) <= 0 {
		return nil
	}
	_, _, err = r.send("self-update", "GET", r.ident.SelfUpdate, nil, nil)
	if err == nil {
		r.write("Self-update from %v to %v", r.version, newest)
		r.version = newest
	}
	r.ping(wuv4.Ping{Component: "iu", Activity: wuv4.SelfUpdating}, err)
	return err
}

func padded(version string) string {
	return version + strings.Repeat(".0", max(0, 3-strings.Count(version, ".")))
}

// catalogue gets the approved updates. The exchange is invented.
func (r *round) catalogue() ([]Item, error) {
	m := r.cfg.Machine
	os, system := m.OS(), m.System()
	facts := wuv4.Facts{Client: r.version.String(), System: fmt.Sprintf("%d.%d.%d.%d", os.Major, os.Minor, os.Build, os.ServicePack),
		Platform: map[int]string{machine.X86: "x86", machine.IA64: "ia64", machine.AMD64: "amd64"}[system.Architecture], Locale: system.Language}
	_, text, err := r.send("catalogue", "POST", r.ident.Catalogue, []winhttp.Field{{Name: "Content-Type", Value: "text/xml; charset=utf-8"}}, facts.Write())
	if err != nil {
		return nil, err
	}
	list, err := wuv4.ReadCatalogue(text)
	if err != nil {
		return nil, &wua.Error{Code: hresult.WU_E_PT_SOAPCLIENT_PARSE, What: "catalogue", Err: err}
	}
	var items []Item
	for _, item := range list {
		items = append(items, r.judge(item))
	}
	return items, nil
}

// ping tells the server how something went. One that does not get there is not sent
// again, and fails nothing.
func (r *round) ping(p wuv4.Ping, failed error) {
	if r.ident.Ping == "" {
		return
	}
	os, system := r.cfg.Machine.OS(), r.cfg.Machine.System()
	p.Client = strings.ReplaceAll(r.worker.ClientID(), "-", "")
	p.Platform = wuv4.Platform(os.Major, os.Minor, os.Build, system.SuiteMask, system.ProductType)
	p.Language, p.Time = language(system.Language), r.local()
	if p.Status == "" {
		p.Status = wuv4.Succeeded
	}
	if failed != nil {
		p.Status, p.Code = wuv4.Failed, uint32(codeIn(failed))
	}
	if _, _, err := r.send("status ping", "GET", r.ident.Ping+"?"+p.Query(), nil, nil); err != nil {
		r.write("%v", err)
	}
}

// language gives a locale as pings have it. Assumed for others than English.
func language(l string) string {
	if strings.EqualFold(l, "en") {
		return "en-US"
	}
	return l
}
