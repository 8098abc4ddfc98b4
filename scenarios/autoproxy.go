package scenarios

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/scenarios/plan"
)

// setProxy brings the owner's Internet Explorer settings and the PC's network to what the
// file says.
func (w *world) setProxy(c *plan.Client) error {
	pc := w.pc.Machine
	pc.SetNetwork(machine.Network{Address: c.Address.Value, Suffix: c.DNSSuffix.Value, DHCPProxy: fullURL(c.DHCPProxy.Value)})
	for i := range w.plan.Servers {
		setAddress(pc, hostsOf(&w.plan.Servers[i]))
	}
	for _, p := range w.plan.Proxies {
		setAddress(pc, append([]string{p.Name}, p.Hosts...))
	}
	p := &c.Proxy
	settings := machine.ProxySettings{Enable: p.Use.Set, Override: strings.Join(p.Bypass, ";"),
		AutoConfigURL: fullURL(p.AutoConfig.Value), AutoDetect: p.Detect.Value}
	if p.Use.Set {
		settings.Server = fmt.Sprintf("%s:%d", p.Use.Value, proxyPort)
	}
	if settings == (machine.ProxySettings{}) {
		return nil // what a .reg file says stays
	}
	return pc.SetIEProxy(w.pc.Owner(), settings)
}

// setAddress gives the names of a node the IPv4 address that is among them.
func setAddress(pc *machine.Machine, hosts []string) {
	i := slices.IndexFunc(hosts, func(h string) bool { a, err := netip.ParseAddr(h); return err == nil && a.Is4() })
	if i < 0 {
		return
	}
	for _, h := range hosts {
		pc.SetAddress(h, hosts[i])
	}
}

// fullURL makes a URL of server/path.
func fullURL(text string) string {
	if text == "" || strings.Contains(text, "://") {
		return text
	}
	return "http://" + text
}

// pacRoutes are where a server has its proxy script.
func (f *fakes) pacRoutes(s *plan.Server, auth *fakeserver.Auth) []fakeserver.Route {
	if s.PAC == nil {
		return nil
	}
	serve := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text := f.pacText(s.PAC, r.Host)
		w.Header().Set("Content-Type", s.PAC.Type.Value)
		w.Header().Set("Content-Length", strconv.Itoa(len(text)))
		_, _ = io.WriteString(w, text)
	})
	var routes []fakeserver.Route
	for _, path := range plan.PACPaths() {
		routes = append(routes, fakeserver.Route{Path: path, Auth: auth, Handler: serve})
	}
	return routes
}

// pacText is the script. For clients from outside, who do not know the names of the
// scenario, a proxy has its address there, by the host by which the client asked.
func (f *fakes) pacText(p *plan.PAC, host string) string {
	text := p.Script.Value
	if !p.Script.Set {
		text = pacOf(p.Rules)
	}
	if f.follow != nil {
		return text
	}
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	for name, proxy := range f.proxies {
		at := proxy.Addr()
		if ip, port, err := net.SplitHostPort(at); err == nil && net.ParseIP(ip).IsUnspecified() {
			at = net.JoinHostPort(host, port)
		}
		text = replaceAuthority(text, fmt.Sprintf("%s:%d", name, proxyPort), at)
	}
	return text
}

// replaceAuthority replaces a host and port where they stand alone.
func replaceAuthority(text, from, to string) string {
	var out strings.Builder
	for {
		before, after, found := strings.Cut(text, from)
		out.WriteString(before)
		if !found {
			return out.String()
		}
		if strings.HasSuffix(before, " ") && (after == "" || strings.ContainsAny(after[:1], "; \"'")) {
			out.WriteString(to)
		} else {
			out.WriteString(from)
		}
		text = after
	}
}

// pacOf makes a script of rules.
func pacOf(rules []plan.PACRule) string {
	var text strings.Builder
	text.WriteString("function FindProxyForURL(url, host) {\r\n")
	for _, r := range rules {
		var ways []string
		for _, way := range r.Use {
			if way == plan.DirectWay {
				ways = append(ways, "DIRECT")
			} else {
				ways = append(ways, fmt.Sprintf("PROXY %s:%d", way, proxyPort))
			}
		}
		answer := strconv.Quote(strings.Join(ways, "; "))
		if r.Host.Set {
			fmt.Fprintf(&text, "  if (shExpMatch(host, %s)) return %s;\r\n", strconv.Quote(strings.ToLower(r.Host.Value)), answer)
		} else {
			fmt.Fprintf(&text, "  return %s;\r\n", answer)
		}
	}
	text.WriteString("  return \"DIRECT\";\r\n}\r\n")
	return text.String()
}
