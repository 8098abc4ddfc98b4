package winhttp

import (
	"errors"

	"github.com/wualab/wualab/agent/machine"
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
}

// PreconfigOf gives the settings of a job with ProxyPreconfig whose owner has
// these Internet Explorer settings. What proxycfg stores for WinHTTP is not
// asked, as BITS does not. Assumed: a configuration script counts for nothing.
//
// Source: BITS documentation, IBackgroundCopyJob::SetProxySettings.
func PreconfigOf(ie machine.ProxySettings) ProxySettings {
	if !ie.Enable {
		return ProxySettings{}
	}
	return ProxySettings{List: ie.Server, Bypass: ie.Override}
}

// Choose says which proxy, "host:port", a URL takes under these settings;
// direct when none. A list that cannot be read gives an error with
// BG_E_INVALID_PROXY_INFO.
func Choose(s ProxySettings, url string) (proxy string, direct bool, err error) {
	return "", true, errors.New("not written yet")
}

// ProxyList is a list of proxies, one for each protocol. The zero value has
// none.
type ProxyList struct {
	entries []ProxyEntry
}

// ProxyEntry is one proxy of a list.
type ProxyEntry struct {
	For  string // "http", "https", or "" for all protocols
	Host string
	Port int
}

// BypassList names the hosts that no proxy is used for. The zero value has
// none.
type BypassList struct{}

// Covers reports whether the list has a host.
func (b BypassList) Covers(host string) bool { return false }
