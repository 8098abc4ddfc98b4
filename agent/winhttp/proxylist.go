package winhttp

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/wualab/wualab/hresult"
)

// ProxyList is a list of proxies. The zero value has none.
type ProxyList struct{ entries []ProxyEntry }

// ProxyEntry is one proxy of a list.
type ProxyEntry struct {
	For  string // "http", "https", "ftp", "gopher", "socks", or "" for all protocols
	Host string // without brackets
	Port int
}

// Address is "host:port".
func (e ProxyEntry) Address() string { return net.JoinHostPort(e.Host, strconv.Itoa(e.Port)) }

// Entries gives the proxies in their order.
func (l ProxyList) Entries() []ProxyEntry { return slices.Clone(l.entries) }

// For gives the proxy for a protocol: the first that is for it alone, else the
// first for all.
func (l ProxyList) For(protocol string) (ProxyEntry, bool) {
	for _, want := range []string{protocol, ""} {
		for _, e := range l.entries {
			if e.For == want {
				return e, true
			}
		}
	}
	return ProxyEntry{}, false
}

// defaultProxyPort is taken when an entry names none. Assumed: that of http.
const defaultProxyPort = 80

// listItem is a word of a list; at counts characters from 1.
type listItem struct {
	text string
	at   int
}

// splitList cuts at white space and semicolons.
func splitList(text string) []listItem {
	var items []listItem
	at, start := 0, -1
	from := 0
	for i, r := range text + ";" {
		at++
		if !strings.ContainsRune(" \t\r\n;", r) {
			if start < 0 {
				start, from = i, at
			}
			continue
		}
		if start >= 0 {
			items = append(items, listItem{text[start:i], from})
			start = -1
		}
	}
	return items
}

func invalidProxyInfo(err error) error {
	return &hresult.Error{Code: hresult.BG_E_INVALID_PROXY_INFO, Cause: err}
}

// refuse names the place. An entry that may hold a password is not quoted.
func (i listItem) refuse(list string, err error) error {
	if strings.Contains(i.text, "@") {
		return invalidProxyInfo(fmt.Errorf("%s, character %d: %w", list, i.at, err))
	}
	return invalidProxyInfo(fmt.Errorf("%s, character %d: %q: %w", list, i.at, i.text, err))
}

// ParseProxyList reads "[protocol=][protocol://]server[:port]" entries,
// separated by white space or semicolons. An empty text is an empty list. An
// error carries BG_E_INVALID_PROXY_INFO and tells the place. The protocol
// before :// says how to talk to the proxy and has no effect. Assumed: the port
// is 80 when none is given; ftp, gopher and socks entries, which Internet
// Explorer stores in the same list, are read and never chosen.
//
// Source: BITS documentation, IBackgroundCopyJob::SetProxySettings.
func ParseProxyList(text string) (ProxyList, error) {
	var list ProxyList
	for _, item := range splitList(text) {
		e, err := parseProxyEntry(item.text)
		if err != nil {
			return ProxyList{}, item.refuse("proxy list", err)
		}
		list.entries = append(list.entries, e)
	}
	return list, nil
}

func parseProxyEntry(text string) (e ProxyEntry, err error) {
	if protocol, rest, ok := strings.Cut(text, "="); ok {
		e.For, text = strings.ToLower(protocol), rest
		if !slices.Contains([]string{"http", "https", "ftp", "gopher", "socks"}, e.For) {
			return ProxyEntry{}, errors.New("unknown protocol before =")
		}
	}
	if protocol, rest, ok := strings.Cut(text, "://"); ok {
		text = rest
		if !slices.Contains([]string{"http", "https"}, strings.ToLower(protocol)) {
			return ProxyEntry{}, errors.New("unknown protocol before ://")
		}
	}
	e.Host, e.Port, err = splitServer(text)
	switch {
	case err != nil:
		return ProxyEntry{}, err
	case !isHostName(e.Host):
		return ProxyEntry{}, errors.New("not a server name or address")
	case e.Port == 0:
		e.Port = defaultProxyPort
	}
	return e, nil
}

