package scenarios

import (
	"fmt"
	"os"

	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/wsus"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/wusp"
)

// addWSUS makes the update server that a server is, if it is one, and adds its web
// services and its content.
func (f *fakes) addWSUS(s *plan.Server, config *fakeserver.Config, seed int64) error {
	w := s.WSUS
	if w == nil {
		return nil
	}
	root, err := f.openBase(w)
	if err != nil {
		return fmt.Errorf("%v: server %s: %w", w.Pos, s.Name, err)
	}
	if root != nil {
		defer func() { _ = root.Close() }() // read only
	}
	cfg := wsus.Config{
		Name: s.Name, ProtocolVersion: w.ProtocolVersion.Value, NoRegistration: w.Registration.Set && !w.Registration.Value, Root: root,
		CookieLife: w.CookieLife.Value, MaxNewUpdates: w.MaxNewUpdates.Value, MaxExtendedUpdates: w.MaxExtendedUpdates.Value,
		OmitProperties: w.NoProperties.Value, IgnoreCachedIDs: w.IgnoreCachedIDs.Value, Clock: f.clock, Seed: seed, Members: map[string][]string{},
		Faults: wsusFaults(w.Faults), Approvals: approvals(w, w.Approvals), SelfUpdate: selfUpdate(w.SelfUpdate),
	}
	for _, g := range w.Groups {
		cfg.Groups = append(cfg.Groups, g.Name)
		if len(g.Computers) > 0 {
			cfg.Members[g.Name] = g.Computers
		}
	}
	for i := range w.Updates {
		cfg.Updates = append(cfg.Updates, catalogueEntry(w, &w.Updates[i]))
	}
	cfg.Updates = append(cfg.Updates, products(w)...)
	server, err := wsus.New(cfg)
	if err != nil {
		return fmt.Errorf("%v: server %w", w.Pos, err)
	}
	f.wsus[s.Name] = server
	config.Routes = append(config.Routes, server.Routes()...)
	for path, file := range server.Files() {
		config.Files[path] = file
	}
	return nil
}

func selfUpdate(u *plan.SelfUpdate) wsus.SelfUpdate {
	if u == nil {
		return wsus.SelfUpdate{}
	}
	return wsus.SelfUpdate{Version: u.Version.Value, Unsupported: u.Unsupported.Value, Ident: u.Ident.Value, SetupVersion: u.Setup.Value,
		Signature: wsus.Signature(u.Signature.Value), Missing: u.Directory.Value == "missing", MissingSetup: u.MissingSetup.Value}
}

// openBase opens the scenario's folder where a file of an update is read from it.
func (f *fakes) openBase(w *plan.WSUS) (*os.Root, error) {
	for i := range w.Updates {
		for _, file := range w.Updates[i].Files {
			if file.From.Set {
				return os.OpenRoot(f.base)
			}
		}
	}
	return nil, nil
}

func wsusFaults(list []plan.WSUSFault) (out []wsus.Fault) {
	for _, f := range list {
		one := wsus.Fault{Nth: f.Nth.Value, Times: f.Times.Value, ErrorCode: wusp.ErrorCode(f.Code.Value), Message: f.Message.Value, Code: soapCodes[f.SOAP.Value]}
		if f.Operation.Value != "any" {
			one.Operation = f.Operation.Value
		}
		if f.Body.Set {
			one.Body = []byte(f.Body.Value)
		}
		out = append(out, one)
	}
	return out
}

var soapCodes = map[string]string{"Client": wusp.FaultClient, "Server": wusp.FaultServer, "VersionMismatch": wusp.FaultVersionMismatch, "MustUnderstand": wusp.FaultMustUnderstand}

// approvals gives those that add something.
func approvals(w *plan.WSUS, list []plan.Approval) (out []wsus.Approval) {
	for i := range list {
		a := &list[i]
		if a.Withdraws() {
			continue
		}
		one := wsus.Approval{UpdateID: updateID(w, a.Update.Value), Group: a.Group.Value, Action: wusp.ActionInstall, Deadline: a.Deadline.Value, DownloadPriority: a.Priority.Value}
		if a.Action.Set {
			one.Action = wusp.Action(a.Action.Value)
		}
		if a.Assigned.Set {
			one.IsAssigned = &a.Assigned.Value
		}
		out = append(out, one)
	}
	return out
}

