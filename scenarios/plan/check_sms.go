package plan

import (
	"fmt"
	"strings"
)

// SMSSite gives the server that is the PC's management point, nil when there is none.
func (s *Scenario) SMSSite() *Server {
	if own := s.Client.SMS; own != nil && own.Site.Set {
		if server := s.Server(own.Site.Value); server != nil && server.SMS != nil {
			return server
		}
		return nil
	}
	for i := range s.Servers {
		if s.Servers[i].SMS != nil {
			return &s.Servers[i]
		}
	}
	return nil
}

// noSite is the hint for what needs a site.
const noSite = "add sms to a server: servers: {mp: {sms: {...}}}"

// checkSMS sees that sites, and the PC in them, name what is there.
func (c *checker) checkSMS() {
	points := map[string]string{}
	for i := range c.s.Servers {
		if server := &c.s.Servers[i]; server.SMS != nil {
			c.checkSite(server, points)
		}
	}
	own := c.s.Client.SMS
	switch {
	case own == nil || c.s.SMSSite() != nil:
	case !own.Site.Set:
		c.fail(own.Pos, "client: sms without a site", noSite)
	case !c.servers[own.Site.Value]:
		c.failName(own.Site.Pos, fmt.Sprintf("sms: unknown server %s", quote(own.Site.Value)), own.Site.Value, func() []string { return keysOf(c.servers) })
	default:
		c.fail(own.Site.Pos, fmt.Sprintf("sms: %s has no site", own.Site.Value), noSite)
	}
}

func (c *checker) checkSite(server *Server, points map[string]string) {
	site := server.SMS
	for i := range site.Packages {
		for j := range site.Packages[i].Programs {
			c.checkSMSProgram(&site.Packages[i].Programs[j])
		}
	}
	for i := range site.Advertisements {
		c.checkAdvertisement(site, &site.Advertisements[i])
	}
	for i := range site.Points {
		p := &site.Points[i]
		c.checkPoint(site, p)
		if other, taken := points[p.Server]; taken {
			c.fail(p.Pos, fmt.Sprintf("distribution-points: %s is a distribution point of %s already", p.Server, other), "take another server")
		}
		points[p.Server] = server.Name
	}
	for i := range site.Faults {
		c.checkSMSFault(&site.Faults[i])
	}
}

func (c *checker) checkSMSProgram(p *SMSProgram) {
	if m := p.MaxRunTime; m.Set && m.Value%Duration(60e9) != 0 {
		c.fail(m.Pos, fmt.Sprintf("max-run-time: %v are no whole minutes", m.Value), "round it to minutes, such as 15m")
	}
}

func (c *checker) checkAdvertisement(site *SMSSite, a *SMSAdvertisement) {
	var programs, packages []string
	found := false
	for _, p := range site.Packages {
		packages = append(packages, p.ID)
		if !strings.EqualFold(p.ID, a.Package.Value) {
			continue
		}
		found = true
		for _, program := range p.Programs {
			programs = append(programs, program.Name)
		}
	}
	switch {
	case !a.Package.Set || !a.Program.Set: // told already
	case !found:
		c.failName(a.Package.Pos, fmt.Sprintf("advertisement %s: unknown package %s", a.ID, quote(a.Package.Value)), a.Package.Value, func() []string { return packages })
	case !contains(programs, a.Program.Value):
		c.failName(a.Program.Pos, fmt.Sprintf("advertisement %s: package %s has no program %s", a.ID, a.Package.Value, quote(a.Program.Value)), a.Program.Value, func() []string { return programs })
	}
	if a.Active.Set && a.Expires.Set && a.Expires.Value <= a.Active.Value {
		c.fail(a.Expires.Pos, fmt.Sprintf("advertisement %s expires before it becomes active", a.ID), "let it expire later")
	}
}

