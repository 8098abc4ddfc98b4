package scenarios

import (
	"errors"
	"fmt"

	"github.com/wualab/wualab/fakeproxy"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/scenarios/plan"
)

func (f *fakes) addServer(s *plan.Server, seed int64) error {
	hosts := hostsOf(s)
	tlsConfig, err := f.serverTLS(s)
	if err != nil {
		return err
	}
	verify, err := f.verifierOf(s.Name, &s.Login)
	if err != nil {
		return fmt.Errorf("%v: server %s: %w", s.Pos, s.Name, err)
	}
	if err := f.protect(verify, s, tlsConfig); err != nil {
		return fmt.Errorf("%v: server %s: %w", s.ExtendedProtection.Pos, s.Name, err)
	}
	if s.PassportRedirect.Value {
		verify.passport.LoginURL = f.passportLogin
	}
	listener, err := f.doors.listener(s.Name, f.listen[s.Name])
	if err != nil {
		return err
	}
	config := fakeserver.Config{
		Name: s.Name, Listener: listener, Addr: f.listen[s.Name], Limits: f.limits, Clock: f.clock, Recorder: f.exchanges(), Seed: seed, Dir: f.base, TLS: tlsConfig,
		Files: files(s.Files), Behaviours: serverUses(s.Script, s.Behaviours), Fault: f.fault, State: states(s.State),
		Auth: verify.server(&s.Login, s.Auth), Recorded: recordedAnswers(s.Recorded),
	}
	if config.ClientCertificates, err = f.clientCertificates(s, tlsConfig); err != nil {
		return err
	}
	config.Routes = f.passportRoutes(s)
	for _, r := range s.Routes {
		route, err := f.route(s, r, verify)
		if err != nil {
			return err
		}
		config.Routes = append(config.Routes, route)
	}
	config.Routes = append(config.Routes, f.pacRoutes(s, config.Auth)...)
	uploads, err := f.uploadRoutes(s, seed)
	if err != nil {
		return err
	}
	config.Routes = append(config.Routes, uploads...)
	if err := f.addWSUS(s, &config, seed); err != nil {
		return err
	}
	if err := f.addSUS(s, &config); err != nil {
		return err
	}
	config.Routes = append(config.Routes, f.revocationRoutes(s)...)
	f.routes[s.Name] = config.Routes
	config.Routes = append(config.Routes, f.smsRoutes(s.Name)...)
	server, err := fakeserver.New(config)
	if err != nil {
		return fmt.Errorf("%v: server %s: %w", s.Pos, s.Name, err)
	}
	f.servers[s.Name], f.behave[s.Name] = server, s.Behaviours
	for _, host := range hosts {
		f.name(s.Name, host, s.At(), server.Addr())
	}
	if err := f.addShares(s, server, verify, seed); err != nil {
		return fmt.Errorf("%v: server %s: %w", s.Pos, s.Name, err)
	}
	return f.setDown(s.Name, s.Down)
}

// route gives a part of a server its own rules; what it does not say is the
// server's.
func (f *fakes) route(s *plan.Server, r plan.Route, verify *verifier) (fakeserver.Route, error) {
	own := *verify
	if len(r.Accounts) > 0 {
		var err error
		if own.accounts, own.domain, err = accountsOf(r.Accounts, s.Domain, s.LockAfter); err != nil {
			return fakeserver.Route{}, err
		}
		f.accounts[s.Name] = append(f.accounts[s.Name], own.accounts)
	}
	route := fakeserver.Route{Path: r.Prefix, Behaviours: serverUses(plan.ScriptText{}, r.Behaviours), Auth: own.server(&s.Login, s.Auth)}
	if r.Auth.Set {
		route.Auth = own.server(&s.Login, r.Auth.Value)
	}
	if route.Auth == nil {
		route.Auth = &fakeserver.Auth{} // open, whatever the server is
	}
	return route, nil
}

