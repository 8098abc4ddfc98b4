package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wualab/wualab/metadata"
)

// The groups that every update server has.
const (
	allComputers        = "All Computers"
	unassignedComputers = "Unassigned Computers"
)

// WSUSByName gives the update server of that name, or nil.
func (s *Scenario) WSUSByName(name string) *WSUS {
	if server := s.Server(name); server != nil {
		return server.WSUS
	}
	return nil
}

// Update gives the update of that name; nil when no server has it.
func (s *Scenario) Update(name string) *WSUSUpdate {
	for i := range s.Servers {
		if u := s.Servers[i].WSUS.update(name); u != nil {
			return u
		}
	}
	return nil
}

func (w *WSUS) update(name string) *WSUSUpdate {
	if w == nil {
		return nil
	}
	for i := range w.Updates {
		if w.Updates[i].Name == name {
			return &w.Updates[i]
		}
	}
	return nil
}

func (w *WSUS) updateNames() []string {
	names := make([]string, 0, len(w.Updates))
	for i := range w.Updates {
		names = append(names, w.Updates[i].Name)
	}
	return names
}

func (w *WSUS) groupNames() []string {
	names := []string{allComputers, unassignedComputers}
	for _, g := range w.Groups {
		names = append(names, g.Name)
	}
	return names
}

// checkWSUS sees that what an update server names is there.
func (c *checker) checkWSUS(s *Server) {
	w := s.WSUS
	if w == nil {
		return
	}
	ids := map[string]string{}
	for i := range w.Updates {
		u := &w.Updates[i]
		c.checkUpdate(w, u)
		id := string(u.ID())
		if other, taken := ids[id]; taken {
			c.fail(u.Pos, fmt.Sprintf("update %s: %s has its update-id", u.Name, other), "give each update an identifier of its own, or leave update-id out")
		}
		ids[id] = u.Name
	}
	for i := range w.Groups {
		if g := &w.Groups[i]; g.Name == allComputers || g.Name == unassignedComputers {
			c.fail(g.Pos, fmt.Sprintf("groups: every server has %s", g.Name), "leave it out")
		}
	}
	c.checkApprovals(w, w.Approvals)
	c.checkWSUSFaults(w.Faults)
	c.checkSelfUpdate(w.SelfUpdate)
}

func (c *checker) checkSelfUpdate(u *SelfUpdate) {
	switch {
	case u == nil:
	case u.Directory.Value == "missing" && *u != (SelfUpdate{Pos: u.Pos, Directory: u.Directory}):
		c.fail(u.Directory.Pos, "self-update: the directory is missing, and more is said of it", "leave the rest out")
	case u.Unsupported.Value && !u.Version.Set:
		c.fail(u.Unsupported.Pos, "self-update: unsupported without version", "say before which version agents have no way")
	case u.Version.Value == absentWord || u.Setup.Value == absentWord:
		c.fail(u.Pos, "self-update: absent is no version", "leave the key out")
	case u.Ident.Set && (u.Version.Set || u.Unsupported.Set):
		c.fail(u.Ident.Pos, "self-update: both ident and version", "wuident.txt says it")
	}
}

func (c *checker) checkUpdate(w *WSUS, u *WSUSUpdate) {
	named := func(what string, pos Pos, name string) {
		if w.update(name) == nil {
			c.failName(pos, fmt.Sprintf("update %s: %s: unknown update %s", u.Name, what, quote(name)), name, w.updateNames)
		}
		if name == u.Name {
			c.fail(pos, fmt.Sprintf("update %s: %s: it names itself", u.Name, what), "name another update")
		}
	}
	for _, p := range u.Prerequisites {
		for _, name := range p.Names {
			named("prerequisites", p.Pos, name)
		}
	}
	for _, p := range u.Bundles {
		for _, name := range p.Names {
			named("bundles", p.Pos, name)
		}
	}
	for _, name := range u.Supersedes {
		named("supersedes", u.Pos, name)
	}
	for _, name := range u.Categories {
		named("categories", u.Pos, name)
		if other := w.update(name); other != nil && other.Type.Value != string(metadata.Category) {
			c.fail(u.Pos, fmt.Sprintf("update %s: categories: %s is of type %s", u.Name, name, other.Type.Value), "name an update of type Category")
		}
	}
	c.checkUpdateParts(u)
	c.checkDrivers(u)
	c.checkEffect(u, "installer", u.Installer)
	c.checkEffect(u, "uninstaller", u.Uninstaller)
}

// checkUpdateParts sees to keys that do not fit together.
func (c *checker) checkUpdateParts(u *WSUSUpdate) {
	for _, f := range u.Files {
		c.checkUpdateFile(u, f)
	}
	if len(u.ReturnCodes) > 0 && u.Handler.Set && u.Handler.Value != "CommandLineInstallation" {
		c.fail(u.Handler.Pos, fmt.Sprintf("update %s: return-codes with the handler %s", u.Name, u.Handler.Value), "they are of CommandLineInstallation; others tell by the exit codes of Update.exe")
	}
	for _, o := range []Opt[bool]{u.DefaultReboot, {Set: u.DefaultResult.Set, Pos: u.DefaultResult.Pos}} {
		if o.Set && len(u.ReturnCodes) == 0 && u.Handler.Value != "CommandLineInstallation" {
			c.fail(o.Pos, fmt.Sprintf("update %s: what other exit codes mean, without CommandLineInstallation", u.Name), "add return-codes, or handler: CommandLineInstallation")
		}
	}
	if u.Metadata.Set {
		c.checkDocument(u)
	}
	if u.Known.Set {
		c.checkKnown(u)
	}
}

