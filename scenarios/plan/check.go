package plan

import (
	"fmt"
	"slices"
	"strings"
)

// checker sees that the names in one cell lead somewhere.
type checker struct {
	*faults
	opts      Options
	s         *Scenario
	accounts  map[string]*Account
	servers   map[string]bool
	proxies   map[string]bool
	hosts     map[string]string // host names, with the server
	ports     map[string]int    // where servers and proxies are found; 0 is every port
	jobs      map[string]bool   // made so far
	detected  bool              // a step has looked for updates
	automatic bool              // Automatic Updates runs
	legacy    bool              // a step has looked for updates with the client of SUS 1.0
}

func newChecker(f *faults, opts Options, s *Scenario) *checker {
	c := &checker{
		faults: f, opts: opts, s: s,
		accounts: make(map[string]*Account), servers: make(map[string]bool), proxies: make(map[string]bool),
		hosts: make(map[string]string), ports: make(map[string]int), jobs: make(map[string]bool),
	}
	for i := range s.Accounts {
		c.accounts[s.Accounts[i].Name] = &s.Accounts[i]
	}
	for _, n := range s.Servers {
		c.servers[n.Name] = true
	}
	for _, n := range s.Proxies {
		c.proxies[n.Name] = true
	}
	return c
}

func check(f *faults, opts Options, s *Scenario) {
	c := newChecker(f, opts, s)
	c.checkClient(&s.Client)
	c.checkDomains()
	c.checkServers()
	c.checkProxies()
	c.checkPassport()
	c.checkSMS()
	c.beginAutomatic(&s.Client)
	for i := range s.Steps {
		c.checkStep(&s.Steps[i])
	}
}

func (c *checker) checkClient(cl *Client) {
	if cl.Domain.Set && cl.Workgroup.Set {
		c.fail(cl.Workgroup.Pos, "client: both domain and workgroup", "a PC is in one of them")
	}
	c.checkLink(cl.Link)
	c.resolve(&cl.Account)
	c.checkClientProxy(&cl.Proxy)
	for i := range cl.Devices {
		if d := cl.Devices[i].Driver; d != nil {
			c.checkDriver(d)
		}
	}
	c.checkProducts(cl.Products)
	if use := cl.WinHTTPProxy.Use; use.Set && !c.proxies[use.Value] {
		c.failName(use.Pos, fmt.Sprintf("winhttp-proxy: unknown proxy %s", quote(use.Value)), use.Value, c.proxyNames)
	}
}

// resolve finds the account that a reference names.
func (c *checker) resolve(a *AccountRef) {
	if a.Name == "" {
		return
	}
	if a.Account = c.accounts[a.Name]; a.Account == nil {
		c.failName(a.Pos, fmt.Sprintf("unknown account %s", quote(a.Name)), a.Name, func() []string { return keysOf(c.accounts) })
	}
}

func (c *checker) resolveAll(list []AccountRef) {
	for i := range list {
		c.resolve(&list[i])
	}
}

func (c *checker) checkServers() {
	for i := range c.s.Servers {
		s := &c.s.Servers[i]
		c.checkNodeName(s.Pos, s.Name)
		c.ports[s.Name] = s.At()
		for _, host := range append([]string{s.Name}, s.Hosts...) {
			c.checkHost(s.Pos, "server "+s.Name, s.Name, host)
		}
		c.checkLogin(&s.Login)
		c.checkFiles(s.Files)
		c.checkPAC(s)
		c.checkRecorded(s.Recorded)
		c.checkUploadDirs(s)
		c.checkShares(s)
		c.checkWSUS(s)
		c.checkSUS(s)
		for j := range s.Routes {
			c.resolveAll(s.Routes[j].Accounts)
		}
	}
	c.checkCertificates()
}

