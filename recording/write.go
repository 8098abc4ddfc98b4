package recording

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Text gives the scenario file. It is the same for the same traffic, but for times and
// ports.
func (s *Story) Text() string {
	files := s.files()
	p := &page{}
	s.opening(p)
	s.accounts(p)
	s.client(p)
	p.line("servers:")
	p.in(func() {
		for _, one := range s.servers {
			s.serverText(p, one, files)
		}
	})
	if s.proxy != nil {
		p.line("proxies:")
		p.in(func() { s.proxyText(p) })
	}
	s.steps(p, files)
	return p.String()
}

// Used lists the hashes of the bodies that the file names, sorted. Call it after Text.
func (s *Story) Used() []string {
	var list []string
	for sum := range s.used {
		list = append(list, sum)
	}
	slices.Sort(list)
	return list
}

// opening says what was recorded.
func (s *Story) opening(p *page) {
	when := ""
	if s.opt.Date != "" {
		when = " on " + s.opt.Date
	}
	p.comment("A recording of %s, made%s: %s on %s.", s.opt.Source, when, count(s.count, "exchange"), count(len(s.conns), "connection"))
	for _, agent := range s.agents {
		p.comment("Client: %s.", agent)
	}
	p.comment("\"wualab run\" lets a simulated PC fetch with BITS what was fetched then; \"wualab serve\" gives the recorded answers to a client of yours.")
	if s.logins() {
		p.comment("Logins are made anew: each account has the password %q, here and at the servers and proxies; write another one if you like, it is not the real one.", Placeholder)
	}
	p.comment("Credentials, cookies and tokens were left out; bodies are as they came.")
	for _, text := range s.skipped {
		p.comment("Left out: %s.", text)
	}
	p.line("version: 1")
	p.line("id: recorded/%s", idOf(s.opt.Name))
	p.line("title: %s", text(printable("What "+s.opt.Source+" answered")))
	p.line("level: expected")
	p.line("refs: [%s]", text(printable("a recording of "+s.opt.Source)))
	p.line("assumed: [%q]", "What was not asked in the recording is answered as an ordinary server of files would.")
	p.line("tags: [recording]")
}

// idOf makes words of a-z, 0-9 and - of a name.
func idOf(name string) string {
	id := strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		}
		return '-'
	}, name)
	if id = strings.Trim(id, "-"); id == "" {
		return "recording"
	}
	return id
}

// logins reports whether anybody demanded one.
func (s *Story) logins() bool {
	return len(s.allLogins()) > 0
}

func (s *Story) allLogins() (list []*login) {
	if s.proxy != nil && len(s.proxy.schemes) > 0 {
		list = append(list, s.proxy)
	}
	for _, one := range s.servers {
		if len(one.login.schemes) > 0 {
			list = append(list, &one.login)
		}
	}
	return list
}

// everybody lists the accounts that were shown, who came in first.
func (s *Story) everybody() (list []account) {
	for _, l := range s.allLogins() {
		for _, a := range l.accounts {
			list = add(list, a)
		}
	}
	for _, l := range s.allLogins() {
		for _, a := range l.tried {
			list = add(list, a)
		}
	}
	for _, l := range s.allLogins() {
		if l.used != "" && len(l.accounts) == 0 { // a ticket does not tell whose it is
			list = add(list, unknownUser)
		}
	}
	return list
}

// unknownUser stands for whoever came in and was not named.
var unknownUser = account{"LAB", "user"}

// accountNames are the names of accounts in the file.
func (s *Story) accountNames() map[account]string {
	names, taken := map[account]string{}, map[string]bool{}
	for _, a := range s.everybody() {
		name := idOf(a.user)
		for i := 2; taken[name]; i++ {
			name = fmt.Sprintf("%s-%d", idOf(a.user), i)
		}
		names[a], taken[name] = name, true
	}
	return names
}

func (s *Story) accounts(p *page) {
	list, names := s.everybody(), s.accountNames()
	if len(list) == 0 {
		return
	}
	p.line("accounts:")
	p.in(func() {
		for _, a := range list {
			domain := ""
			if a.domain != "" {
				domain = "domain: " + text(a.domain) + ", "
			}
			p.line("%s: {%suser: %s, password: %s}", names[a], domain, text(a.user), Placeholder)
		}
	})
}

// client writes the PC that fetches.
func (s *Story) client(p *page) {
	p.line("client:")
	p.in(func() {
		profile := ""
		for _, agent := range s.agents {
			if s.opt.Profile != nil && profile == "" {
				if profile = s.opt.Profile(agent); profile != "" {
					p.comment("by its User-Agent, %s", agent)
				}
			}
		}
		if profile == "" {
			profile = "xp-sp2"
		}
		p.line("profile: %s", profile)
		if list := s.everybody(); len(list) > 0 {
			if list[0].domain != "" {
				p.line("domain: %s", text(list[0].domain))
			}
			p.line("account: %s", s.accountNames()[list[0]])
		}
		for _, l := range s.allLogins() {
			if level, ok := l.level(); ok {
				p.comment("the client sent %s", l.response)
				p.line("registry: {LmCompatibilityLevel: %d}", level)
				break
			}
		}
		if slices.ContainsFunc(s.allLogins(), func(l *login) bool { return l.tickets }) {
			p.line("kerberos: {}")
		}
		if s.proxy != nil {
			p.line("proxy: %s", ProxyNode)
		}
	})
}