func (c *checker) checkUpdateFile(u *WSUSUpdate, f UpdateFile) {
	switch {
	case u.Eula != nil && strings.EqualFold(f.Name, EulaFile):
		c.fail(f.Pos, fmt.Sprintf("update %s: file %s: the license terms have that name", u.Name, f.Name), "take another name")
	case f.Size.Set && f.From.Set:
		c.fail(f.From.Pos, fmt.Sprintf("update %s: file %s: both size and from", u.Name, f.Name), "a file is generated or read, not both")
	case !f.Size.Set && !f.From.Set && !u.Known.Set:
		c.fail(f.Pos, fmt.Sprintf("update %s: file %s: neither size nor from", u.Name, f.Name), "write {size: 300kB, seed: 7}, or {from: data/file.exe}")
	}
}

// checkDocument sees that a whole document can be read, and says all by itself.
func (c *checker) checkDocument(u *WSUSUpdate) {
	parsed, _, err := metadata.ParseUpdate([]byte(u.Metadata.Value))
	if err != nil {
		c.fail(u.Metadata.Pos, fmt.Sprintf("update %s: metadata: %s", u.Name, oneLine(err.Error())), "write the XML of one update, as a catalogue has it")
		return
	}
	if u.UpdateID.Set && !strings.EqualFold(u.UpdateID.Value, string(parsed.Identity.UpdateID)) {
		c.fail(u.UpdateID.Pos, fmt.Sprintf("update %s: the metadata has the UpdateID %s", u.Name, parsed.Identity.UpdateID), "write the same")
	}
	if !u.UpdateID.Set {
		c.fail(u.Metadata.Pos, fmt.Sprintf("update %s: metadata without update-id", u.Name), fmt.Sprintf("add update-id: %s", parsed.Identity.UpdateID))
	}
	c.checkDescribedOnce(u, "metadata")
}

// checkDescribedOnce refuses keys that say what key says already.
func (c *checker) checkDescribedOnce(u *WSUSUpdate, key string) {
	for _, has := range []struct {
		key string
		set bool
	}{{"title", u.Title.Set}, {"installed", u.Installed.Rule != nil}, {"installable", u.Installable.Rule != nil}, {"superseded", u.Superseded.Rule != nil},
		{"prerequisites", len(u.Prerequisites) > 0}, {"bundles", len(u.Bundles) > 0}, {"supersedes", len(u.Supersedes) > 0}, {"handler", u.Handler.Set},
		{"return-codes", len(u.ReturnCodes) > 0}, {"kb", len(u.KB) > 0}, {"categories", len(u.Categories) > 0}, {"driver", len(u.Driver) > 0}, {"eula", u.Eula != nil}} {
		if has.set {
			c.fail(u.Pos, fmt.Sprintf("update %s: both %s and %s", u.Name, key, has.key), "the update is told by "+key+"; leave the key out")
		}
	}
}

func (c *checker) checkEffect(u *WSUSUpdate, key string, e *Effect) {
	if e == nil {
		return
	}
	if e.Hangs.Value && (e.ExitCode.Set || e.Takes.Set || len(e.Files) > 0 || len(e.Registry) > 0 || e.AtReboot != nil) {
		c.fail(e.Hangs.Pos, fmt.Sprintf("update %s: %s: it hangs, and does more", u.Name, key), "what hangs never comes to anything; leave the rest out")
	}
}

func (c *checker) checkApprovals(w *WSUS, list []Approval) {
	for i := range list {
		a := &list[i]
		if w.update(a.Update.Value) == nil {
			c.failName(a.Update.Pos, fmt.Sprintf("approvals: unknown update %s", quote(a.Update.Value)), a.Update.Value, w.updateNames)
		}
		if a.Group.Set && !slices.Contains(w.groupNames(), a.Group.Value) {
			c.failName(a.Group.Pos, fmt.Sprintf("approvals: unknown group %s", quote(a.Group.Value)), a.Group.Value, w.groupNames)
		}
		if a.Withdraws() && (a.Deadline.Set || a.Assigned.Set || a.Priority.Set) {
			c.fail(a.Pos, "approvals: NotApproved takes an approval back", "leave deadline, assigned and download-priority out")
		}
	}
}

func (c *checker) checkWSUSFaults(list []WSUSFault) {
	for _, f := range list {
		switch {
		case !f.Code.Set && !f.SOAP.Set && !f.Body.Set:
			c.fail(f.Pos, "faults: nothing goes wrong", "say code, soap or body")
		case f.Body.Set && (f.Code.Set || f.SOAP.Set || f.Message.Set):
			c.fail(f.Body.Pos, "faults: both a body and a fault", "an answer, or a fault")
		}
	}
}

func (c *checker) checkWSUSChange(change Change) {
	if change.WSUS == nil {
		return
	}
	w := c.s.WSUSByName(change.Node)
	if w == nil {
		c.fail(change.WSUS.Pos, fmt.Sprintf("change: %s is no update server", change.Node), "add wsus: to the server, or change another")
		return
	}
	c.checkApprovals(w, change.WSUS.Approvals)
	c.checkWSUSFaults(change.WSUS.Faults.Value)
}