// checkPassport sees that there is one login service where Passport is offered.
func (c *checker) checkPassport() {
	var login *Server
	for i := range c.s.Servers {
		s := &c.s.Servers[i]
		switch {
		case !s.PassportLogin.Value:
		case login != nil:
			c.fail(s.PassportLogin.Pos, fmt.Sprintf("passport-login: %s is the login service already", login.Name), "there is one in a scenario")
		case !s.TLS.Value:
			c.fail(s.PassportLogin.Pos, "passport-login: a login service without TLS gets no password", "add tls: true")
		default:
			login = s
		}
	}
	for i := range c.s.Servers {
		s := &c.s.Servers[i]
		schemes := s.Auth
		for _, r := range s.Routes {
			schemes = append(schemes[:len(schemes):len(schemes)], r.Auth.Value...)
		}
		c.checkPassportService(s)
		c.checkExtendedProtection(s)
		c.checkPassportRedirect(s, schemes)
		if login == nil && slices.Contains(schemes, Passport) {
			c.fail(s.Pos, fmt.Sprintf("server %s: auth has passport, but no server is a login service", s.Name), "add a server with {passport-login: true, tls: true, accounts: [...]}")
		}
	}
	for _, p := range c.s.Proxies {
		if slices.Contains(p.Auth, Passport) {
			c.fail(p.Pos, fmt.Sprintf("proxy %s: auth has passport, which is for servers", p.Name), "offer another scheme")
		}
	}
}

// checkLogin sees to the accounts of a node and to what does not fit together.
func (c *checker) checkLogin(l *Login) {
	c.resolveAll(l.Accounts)
	c.checkNegotiate(l)
	if dc := l.DomainController; dc != nil {
		c.resolveAll(dc.Accounts)
	}
	c.checkMember(l)
}

func (c *checker) checkHost(pos Pos, node, name, host string) {
	host = strings.ToLower(host)
	other, taken := c.hosts[host]
	if apart := c.ports[other] != c.ports[name] && c.ports[other]*c.ports[name] != 0; taken && other != name && !apart {
		c.fail(pos, fmt.Sprintf("%s: the host name %s is %s's", node, quote(host), other), "give each server and proxy host names of its own")
	}
	c.hosts[host] = name
}

func (c *checker) checkNodeName(pos Pos, name string) {
	switch {
	case name == clientNode || name == noneWord:
		c.fail(pos, fmt.Sprintf("a node can't have the name %s", name), "the word has a meaning in expectations")
	case c.servers[name] && c.proxies[name]:
		c.fail(pos, fmt.Sprintf("%s is both a server and a proxy", quote(name)), "give them different names")
	}
}

func (c *checker) checkFiles(files []FileSpec) {
	for _, f := range files {
		switch {
		case f.Size.Set && f.From.Set:
			c.fail(f.From.Pos, fmt.Sprintf("file %s: both size and from", f.Path), "a file is generated or read, not both")
		case !f.Size.Set && !f.From.Set:
			c.fail(f.Pos, fmt.Sprintf("file %s: neither size nor from", f.Path), "write {size: 300kB, seed: 7}, or {from: data/file.cab}")
		case f.Seed.Set && !f.Size.Set:
			c.fail(f.Seed.Pos, fmt.Sprintf("file %s: a seed without size", f.Path), "a file that is read has no seed")
		}
	}
}

func (c *checker) checkProxies() {
	via := make(map[string]Opt[string])
	for i := range c.s.Proxies {
		p := &c.s.Proxies[i]
		c.checkNodeName(p.Pos, p.Name)
		for _, host := range p.Hosts {
			c.checkHost(p.Pos, "proxy "+p.Name, p.Name, host)
		}
		c.checkLogin(&p.Login)
		if p.Via.Set && !c.proxies[p.Via.Value] {
			c.failName(p.Via.Pos, fmt.Sprintf("via: unknown proxy %s", quote(p.Via.Value)), p.Via.Value, c.proxyNames)
		}
		via[p.Name] = p.Via
	}
	for _, p := range c.s.Proxies {
		c.checkLoop(p.Name, via)
	}
}

// checkLoop follows via from one proxy.
func (c *checker) checkLoop(start string, via map[string]Opt[string]) {
	const most = 16 // proxies in a chain
	path := []string{start}
	for at := via[start]; at.Set; at = via[at.Value] {
		path = append(path, at.Value)
		if at.Value == start {
			c.fail(via[start].Pos, "via: the proxies ask each other in a circle: "+strings.Join(path, " -> "), "let one of them ask the server")
			return
		}
		if len(path) > most {
			return // a circle further on, or a long chain; reported from there
		}
	}
}

func (c *checker) proxyNames() []string { return keysOf(c.proxies) }
