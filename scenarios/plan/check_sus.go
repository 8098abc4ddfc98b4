package plan

import (
	"fmt"
	"strings"
)

// noSUS is the hint for what needs a server of SUS 1.0.
const noSUS = "add sus to a server: servers: {sus: {sus: {updates: {...}}}}"

// checkSUS sees that what a server of SUS 1.0 names fits together.
func (c *checker) checkSUS(s *Server) {
	w := s.SUS
	if w == nil {
		return
	}
	if s.WSUS != nil {
		c.fail(w.Pos, fmt.Sprintf("server %s: both sus and wsus", s.Name), "the PC's policy names a server of one kind; make two")
	}
	if w.ClientVersion.Value == absentWord {
		c.fail(w.ClientVersion.Pos, "sus: client-version: absent is no version", "leave the key out")
	}
	items := map[string]string{}
	for i := range w.Updates {
		u := &w.Updates[i]
		c.checkSUSUpdate(u)
		id := strings.ToLower(u.ItemID())
		if other, taken := items[id]; taken {
			c.fail(u.Pos, fmt.Sprintf("update %s: %s has the item %s", u.Name, other, u.ItemID()), "give each update an item of its own, or leave item out")
		}
		items[id] = u.Name
	}
}

func (c *checker) checkSUSUpdate(u *SUSUpdate) {
	later := u.Update()
	if c.s.Update(u.Name) != nil {
		c.fail(u.Pos, fmt.Sprintf("update %s: a server with wsus has an update of that name", u.Name), "take another name")
	}
	c.checkUpdateParts(later)
	c.checkEffect(later, "installer", later.Installer)
}

// checkSUSName sees that a server of SUS 1.0, or with "" any, has an update.
func (c *checker) checkSUSName(server, key string, pos Pos, name string) {
	names := map[string]bool{}
	for i := range c.s.Servers {
		if s := &c.s.Servers[i]; s.SUS != nil && (server == "" || s.Name == server) {
			for j := range s.SUS.Updates {
				names[s.SUS.Updates[j].Name] = true
			}
		}
	}
	if !names[name] {
		c.failName(pos, fmt.Sprintf("%s: unknown update %s", key, quote(name)), name, func() []string { return keysOf(names) })
	}
}

func (c *checker) checkSUSChange(change Change) {
	s := change.SUS
	if s == nil {
		return
	}
	if c.s.SUSByName(change.Node) == nil {
		c.fail(s.Pos, fmt.Sprintf("change: %s is no server of SUS 1.0", change.Node), noSUS)
		return
	}
	for _, name := range s.Approve {
		c.checkSUSName(change.Node, "approve", s.Pos, name)
	}
	for _, name := range s.Withdraw {
		c.checkSUSName(change.Node, "withdraw", s.Pos, name)
	}
	if len(s.Approve) == 0 && len(s.Withdraw) == 0 {
		c.fail(s.Pos, "sus: nothing changes", "add approve or withdraw")
	}
}

// checkSUSStep sees that there is a server, and something to work on.
func (c *checker) checkSUSStep(s *SUSStep) {
	if s == nil {
		return
	}
	if c.s.FirstSUS() == "" {
		c.fail(s.Pos, "sus: no server is one of SUS 1.0", noSUS)
		return
	}
	switch s.Do.Value {
	case "detect", "cycle":
		c.legacy = true
	default:
		if !c.legacy {
			c.fail(s.Pos, fmt.Sprintf("sus: %s: no step before detects anything", s.Do.Value), "add a step with sus: detect before it")
		}
	}
	for i := range c.s.Servers { // the jobs have the names of their updates
		if server := c.s.Servers[i].SUS; server != nil && s.Do.Value != "detect" {
			for j := range server.Updates {
				c.jobs[server.Updates[j].Name] = true
			}
		}
	}
}

func (c *checker) checkExpectSUS(s *Step, e *ExpectSUS) {
	if e == nil {
		return
	}
	switch first := c.s.FirstSUS(); {
	case first == "":
		c.fail(e.Pos, "sus: no server is one of SUS 1.0", noSUS)
		return
	case !e.On.Set:
		e.On.Value = first
	case c.s.SUSByName(e.On.Value) == nil:
		c.failName(e.On.Pos, fmt.Sprintf("sus: %s is no server of SUS 1.0", quote(e.On.Value)), e.On.Value, func() []string { return []string{first} })
		return
	}
	for _, w := range []struct {
		key  string
		want Want[Names]
	}{{"listed", e.Listed}, {"needed", e.Needed}, {"downloaded", e.Downloaded}, {"installed", e.Installed}} {
		for _, name := range w.want.Value {
			c.checkSUSName("", w.key, w.want.Pos, name)
		}
	}
	for _, r := range e.Results {
		c.checkSUSName("", "results", r.Pos, r.Name)
	}
	for _, p := range e.Pings.Value {
		if p.Update.Set && p.Update.Value != noneWord {
			c.checkSUSName("", "pings", p.Update.Pos, p.Update.Value)
		}
	}
	switch {
	case (e.Listed.Set || e.Needed.Set) && !c.legacy:
		c.fail(e.Pos, "sus: no step before detects anything", "add sus: detect or sus: cycle to this step or to one before")
	case (e.Downloaded.Set || e.Installed.Set || len(e.Results) > 0 || len(e.Log) > 0) && s.SUS == nil:
		c.fail(e.Pos, "sus: the client does nothing in this step", "add sus: to the step")
	case !e.OfClient() && !e.Pings.Set:
		c.fail(e.Pos, "sus: nothing is expected", "add listed, needed, downloaded, installed, results, pings, client-version, reboot-required or log")
	}
}
