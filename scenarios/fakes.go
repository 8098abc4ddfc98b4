package scenarios

import (
	"fmt"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/fakeproxy"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/scenarios/plan"
)

func (w *world) addServer(s *plan.Server, seed int64) error {
	hosts := append([]string{s.Name}, s.Hosts...)
	tlsConfig, err := w.tlsFor(s.TLS.Value, hosts)
	if err != nil {
		return err
	}
	accounts, domain := accountsOf(s.Accounts, s.Domain)
	config := fakeserver.Config{
		Name: s.Name, Clock: w.clock, Recorder: w.record, Seed: seed, Dir: w.base, TLS: tlsConfig,
		Files: files(s.Files), Behaviours: serverUses(s.Behaviours),
		Auth: serverAuth(s.Auth, accounts, domain, s.ServerLevel.Value),
	}
	for _, r := range s.Routes {
		config.Routes = append(config.Routes, w.route(s, r))
	}
	server, err := fakeserver.New(config)
	if err != nil {
		return fmt.Errorf("%v: server %s: %w", s.Pos, s.Name, err)
	}
	w.servers[s.Name] = server
	port := httpPort
	if s.TLS.Value {
		port = httpsPort
	}
	for _, host := range hosts {
		w.name(host, port, server.Addr())
	}
	return nil
}

// route gives a part of a server its own rules; what it does not say is the
// server's.
func (w *world) route(s *plan.Server, r plan.Route) fakeserver.Route {
	refs, schemes := s.Accounts, s.Auth
	if len(r.Accounts) > 0 {
		refs = r.Accounts
	}
	if r.Auth.Set {
		schemes = r.Auth.Value
	}
	accounts, domain := accountsOf(refs, s.Domain)
	return fakeserver.Route{Path: r.Prefix, Behaviours: serverUses(r.Behaviours),
		Auth: serverAuth(schemes, accounts, domain, s.ServerLevel.Value)}
}

func (w *world) addProxy(p *plan.Proxy, seed int64) error {
	accounts, domain := accountsOf(p.Accounts, p.Domain)
	config := fakeproxy.Config{Name: p.Name, Clock: w.clock, Recorder: w.record, Seed: seed, Dial: w.dial,
		Behaviours: proxyUses(p.Behaviours)}
	if len(p.Auth) > 0 {
		config.Auth = &fakeproxy.Auth{Schemes: schemes(p.Auth), Accounts: accounts, NetBIOSDomain: domain,
			Level: ntlm.Level(p.ServerLevel.Value), Realm: p.Name}
	}
	if p.Via.Set {
		config.Via = fmt.Sprintf("%s:%d", p.Via.Value, proxyPort)
	}
	proxy, err := fakeproxy.New(config)
	if err != nil {
		return fmt.Errorf("%v: proxy %s: %w", p.Pos, p.Name, err)
	}
	w.proxies[p.Name] = proxy
	w.name(p.Name, proxyPort, proxy.Addr())
	return nil
}

// accountsOf makes the account database of a fake; its domain is that of the
// first account unless the file names one.
func accountsOf(refs []plan.AccountRef, domain plan.Opt[string]) (*ntlm.Accounts, string) {
	db, name := ntlm.NewAccounts(), domain.Value
	for _, ref := range refs {
		a := ref.Account
		if a == nil {
			continue
		}
		db.Put(ntlm.Account{Domain: a.Domain, User: a.User, Password: a.Password,
			Disabled: a.Disabled, Expired: a.Expired, Locked: a.Locked})
		if !domain.Set && name == "" {
			name = a.Domain
		}
	}
	return db, name
}

// schemeNames pairs the language's names with the wire's.
var schemeNames = map[plan.Scheme]httpauth.Scheme{
	plan.Basic: httpauth.Basic, plan.Digest: httpauth.Digest, plan.NTLM: httpauth.NTLM,
	plan.Negotiate: httpauth.Negotiate, plan.Passport: httpauth.Passport,
}

func schemes(list []plan.Scheme) []httpauth.Scheme {
	var out []httpauth.Scheme
	for _, s := range list {
		out = append(out, schemeNames[s])
	}
	return out
}

func serverAuth(list []plan.Scheme, accounts *ntlm.Accounts, domain string, level int) *fakeserver.Auth {
	if len(list) == 0 {
		return nil
	}
	return &fakeserver.Auth{Schemes: schemes(list), Accounts: accounts, NetBIOSDomain: domain, Level: ntlm.Level(level)}
}

func serverUses(list []plan.Behaviour) []fakeserver.Use {
	var uses []fakeserver.Use
	for _, b := range list {
		uses = append(uses, fakeserver.Use{Name: b.Name, Params: b.Params})
	}
	return uses
}

func proxyUses(list []plan.Behaviour) []fakeproxy.Use {
	var uses []fakeproxy.Use
	for _, b := range list {
		uses = append(uses, fakeproxy.Use{Name: b.Name, Params: b.Params})
	}
	return uses
}

func files(list []plan.FileSpec) map[string]fakeserver.File {
	out := map[string]fakeserver.File{}
	for _, f := range list {
		out[f.Path] = fakeserver.File{Size: f.Size.Value, Seed: f.Seed.Value, From: f.From.Value,
			LastModified: f.LastModified.Value, ETag: f.ETag.Value, ContentType: f.Type.Value}
	}
	return out
}

// change alters fakes while they run. Files are added to those there are.
func (w *world) change(changes []plan.Change) error {
	for _, c := range changes {
		var err error
		if proxy, ok := w.proxies[c.Node]; ok {
			if c.Behaviours.Set {
				err = proxy.SetBehaviours(proxyUses(c.Behaviours.Value))
			}
		} else {
			err = w.changeServer(c)
		}
		if err != nil {
			return fmt.Errorf("%v: change %s: %w", c.Pos, c.Node, err)
		}
	}
	return nil
}

func (w *world) changeServer(c plan.Change) error {
	server := w.servers[c.Node]
	if c.Behaviours.Set {
		if err := server.SetBehaviours(serverUses(c.Behaviours.Value)); err != nil {
			return err
		}
	}
	w.changed[c.Node] = append(w.changed[c.Node], c.Files...)
	return server.SetFiles(files(c.Files))
}
