package wua

import (
	"strings"

	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/wusp"
)

// authorize does what of GetConfig, GetAuthorizationCookie, GetCookie and RegisterComputer
// the cache does not spare (MS-WUSP 3.2.5).
func (r *round) authorize() error {
	r.state.forget(r.server.URL)
	if r.state.Config == nil {
		if err := r.getConfig(); err != nil {
			return err
		}
		r.state.dropAuthorization()
	}
	if r.state.Cookie == nil || r.state.expired(r.cfg.Clock.Now()) {
		if err := r.getCookie(); err != nil {
			return err
		}
	}
	info := r.computerInfo()
	if r.state.Config.IsRegistrationRequired && (r.state.Registered == nil || *r.state.Registered != info) {
		return r.register(info)
	}
	return nil
}

// dropAuthorization is what a new configuration asks for; the old cookie is shown to
// the server when a new one is asked for, so it is only marked as expired.
func (s *State) dropAuthorization() {
	if s.Cookie != nil {
		s.Cookie.Expiration = wusp.Time{}
	}
}

func (r *round) getConfig() error {
	var answer wusp.GetConfigResponse
	if err := r.call(wusp.ClientService.Path, wusp.GetConfig{ProtocolVersion: r.cfg.Release.Protocol}, &answer); err != nil {
		return err
	}
	config := answer.Result
	switch {
	case config == nil:
		return resultOf("GetConfig", false)
	case len(config.AuthInfo) == 0:
		return &Error{Code: hresult.WU_E_PT_NO_AUTH_PLUGINS_REQUESTED, What: "GetConfig: AuthInfo is empty"}
	}
	if _, err := r.mostExtended(config); err != nil {
		return err
	}
	r.state.Config = config
	return nil
}

// mostExtended reads the one property that must be there, MS-WUSP 2.2.2.2.1.
func (r *round) mostExtended(config *wusp.Config) (int, error) {
	text, ok := config.Property("MaxExtendedUpdatesPerRequest")
	if !ok {
		return 0, &Error{Code: hresult.WU_E_PT_CONFIG_PROP_MISSING, What: "GetConfig: the property MaxExtendedUpdatesPerRequest is missing"}
	}
	n := 0
	for _, c := range text {
		if c < '0' || c > '9' || n > 1<<20 {
			n = 0
			break
		}
		n = n*10 + int(c-'0')
	}
	if n == 0 {
		return 0, &Error{Code: hresult.WU_E_PT_INVALID_CONFIG_PROP, What: "GetConfig: MaxExtendedUpdatesPerRequest is " + text}
	}
	return n, nil
}

// getCookie asks the authorization plug-in, and with what it gives the server. A server
// that names no place for it needs none; assumed, from servers that do so.
func (r *round) getCookie() error {
	info := r.state.Config.AuthInfo[0]
	cookie := wusp.AuthorizationCookie{PlugInID: info.PlugInID}
	if info.ServiceURL != "" {
		var answer wusp.GetAuthorizationCookieResponse
		request := wusp.GetAuthorizationCookie{ClientID: r.ClientID(), TargetGroupName: r.server.Group, DNSName: r.dnsName()}
		if err := r.call("/"+strings.TrimPrefix(info.ServiceURL, "/"), request, &answer); err != nil {
			return err
		}
		if answer.Result == nil {
			return &Error{Code: hresult.WU_E_PT_NO_AUTH_COOKIES_CREATED, What: "GetAuthorizationCookie: the answer has no cookie"}
		}
		cookie = *answer.Result
	}
	var answer wusp.GetCookieResponse
	request := wusp.GetCookie{AuthCookies: []wusp.AuthorizationCookie{cookie}, OldCookie: r.state.Cookie, LastChange: r.state.Config.LastChange,
		CurrentTime: wusp.At(r.cfg.Clock.Now()), ProtocolVersion: r.cfg.Release.Protocol}
	if err := r.call(wusp.ClientService.Path, request, &answer); err != nil {
		return err
	}
	if answer.Result != nil {
		r.state.Cookie = answer.Result
	}
	return resultOf("GetCookie", answer.Result != nil)
}

func (r *round) register(info wusp.ComputerInfo) error {
	err := r.call(wusp.ClientService.Path, wusp.RegisterComputer{Cookie: r.state.Cookie, ComputerInfo: &info}, &wusp.RegisterComputerResponse{})
	if code, ok := faultIn(err); ok && code == wusp.RegistrationNotRequired {
		err = nil // assumed: what the server does not want need not be told
	}
	if err == nil {
		r.state.Registered = &info
	}
	return err
}

// dnsName is the PC's name on the network.
func (a *Agent) dnsName() string {
	name := strings.ToLower(a.cfg.Machine.Hostname())
	if domain, ok := a.cfg.Machine.Domain(); ok {
		return name + "." + strings.ToLower(domain)
	}
	return name
}

// computerInfo is what the PC tells of itself, MS-WUSP 2.2.2.2.3.
func (a *Agent) computerInfo() wusp.ComputerInfo {
	os, s, v := a.cfg.Machine.OS(), a.cfg.Machine.System(), a.cfg.Release.Version
	info := wusp.ComputerInfo{
		DNSName: a.dnsName(), OSMajorVersion: int(os.Major), OSMinorVersion: int(os.Minor), OSBuildNumber: int(os.Build), OSServicePackMajorNumber: os.ServicePack,
		OSLocale: localeOf(s.Language), ComputerManufacturer: s.Manufacturer, ComputerModel: s.Model, BiosVersion: s.BIOSVersion, BiosName: s.BIOSName,
		ProcessorArchitecture: architectures[s.Architecture].registered, SuiteMask: int(int16(s.SuiteMask)), OldProductType: int(s.ProductType),
		ClientVersionMajorNumber: int(v.Major), ClientVersionMinorNumber: int(v.Minor), ClientVersionBuildNumber: int(v.Build), ClientVersionQfeNumber: int(v.Private),
	}
	_ = info.BiosReleaseDate.UnmarshalText([]byte(s.BIOSReleaseDate)) // one that is no date stays zero
	return info
}

// architectures are the two names of a processor, MS-WUSP 2.2.2.2.3 and 2.2.2.3.1.
var architectures = map[int]struct{ registered, reported string }{0: {"x86", "X86Compatible"}, 6: {"ia64", "IA64Compatible"}, 9: {"amd64", "Amd64Compatible"}}

// locales gives a language its usual country. Assumed: the PC has no other.
var locales = map[string]struct {
	name string
	id   int
}{"en": {"en-US", 1033}, "de": {"de-DE", 1031}, "fr": {"fr-FR", 1036}, "es": {"es-ES", 3082}, "it": {"it-IT", 1040}, "ja": {"ja-JP", 1041}, "ko": {"ko-KR", 1042}, "nl": {"nl-NL", 1043}, "pt": {"pt-PT", 2070}, "ru": {"ru-RU", 1049}}

func localeOf(language string) string {
	if l, ok := locales[language]; ok {
		return l.name
	}
	return language
}