func (f *fakes) addProxy(p *plan.Proxy, seed int64) error {
	verify, err := f.verifierOf(p.Name, &p.Login)
	if err != nil {
		return fmt.Errorf("%v: proxy %s: %w", p.Pos, p.Name, err)
	}
	listener, err := f.doors.listener(p.Name, f.listen[p.Name])
	if err != nil {
		return err
	}
	config := fakeproxy.Config{Name: p.Name, Listener: listener, Addr: f.listen[p.Name], Limits: f.limits, MaxConns: f.limits.Conns, Clock: f.clock, Recorder: f.exchanges(), Seed: seed, Dial: f.dial, Dir: f.base,
		Behaviours: proxyUses(p.Script, p.Behaviours), Fault: f.fault, State: states(p.State), Auth: verify.proxy(p.Name, &p.Login),
		SessionBasedAuthentication: p.SessionBasedAuthentication.Value}
	if p.Via.Set {
		config.Via = fmt.Sprintf("%s:%d", p.Via.Value, proxyPort)
	}
	proxy, err := fakeproxy.New(config)
	if err != nil {
		return fmt.Errorf("%v: proxy %s: %w", p.Pos, p.Name, err)
	}
	f.proxies[p.Name], f.behave[p.Name] = proxy, p.Behaviours
	for _, host := range append([]string{p.Name}, p.Hosts...) {
		f.name(p.Name, host, proxyPort, proxy.Addr())
	}
	return f.setDown(p.Name, p.Down)
}

// serverUses gives the script, if there is one, and the behaviours behind it.
func serverUses(script plan.ScriptText, list []plan.Behaviour) []fakeserver.Use {
	var uses []fakeserver.Use
	if script.Set {
		uses = append(uses, fakeserver.Use{Name: script.Behaviour.Name, Params: script.Behaviour.Params})
	}
	for _, b := range list {
		uses = append(uses, fakeserver.Use{Name: b.Name, Params: b.Params})
	}
	return uses
}

func proxyUses(script plan.ScriptText, list []plan.Behaviour) []fakeproxy.Use {
	return serverUses(script, list)
}

func files(list []plan.FileSpec) map[string]fakeserver.File {
	out := map[string]fakeserver.File{}
	for _, one := range list {
		out[one.Path] = fakeserver.File{Size: one.Size.Value, Seed: one.Seed.Value, From: one.From.Value,
			LastModified: one.LastModified.Value, ETag: one.ETag.Value, ContentType: one.Type.Value}
	}
	return out
}

// change alters fakes while they run. Files are added to those there are.
func (f *fakes) change(changes []plan.Change) error {
	for _, c := range changes {
		var err error
		if proxy, ok := f.proxies[c.Node]; ok {
			if err = setStates(c.State, proxy.SetState); err == nil && c.Behaviours.Set {
				err = proxy.SetBehaviours(proxyUses(f.plan.Proxy(c.Node).Script, c.Behaviours.Value))
			}
		} else {
			err = f.changeServer(c)
		}
		if err == nil {
			err = f.setDown(c.Node, c.Down)
		}
		if err != nil {
			return fmt.Errorf("%v: change %s: %w", c.Pos, c.Node, err)
		}
		if c.Behaviours.Set {
			f.behave[c.Node] = c.Behaviours.Value
		}
	}
	return nil
}

func (f *fakes) changeServer(c plan.Change) error {
	server := f.servers[c.Node]
	if err := setStates(c.State, server.SetState); err != nil {
		return err
	}
	if c.Behaviours.Set {
		if err := server.SetBehaviours(serverUses(f.plan.Server(c.Node).Script, c.Behaviours.Value)); err != nil {
			return err
		}
	}
	if err := errors.Join(f.changeUploads(c), f.changeShares(c)); err != nil {
		return err
	}
	if err := f.changeWSUS(c); err != nil {
		return err
	}
	if err := f.changeSUS(c); err != nil {
		return err
	}
	if err := f.changeSite(c); err != nil {
		return err
	}
	f.changed[c.Node] = append(f.changed[c.Node], c.Files...)
	return server.SetFiles(files(c.Files))
}
