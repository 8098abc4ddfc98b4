package scenarios

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/wualab/wualab/agent"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/sms"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/content"
	"github.com/wualab/wualab/fakeserver/smsdp"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/smswire"
)

// addSites makes the SMS sites, whose routes the servers have.
func (f *fakes) addSites() error {
	f.sites, f.routes = map[string]*smsdp.Site{}, map[string][]fakeserver.Route{}
	f.began = f.clock.Now()
	for i := range f.plan.Servers {
		s := &f.plan.Servers[i]
		if s.SMS == nil {
			continue
		}
		site, err := smsdp.New(f.siteConfig(s))
		if err != nil {
			return fmt.Errorf("%v: server %s: %w", s.SMS.Pos, s.Name, err)
		}
		f.sites[s.Name] = site
	}
	return nil
}

func (f *fakes) siteConfig(s *plan.Server) smsdp.Config {
	site := s.SMS
	config := smsdp.Config{Name: s.Name, SiteCode: site.SiteCode.Value, Clock: f.clock, Faults: smsFaults(site.Faults)}
	for _, p := range site.Packages {
		made := smsdp.Package{ID: p.ID, Name: p.Name.Value, SourceVersion: p.Version.Value, Files: map[string]fakeserver.File{}}
		for _, file := range p.Files {
			made.Files[file.Name] = fakeserver.File{Size: file.Size.Value, Seed: file.Seed.Value}
		}
		for _, program := range p.Programs {
			made.Programs = append(made.Programs, smsdp.Program{Name: program.Name, CommandLine: program.Command.Value, MaxRunTime: program.MaxRunTime.Value})
		}
		config.Packages = append(config.Packages, made)
	}
	for _, a := range site.Advertisements {
		config.Advertisements = append(config.Advertisements, advertisement(a, f.began))
	}
	for _, p := range site.Points {
		config.Points = append(config.Points, f.distributionPoint(p))
	}
	return config
}

func advertisement(a plan.SMSAdvertisement, began time.Time) smsdp.Advertisement {
	const fromPoint = "run-from-point"
	remote := a.Remote.Or(a.Local.Value)
	out := smsdp.Advertisement{ID: a.ID, Package: a.Package.Value, Program: a.Program.Value, Mandatory: a.Mandatory.Or(true),
		FromLocal: smswire.DownloadContent, FromRemote: smswire.DownloadContent}
	if a.Local.Value == fromPoint {
		out.FromLocal = smswire.RunFromNet
	}
	switch remote {
	case fromPoint:
		out.FromRemote = smswire.RunFromNet
	case "do-not-run":
		out.FromRemote = smswire.DoNotRun
	}
	if a.Active.Set {
		out.Active = began.Add(a.Active.Value)
	}
	if a.Expires.Set {
		out.Expires = began.Add(a.Expires.Value)
	}
	return out
}

func (f *fakes) distributionPoint(p plan.SMSPoint) smsdp.Point {
	out := smsdp.Point{Server: p.Server, Drive: p.Drive.Value, BITS: p.BITS.Or(true), Packages: p.Packages, ADSite: p.ADSite.Value, Subnets: p.Subnets,
		Metric: p.Metric.Value, Remote: p.Remote.Value, ISAPI: p.ISAPI.Value, Misbehaviour: p.Misbehaviour.Value, WebDAV: p.WebDAV.Value,
		NoInfiniteDepth: p.NoInfinity.Value, Filtered: p.Filtered, Changed: p.Changed}
	if s := f.plan.Server(p.Server); s != nil {
		out.URL = s.Origin()
	}
	return out
}

// smsEndpoints are the parts of a management point that faults name.
var smsEndpoints = map[string]string{"mplist": smswire.MPListQuery, "policy": smswire.PolicyManager, "policy-body": smswire.PolicyBodyPath,
	"location": smswire.LocationManager, "status": smswire.StatusManager}

func smsFaults(list []plan.SMSFault) (out []smsdp.Fault) {
	for _, f := range list {
		out = append(out, smsdp.Fault{On: smsEndpoints[f.On.Value], Nth: f.Nth.Value, Status: f.Status.Value, Body: []byte(f.Answer.Value)})
	}
	return out
}

// smsRoutes are what a server has as a management point and as a distribution point.
func (f *fakes) smsRoutes(server string) (routes []fakeserver.Route) {
	if site := f.sites[server]; site != nil {
		routes = site.Routes()
	}
	for _, site := range f.sites {
		routes = append(routes, site.PointRoutes(server)...)
	}
	return routes
}

// smsShares are the shares of a server that is a distribution point.
func (f *fakes) smsShares(server string) map[string]func() map[string]content.File {
	out := map[string]func() map[string]content.File{}
	for _, site := range f.sites {
		if name, files := site.Share(server); name != "" {
			out[name] = files
		}
	}
	return out
}

