package winhttp

import (
	"errors"
	"net/url"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/hresult"
)

// ProxyUsage is BG_JOB_PROXY_USAGE, with its numbers.
type ProxyUsage int

// The usages of IBackgroundCopyJob::SetProxySettings.
const (
	ProxyPreconfig  ProxyUsage = 0 // the Internet Explorer settings of the job's owner
	ProxyNone       ProxyUsage = 1 // a direct connection
	ProxyOverride   ProxyUsage = 2 // List and Bypass
	ProxyAutodetect ProxyUsage = 3 // found on the network
)

// ProxySettings say which proxy a request takes. The zero value is
// preconfigured with nothing configured, a direct connection.
type ProxySettings struct {
	Usage ProxyUsage
	// List and Bypass are texts as SetProxySettings takes them; for
	// ProxyPreconfig those that PreconfigOf filled in.
	List, Bypass string
	// Detect and ScriptURL say, with ProxyPreconfig, that the owner's settings ask
	// for detection and for a script. The proxies that it names come before List.
	Detect    bool
	ScriptURL string
}

// PreconfigOf gives the settings of a job with ProxyPreconfig whose owner has
// these Internet Explorer settings. What proxycfg stores for WinHTTP is not
// asked, as BITS does not. Assumed: detection and a script count, since the
// documentation names the settings of the dialog.
//
// Source: BITS documentation, IBackgroundCopyJob::SetProxySettings.
func PreconfigOf(ie machine.ProxySettings) ProxySettings {
	s := ProxySettings{Detect: ie.AutoDetect, ScriptURL: ie.AutoConfigURL}
	if ie.Enable {
		s.List, s.Bypass = ie.Server, ie.Override
	}
	return s
}

// Choose says which proxy, "host:port", a URL takes under these settings;
// direct when none. Lists that cannot be read give an error with
// BG_E_INVALID_PROXY_INFO and the place, a URL that cannot be read one with the
// code of WinHTTP. Assumed: of several proxies that fit
// the first is used and no other is tried; an override with an empty list is
// invalid. Detection and scripts, which take requests, are left to Client.Do.
func Choose(s ProxySettings, url string) (proxy string, direct bool, err error) {
	u, err := parseURL(url)
	if err != nil {
		return "", false, &hresult.Error{Code: codeOf(err, hresult.ERROR_WINHTTP_INVALID_URL), Cause: err}
	}
	proxy, err = s.choose(u)
	return proxy, proxy == "" && err == nil, err
}

func (s ProxySettings) choose(u *url.URL) (string, error) {
	if s.Usage != ProxyPreconfig && s.Usage != ProxyOverride {
		return "", nil
	}
	list, err := ParseProxyList(s.List)
	if err == nil && s.Usage == ProxyOverride && len(list.entries) == 0 {
		err = invalidProxyInfo(errors.New("the proxy list is empty"))
	}
	if err != nil {
		return "", err
	}
	bypass, err := s.bypass()
	if err != nil {
		return "", err
	}
	entry, ok := list.For(u.Scheme)
	if !ok || bypass.Covers(u) {
		return "", nil
	}
	return entry.Address(), nil
}

// bypass reads the bypass list. Assumed: Internet Explorer's may have wildcards
// anywhere, as its dialog allows.
func (s ProxySettings) bypass() (BypassList, error) {
	return parseBypassList(s.Bypass, s.Usage == ProxyPreconfig)
}