// splitServer cuts "server[:port]"; the port is 0 when there is none.
func splitServer(text string) (host string, port int, err error) {
	host, portText, hasPort := text, "", false
	if inner, rest, ok := strings.Cut(strings.TrimPrefix(text, "["), "]"); ok && strings.HasPrefix(text, "[") {
		if a, err := netip.ParseAddr(inner); err != nil || !a.Is6() {
			return "", 0, errors.New("not an IPv6 address in the brackets")
		}
		host = inner
		if portText, hasPort = strings.CutPrefix(rest, ":"); !hasPort && rest != "" {
			return "", 0, errors.New("text follows the brackets")
		}
	} else if strings.Count(text, ":") == 1 {
		host, portText, hasPort = strings.Cut(text, ":")
	}
	if !hasPort {
		return host, 0, nil
	}
	n, err := strconv.ParseUint(portText, 10, 16)
	if err != nil || n == 0 {
		return "", 0, fmt.Errorf("port %q is not a number from 1 to 65535", portText)
	}
	return host, int(n), nil
}

// isHostName accepts names and addresses, without wildcards.
func isHostName(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	for _, r := range host {
		if !strings.ContainsRune("-._", r) && (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z') {
			return false
		}
	}
	return host != ""
}

// BypassList names the hosts that no proxy is used for. The zero value has
// none.
type BypassList struct{ entries []bypassEntry }

type bypassEntry struct {
	local  bool   // <local>
	scheme string // "" for any
	host   string // lower case, with wildcards
	port   int    // 0 for any
}

// ParseBypassList reads "[protocol://]server[:port]" entries and <local>,
// separated by white space or semicolons; a wildcard may stand only at the
// left, and alone for all hosts. An error carries BG_E_INVALID_PROXY_INFO and
// tells the place.
//
// Source: BITS documentation, IBackgroundCopyJob::SetProxySettings. Assumed:
// protocol and port, which that of WinHTTP's WINHTTP_PROXY_INFO has.
func ParseBypassList(text string) (BypassList, error) { return parseBypassList(text, false) }

func parseBypassList(text string, anywhere bool) (BypassList, error) {
	var list BypassList
	for _, item := range splitList(text) {
		e, err := parseBypassEntry(item.text, anywhere)
		if err != nil {
			return BypassList{}, item.refuse("bypass list", err)
		}
		list.entries = append(list.entries, e)
	}
	return list, nil
}

func parseBypassEntry(text string, anywhere bool) (e bypassEntry, err error) {
	if strings.EqualFold(text, "<local>") {
		return bypassEntry{local: true}, nil
	}
	text = strings.ToLower(text)
	if protocol, rest, ok := strings.Cut(text, "://"); ok {
		e.scheme, text = protocol, rest
	}
	if e.host, e.port, err = splitServer(text); err != nil {
		return bypassEntry{}, err
	}
	named := strings.TrimPrefix(e.host, "*")
	switch {
	case e.scheme != "" && e.scheme != "http" && e.scheme != "https":
		return bypassEntry{}, errors.New("unknown protocol before ://")
	case !anywhere && strings.Contains(named, "*"):
		return bypassEntry{}, errors.New("a wildcard may stand only at the left")
	case e.host == "" || strings.Trim(e.host, "*") != "" && !isHostName(strings.ReplaceAll(e.host, "*", "x")):
		return bypassEntry{}, errors.New("not a server name, address or <local>")
	}
	return e, nil
}

// Covers reports whether no proxy is used for the URL. <local> stands for names
// without a dot. Assumed: addresses are compared as text, and an IPv6 address
// is not local.
func (b BypassList) Covers(u *url.URL) bool {
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	for _, e := range b.entries {
		switch {
		case e.local && !strings.ContainsAny(host, ".:"):
			return true
		case e.local, e.scheme != "" && e.scheme != u.Scheme, e.port != 0 && e.port != portOf(u):
		case matches(e.host, host):
			return true
		}
	}
	return false
}

// matches compares with wildcards, each for any number of characters.
func matches(pattern, host string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == host
	}
	rest, ok := strings.CutPrefix(host, parts[0])
	for _, part := range parts[1 : len(parts)-1] {
		var found bool
		_, rest, found = strings.Cut(rest, part)
		ok = ok && found
	}
	return ok && strings.HasSuffix(rest, parts[len(parts)-1])
}
