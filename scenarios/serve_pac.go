package scenarios

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// pacPath is where a client is sent that is told the URL of a script.
const pacPath = "/proxy.pac"

// windowsScript is what a PC must be told to take its proxy from a script, as the
// scenario's client does.
func (s *Served) windowsScript() []string {
	p := &s.cfg.Cell.Scenario.Client.Proxy
	var lines []string
	if n, path, ok := s.scriptNode(p.AutoConfig.Value); ok {
		at := n.scheme() + "://" + n.Far + path
		lines = append(lines,
			"rem the proxy script, for the jobs of the user; and for those of services",
			fmt.Sprintf(`reg add "%s" /v AutoConfigURL /t REG_SZ /d %s /f`, internetSettings, at),
			"bitsadmin /util /setieproxy LOCALSYSTEM AUTOSCRIPT "+at)
	}
	if p.Detect.Value {
		lines = append(lines, "rem detection of the proxy: tick \"Automatically detect settings\" for the user; for services")
		lines = append(lines, "bitsadmin /util /setieproxy LOCALSYSTEM AUTODETECT")
		for _, n := range s.nodes {
			if n.Server != nil && n.Server.PAC != nil {
				lines = append(lines, fmt.Sprintf("rem the network must name http://%s/wpad.dat by DHCP option 252, or have a DNS name wpad that leads to it at port 80", n.Far))
			}
		}
	}
	return lines
}

// scriptNode finds the server that a URL or server/path leads to.
func (s *Served) scriptNode(text string) (n ServedNode, path string, ok bool) {
	u, err := url.Parse(fullURL(text))
	if text == "" || err != nil {
		return ServedNode{}, "", false
	}
	i := slices.IndexFunc(s.nodes, func(n ServedNode) bool {
		return n.Server != nil && slices.ContainsFunc(hostsOf(n.Server), func(h string) bool { return strings.EqualFold(h, u.Hostname()) })
	})
	if i < 0 {
		return ServedNode{}, "", false
	}
	return s.nodes[i], u.Path, true
}
