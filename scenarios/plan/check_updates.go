package plan

import "fmt"

// allUpdates lists the names of all updates of the scenario.
func (c *checker) allUpdates() []string {
	seen := map[string]bool{}
	for i := range c.s.Servers {
		if w := c.s.Servers[i].WSUS; w != nil {
			for _, name := range w.updateNames() {
				seen[name] = true
			}
		}
	}
	return keysOf(seen)
}

func (c *checker) checkUpdateName(key string, pos Pos, name string) {
	if c.s.Update(name) == nil {
		c.failName(pos, fmt.Sprintf("%s: unknown update %s", key, quote(name)), name, c.allUpdates)
	}
}

// checkUpdateSteps sees that what the agent works on is there, and known by then.
func (c *checker) checkUpdateSteps(s *Step) {
	u := &s.UpdateSteps
	for _, o := range []struct {
		key string
		set Opt[bool]
	}{{"detect", u.Detect}, {"reset-authorization", u.ResetAuthorization}, {"report-events", u.ReportEvents}} {
		if o.set.Set && !o.set.Value {
			c.fail(o.set.Pos, o.key+": false does nothing", "leave the key out")
		}
	}
	if u.UpdateService.Set && u.DataStore.Set {
		c.fail(u.UpdateService.Pos, "update-service: data-store restarts the service, too", "leave update-service out")
	}
	c.detected = c.detected || u.Detect.Set || u.Search != nil
	for _, one := range []struct {
		key   string
		names []string
		word  bool // offered may stand there
	}{{"hide-updates", u.HideUpdates, false}, {"unhide-updates", u.UnhideUpdates, false}, {"accept-eula", u.AcceptEula, true}, {"download-updates", u.DownloadUpdates, true},
		{"install-updates", u.InstallUpdates, true}, {"uninstall-updates", u.UninstallUpdates, true}} {
		for _, name := range one.names {
			if !one.word || name != OfferedWord {
				c.checkUpdateName(one.key, s.Pos, name)
			}
		}
		if one.key == "download-updates" {
			c.addUpdateJobs(one.names)
		}
		if len(one.names) > 0 && one.word && !c.detected {
			c.fail(s.Pos, one.key+": no step before detects anything", "add detect: true to this step or to one before")
		}
	}
}

// addUpdateJobs: the agent's jobs have the names of their updates; a bundle's are of what
// it holds.
func (c *checker) addUpdateJobs(names []string) {
	for _, name := range names {
		if name == OfferedWord {
			c.addUpdateJobs(c.allUpdates())
			continue
		}
		c.jobs[name] = true
		if u := c.s.Update(name); u != nil {
			for _, choice := range u.Bundles {
				for _, part := range choice.Names {
					c.jobs[part] = true
				}
			}
		}
	}
}

func (c *checker) checkExpectUpdates(s *Step, e *ExpectUpdates) {
	for _, w := range []struct {
		key  string
		want Want[Names]
	}{{"offered", e.Offered}, {"found", e.Found}, {"installed", e.Installed}} {
		for _, name := range w.want.Value {
			c.checkUpdateName(w.key, w.want.Pos, name)
		}
	}
	for _, r := range e.NotOffered {
		c.checkUpdateName("not-offered", r.Pos, r.Name)
	}
	for _, h := range e.History.Value {
		c.checkUpdateName("history", h.Update.Pos, h.Update.Value)
	}
	for _, r := range e.Results {
		c.checkUpdateName("results", r.Pos, r.Name)
	}
	switch {
	case e.Found.Set && s.Search == nil:
		c.fail(e.Found.Pos, "found: the step searches nothing", "add search:, or expect offered")
	case !c.detected && (e.Offered.Set || e.Installed.Set || e.Trips.Set || len(e.NotOffered) > 0):
		c.fail(e.Pos, "updates: no step before detects anything", "add detect: true to this step or to one before")
	case len(e.Results) > 0 && len(s.InstallUpdates) == 0 && len(s.UninstallUpdates) == 0:
		c.fail(e.Pos, "results: the step installs nothing and removes nothing", "add install-updates or uninstall-updates")
	}
}

func (c *checker) checkExpectWSUS(e *ExpectWSUS) {
	w := c.s.WSUSByName(e.On.Value)
	if w == nil {
		var names []string
		for i := range c.s.Servers {
			if c.s.Servers[i].WSUS != nil {
				names = append(names, c.s.Servers[i].Name)
			}
		}
		c.failName(e.On.Pos, fmt.Sprintf("wsus: %s is no update server", quote(e.On.Value)), e.On.Value, func() []string { return names })
		return
	}
	for _, event := range e.Events {
		if event.Update.Set && event.Update.Value != noneWord {
			c.checkUpdateName("events", event.Update.Pos, event.Update.Value)
		}
	}
	if !e.Computers.Set && e.Computer == nil && !e.Count.Set && len(e.Events) == 0 {
		c.fail(e.Pos, "wsus: nothing is expected", "add computers, computer, events-count or events")
	}
}