func (c *checker) checkPoint(site *SMSSite, p *SMSPoint) {
	if !c.servers[p.Server] {
		c.failName(p.Pos, fmt.Sprintf("distribution-points: unknown server %s", quote(p.Server)), p.Server, func() []string { return keysOf(c.servers) })
	}
	var known []string
	for _, pkg := range site.Packages {
		known = append(known, pkg.ID)
	}
	for _, list := range [][]string{p.Packages, p.Changed} {
		for _, id := range list {
			if !contains(known, id) {
				c.failName(p.Pos, fmt.Sprintf("distribution point %s: unknown package %s", p.Server, quote(id)), id, func() []string { return known })
			}
		}
	}
	if p.Misbehaviour.Set && p.ISAPI.Value != "rtm" {
		c.fail(p.Misbehaviour.Pos, "misbehaviour without isapi: rtm", "add isapi: rtm")
	}
}

func (c *checker) checkSMSFault(f *SMSFault) {
	switch {
	case f.Status.Set == f.Answer.Set:
		c.fail(f.Pos, "faults: want either status or answer", "write {on: policy, status: 500}, or an answer in its place")
	}
}

// checkSMSStep sees that there is a client for what it is to do.
func (c *checker) checkSMSStep(s *SMSStep) {
	switch {
	case s == nil:
	case c.s.SMSSite() == nil:
		c.fail(s.Pos, "sms: the PC is in no site", noSite)
	case s.Do.Set == s.Run.Set:
		c.fail(s.Pos, "sms: want either do or run", "write sms: cycle, or sms: {run: LAB20000}")
	case s.Run.Set:
		c.checkAdvertised(s.Run.Pos, "run", s.Run.Value)
	}
}

// checkAdvertised sees that some site offers an advertisement, now or in a later change.
func (c *checker) checkAdvertised(pos Pos, key, id string) {
	known := map[string]bool{}
	for i := range c.s.Servers {
		if site := c.s.Servers[i].SMS; site != nil {
			for _, a := range site.Advertisements {
				known[a.ID] = true
			}
		}
	}
	for i := range c.s.Steps {
		for _, change := range c.s.Steps[i].Change {
			if change.SMS != nil {
				for _, a := range change.SMS.Advertise {
					known[a.ID] = true
				}
			}
		}
	}
	if !known[id] {
		c.failName(pos, fmt.Sprintf("%s: unknown advertisement %s", key, quote(id)), id, func() []string { return keysOf(known) })
	}
}

func (c *checker) checkSMSChange(change Change) {
	s := change.SMS
	if s == nil {
		return
	}
	server := c.s.Server(change.Node)
	if server == nil || server.SMS == nil {
		c.fail(s.Pos, fmt.Sprintf("change: %s has no SMS site", change.Node), "name the management point")
		return
	}
	site := server.SMS
	for i := range s.Advertise {
		c.checkAdvertisement(site, &s.Advertise[i])
	}
	for _, id := range s.Withdraw {
		c.checkAdvertised(s.Pos, "withdraw", id)
	}
	var points []string
	for _, p := range site.Points {
		points = append(points, p.Server)
	}
	for i := range s.Points {
		p := &s.Points[i]
		if !contains(points, p.Server) {
			c.failName(p.Pos, fmt.Sprintf("distribution-points: %s is none of the site", p.Server), p.Server, func() []string { return points })
			continue
		}
		c.checkPoint(site, p)
	}
	for i := range s.Faults.Value {
		c.checkSMSFault(&s.Faults.Value[i])
	}
}

func (c *checker) checkExpectSMS(e *ExpectSMS) {
	if e == nil {
		return
	}
	if c.s.SMSSite() == nil {
		c.fail(e.Pos, "sms: the PC is in no site", noSite)
		return
	}
	if len(e.Advertisements) == 0 && !e.Messages.Set && len(e.Log) == 0 {
		c.fail(e.Pos, "sms: nothing is expected", "add advertisements, messages or log")
	}
	for _, a := range e.Advertisements {
		c.checkAdvertised(a.Pos, "advertisements", a.ID)
	}
	for _, log := range e.Log {
		if !contains(smsLogs, log.File) {
			c.failName(e.Pos, fmt.Sprintf("log: unknown log file %s", quote(log.File)), log.File, func() []string { return smsLogs })
		}
	}
}

// smsLogs are the log files of the Advanced Client.
var smsLogs = []string{"PolicyAgent.log", "LocationServices.log", "CAS.log", "ContentTransferManager.log", "DataTransferService.log", "FileBITS.log", "execmgr.log", "StatusAgent.log"}