func (s *Story) serverText(p *page, one *server, files []*file) {
	p.line("%s:", text(one.name))
	p.in(func() {
		o := one.origin
		p.comment("%s", o.URL())
		if o.Host != one.name {
			p.line("host: %s", strconv.Quote(o.Host))
		}
		if o.TLS {
			p.line("tls: true")
		}
		if o.Authority() != o.Host {
			p.line("port: %d", o.Port)
		}
		if n := s.tunnels[o]; n > 0 && len(one.order) == 0 {
			p.comment("%s, whose content nobody saw; --intercept takes tunnels apart", count(n, "tunnel"))
		}
		before := p.Len()
		s.loginText(p, &one.login)
		s.openText(p, one)
		s.fileText(p, one, files)
		s.recorded(p, one)
		if p.Len() == before {
			p.line("files: {}")
		}
	})
}

// openText lets into parts of a server whoever came there without a login, when other
// parts demand one.
func (s *Story) openText(p *page, one *server) {
	var open []string
	for target := range one.open {
		path, _, _ := strings.Cut(target, "?")
		if !one.closed[target] && !slices.Contains(open, path) && urlPath.MatchString(path) {
			open = append(open, path)
		}
	}
	if len(one.login.schemes) == 0 || len(open) == 0 {
		return
	}
	slices.Sort(open)
	p.comment("what was answered without a login")
	p.line("routes:")
	p.in(func() {
		for _, path := range open {
			p.line("%s: {auth: []}", text(path))
		}
	})
}

func (s *Story) proxyText(p *page) {
	p.line("%s:", ProxyNode)
	p.in(func() {
		switch {
		case s.opt.Proxy != "":
			p.comment("%s", s.opt.Proxy)
		default:
			p.comment("the recorder itself, which demanded nothing")
		}
		if len(s.proxy.schemes) == 0 {
			p.line("auth: []")
		}
		s.loginText(p, s.proxy)
	})
}

// loginText writes what somebody demanded.
func (s *Story) loginText(p *page, l *login) {
	for _, scheme := range l.unknown {
		p.comment("%s was offered, too, which a fake does not know", scheme)
	}
	if len(l.schemes) == 0 {
		return
	}
	if l.unasked {
		p.comment("Assumed: a login is demanded. The client sent its credentials unasked, so nobody saw whether they were wanted")
	}
	p.line("auth: [%s]", strings.Join(l.schemes, ", "))
	names, list := s.accountNames(), []string{}
	for _, a := range l.accounts {
		list = append(list, names[a])
	}
	if l.used != "" && len(list) == 0 {
		list = append(list, names[unknownUser])
	}
	if len(list) == 0 {
		p.comment("nobody came in")
	}
	p.line("accounts: [%s]", strings.Join(list, ", "))
	if l.realm != "" {
		p.line("realm: %s", text(l.realm))
	}
	l.namesText(p)
	if l.utf8 {
		p.line("basic: {charset: utf-8}")
	}
	l.digestText(p)
	if slices.Contains(l.schemes, "negotiate") && l.tickets {
		p.line("kerberos: {}")
	}
}

// namesText writes what CHALLENGE_MESSAGE said.
func (l *login) namesText(p *page) {
	if domain := l.names["MsvAvNbDomainName"]; domain != "" {
		p.line("domain: %s", text(domain))
	} else if l.target != "" {
		p.line("domain: %s", text(l.target))
	}
	var parts []string
	for _, one := range [][2]string{{"computer", "MsvAvNbComputerName"}, {"dns-domain", "MsvAvDnsDomainName"}, {"dns-computer", "MsvAvDnsComputerName"}} {
		if v := l.names[one[1]]; v != "" {
			parts = append(parts, one[0]+": "+text(v))
		}
	}
	if len(parts) > 0 {
		p.line("target-info: {%s}", strings.Join(parts, ", "))
	}
}

func (l *login) digestText(p *page) {
	if l.digest == nil {
		return
	}
	var parts []string
	for _, name := range []string{"MD5", "MD5-sess", "SHA-256"} {
		if strings.EqualFold(l.digest["algorithm"], name) {
			parts = append(parts, "algorithm: "+name)
		}
	}
	if l.digest["qop"] == "" {
		parts = append(parts, "qop: none")
	}
	if len(parts) > 0 {
		p.line("digest: {%s}", strings.Join(parts, ", "))
	}
}

// isRedirect reports whether an answer sends its client elsewhere.
func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}