func updateID(w *plan.WSUS, name string) wusp.GUID {
	for i := range w.Updates {
		if w.Updates[i].Name == name {
			return w.Updates[i].ID()
		}
	}
	return plan.UpdateID(name)
}

// changeWSUS alters an update server while it runs.
func (f *fakes) changeWSUS(c plan.Change) error {
	if c.WSUS == nil {
		return nil
	}
	server, w := f.wsus[c.Node], f.plan.Server(c.Node).WSUS
	for i := range c.WSUS.Approvals {
		if a := &c.WSUS.Approvals[i]; a.Withdraws() && !server.Withdraw(updateID(w, a.Update.Value), a.Group.Value) {
			return fmt.Errorf("%v: %s is not approved for this group", a.Pos, a.Update.Value)
		}
	}
	if err := server.Approve(approvals(w, c.WSUS.Approvals)...); err != nil {
		return err
	}
	if c.WSUS.Faults.Set {
		server.SetFaults(wsusFaults(c.WSUS.Faults.Value))
	}
	if c.WSUS.ChangeConfig.Value {
		server.ChangeConfig()
	}
	if c.WSUS.Rebuild.Value {
		server.Rebuild()
	}
	return nil
}

// catalogueEntry makes an entry of the catalogue of what the file says.
func catalogueEntry(w *plan.WSUS, u *plan.WSUSUpdate) wsus.Update {
	if kb, ok := u.KnownUpdate(); ok {
		return knownEntry(u, kb)
	}
	entry := wsus.Update{RevisionID: u.RevisionID.Value, Content: map[string]wsus.File{}}
	for _, f := range u.Files {
		file := fakeserver.File{Size: f.Size.Value, Seed: f.Seed.Value, From: f.From.Value}
		entry.Content[f.Name] = wsus.File{File: file, Corrupt: f.Content.Value == "wrong", Missing: f.Content.Value == "missing"}
	}
	for _, name := range u.Categories {
		entry.Categories = append(entry.Categories, updateID(w, name))
	}
	if u.Metadata.Set {
		entry.Document = []byte(u.Metadata.Value)
		return entry
	}
	entry.Metadata = &metadata.Update{Core: coreOf(w, u), Extended: extendedOf(u)}
	title := u.Title.Or(u.Name)
	entry.Metadata.Localized = []metadata.Localized{{Language: "en", Title: title, Description: u.Description.Value}}
	addEula(&entry, u)
	return entry
}

func coreOf(w *plan.WSUS, u *plan.WSUSUpdate) metadata.Core {
	kind := metadata.Type(u.Type.Value)
	core := metadata.Core{
		Identity: wusp.UpdateIdentity{UpdateID: u.ID(), RevisionNumber: u.Revision.Or(1)}, Type: kind,
		ExplicitlyDeployable: u.Deployable.Or(kind == metadata.Software || kind == metadata.Driver), AutoSelectOnWebSites: u.AutoSelect.Value,
		IsInstalled: u.Installed.Rule, IsInstallable: u.Installable.Rule, IsSuperseded: u.Superseded.Rule, Metadata: driverMetadata(u.Driver),
	}
	for _, p := range u.Prerequisites {
		core.Prerequisites = append(core.Prerequisites, clause(w, p, false))
	}
	for _, name := range u.Categories {
		core.Prerequisites = append(core.Prerequisites, metadata.Clause{IsCategory: true, AnyOf: []wusp.UpdateIdentity{{UpdateID: updateID(w, name)}}})
	}
	for _, p := range u.Bundles {
		core.Bundled = append(core.Bundled, clause(w, p, true))
	}
	for _, name := range u.Supersedes {
		core.Superseded = append(core.Superseded, updateID(w, name))
	}
	return core
}

// clause names updates; bundles name revisions of them, too (MS-WUSP 3.1.1.1).
func clause(w *plan.WSUS, p plan.AnyOf, revisions bool) (c metadata.Clause) {
	for _, name := range p.Names {
		id := wusp.UpdateIdentity{UpdateID: updateID(w, name)}
		if revisions {
			id.RevisionNumber = revisionOf(w, name)
		}
		c.AnyOf = append(c.AnyOf, id)
	}
	return c
}

func revisionOf(w *plan.WSUS, name string) int {
	for i := range w.Updates {
		if w.Updates[i].Name == name {
			return w.Updates[i].Revision.Or(1)
		}
	}
	return 1
}