// changeSite alters a site, and the servers that are its distribution points.
func (f *fakes) changeSite(c plan.Change) error {
	site := f.sites[c.Node]
	if c.SMS == nil || site == nil {
		return nil
	}
	for _, a := range c.SMS.Advertise {
		if err := site.Advertise(advertisement(a, f.began)); err != nil {
			return err
		}
	}
	for _, id := range c.SMS.Withdraw {
		site.Withdraw(id)
	}
	if c.SMS.Faults.Set {
		site.SetFaults(smsFaults(c.SMS.Faults.Value))
	}
	for _, p := range c.SMS.Points {
		if err := site.SetPoint(f.distributionPoint(p)); err != nil {
			return err
		}
		routes := append(f.routes[p.Server][:len(f.routes[p.Server]):len(f.routes[p.Server])], f.smsRoutes(p.Server)...)
		if err := f.servers[p.Server].SetRoutes(routes); err != nil {
			return err
		}
	}
	return nil
}

// smsOptions give the PC its Advanced Client, in a scenario with a site.
func (w *world) smsOptions() []agent.Option {
	server := w.plan.SMSSite()
	if server == nil {
		return nil
	}
	own := w.plan.Client.SMS
	if own == nil {
		own = &plan.ClientSMS{}
	}
	address := w.plan.Client.Address.Or("127.0.0.1")
	c := sms.Config{SiteCode: server.SMS.SiteCode.Value, ManagementPoint: server.Origin(), ADSite: own.ADSite.Value,
		Address: smswire.IPAddress{Address: address, SubnetAddress: own.Subnet.Value}, Programs: programs(server.SMS),
		Tuning: sms.Tuning{PollInterval: own.PollInterval.Value, PointTimeout: own.PointTimeout.Value, DownloadRetryInterval: own.RetryInterval.Value,
			LocationRetryInterval: own.RetryInterval.Value, DownloadRetries: own.Retries.Value, RunRetries: own.RunRetries.Value,
			FallBackToShare: own.FallBackToShare.Value, ListByFolder: own.ListByFolder.Value}}
	return []agent.Option{agent.WithAdvancedClient(c)}
}

// programs says what the programs of a site's packages do.
func programs(site *plan.SMSSite) sms.Programs {
	known := map[string]sms.Effect{}
	for _, pkg := range site.Packages {
		for _, p := range pkg.Programs {
			if p.Missing.Value {
				continue
			}
			effect := sms.Effect{ExitCode: p.ExitCode.Value, ExitCodes: p.ExitCodes, Takes: p.Takes.Value, Hangs: p.Hangs.Value}
			if values := p.Registry; values != nil {
				effect.Now = func(pc *machine.Machine) error { return setRegistryOf(pc, values) }
			}
			known[strings.ToUpper(pkg.ID)+" "+p.Name] = effect
		}
	}
	return func(id, program string) (sms.Effect, bool) {
		effect, ok := known[strings.ToUpper(id)+" "+program]
		return effect, ok
	}
}

// smsStep lets the Advanced Client do what a step says.
func (w *world) smsStep(ctx context.Context, hold clock.Hold, s *plan.SMSStep) error {
	if s == nil {
		return nil
	}
	client, err := w.pc.AdvancedClient()
	if err != nil {
		return err
	}
	if s.Run.Set {
		return client.Run(ctx, hold, s.Run.Value)
	}
	switch s.Do.Value {
	case "poll":
		return client.Poll(ctx, hold)
	case "evaluate":
		return client.Evaluate(ctx, hold)
	case "start":
		client.Start()
	case "stop":
		client.Stop()
	case "restart":
		return w.pc.RestartAdvancedClient()
	default:
		if err := client.Poll(ctx, hold); err != nil {
			return err
		}
		return client.Evaluate(ctx, hold)
	}
	return nil
}

// smsMark says how much there was of what only grows.
type smsMark struct{ messages, lines int }

func (w *world) smsMark() (m smsMark) {
	server := w.plan.SMSSite()
	if server == nil || w.pc == nil {
		return m
	}
	m.messages = len(w.sites[server.Name].Messages())
	if client, err := w.pc.AdvancedClient(); err == nil {
		m.lines = len(client.Logs().Lines())
	}
	return m
}

// sitePackage gives a package of the PC's site.
func (w *world) sitePackage(id string) *plan.SMSPackage {
	for i := range w.plan.SMSSite().SMS.Packages {
		if p := &w.plan.SMSSite().SMS.Packages[i]; strings.EqualFold(p.ID, id) {
			return p
		}
	}
	return nil
}
