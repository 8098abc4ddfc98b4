package plan

import "fmt"

// PAC is a proxy auto-configuration script that a server has. Exactly one of Script and
// Rules says what is in it.
type PAC struct {
	Pos    Pos         `yaml:"-"`
	Script Opt[string] `yaml:"script" short:"true" help:"The script, with a function FindProxyForURL(url, host). A proxy of the scenario is NAME:8080; when it is served for outside clients its address takes the place of that."`
	Rules  []PACRule   `yaml:"rules" help:"What the script says, by host: the first rule that fits; DIRECT when none does."`
	Type   Opt[string] `yaml:"type" default:"application/x-ns-proxy-autoconfig" help:"Content-Type."`
}

// PACRule is one line of a script made of rules.
type PACRule struct {
	Pos  Pos         `yaml:"-"`
	Host Opt[string] `yaml:"host" help:"Hosts, with * for any characters; absent: all."`
	Use  []string    `yaml:"use" required:"true" one:"true" help:"The ways to go, in order: names of proxies, or direct."`
}

// DirectWay is the word for no proxy in PACRule.Use.
const DirectWay = "direct"

func (c *checker) checkPAC(s *Server) {
	p := s.PAC
	switch {
	case p == nil:
		return
	case p.Script.Set && len(p.Rules) > 0:
		c.fail(p.Pos, fmt.Sprintf("server %s: pac: both script and rules", s.Name), "write one of them")
	case !p.Script.Set && len(p.Rules) == 0:
		c.fail(p.Pos, fmt.Sprintf("server %s: pac: neither script nor rules", s.Name), "write for example {rules: [{use: [corp, direct]}]}")
	}
	for _, r := range p.Rules {
		for _, way := range r.Use {
			if way != DirectWay && !c.proxies[way] {
				c.failName(r.Pos, fmt.Sprintf("pac: unknown proxy %s", quote(way)), way, func() []string { return append(c.proxyNames(), DirectWay) })
			}
		}
	}
	for _, f := range s.Files {
		for _, path := range PACPaths() {
			if f.Path == path {
				c.fail(f.Pos, fmt.Sprintf("server %s: %s is where pac is served", s.Name, path), "give the file another path")
			}
		}
	}
}

// PACPaths is where a server has its script: the place of WPAD (WPAD draft 4.4.1), and
// one by the usual ending.
func PACPaths() []string { return []string{"/wpad.dat", "/proxy.pac"} }

// checkClientProxy sees that a setting says something.
func (c *checker) checkClientProxy(p *ClientProxy) {
	if use := p.Use; use.Set && !c.proxies[use.Value] {
		c.failName(use.Pos, fmt.Sprintf("client: unknown proxy %s", quote(use.Value)), use.Value, c.proxyNames)
	}
	if p.Pos.Line > 0 && !p.Use.Set && !p.Detect.Set && !p.AutoConfig.Set {
		c.fail(p.Pos, "client: proxy has none of use, detect and auto-config", "write proxy: NAME, or proxy: {detect: true}")
	}
	if len(p.Bypass) > 0 && !p.Use.Set {
		c.fail(p.Pos, "client: bypass is for the proxy of use", "a script says DIRECT instead")
	}
}
