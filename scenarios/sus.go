package scenarios

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/agent/wua/legacy"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/sus"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
	"github.com/wualab/wualab/wuv4"
)

// addSUS makes the server of SUS 1.0 that a server is, if it is one.
func (f *fakes) addSUS(s *plan.Server, config *fakeserver.Config) error {
	w := s.SUS
	if w == nil {
		return nil
	}
	cfg := sus.Config{Name: s.Name, ClientVersion: w.ClientVersion.Value, NoIdent: w.Missing.Value == "ident", Clock: f.clock}
	for i := range w.Updates {
		u := &w.Updates[i]
		entry := sus.Update{Update: catalogueEntry(&plan.WSUS{}, u.Update()), ID: u.ItemID(), Systems: u.Systems, Locales: u.Locales}
		cfg.Updates = append(cfg.Updates, entry)
		if u.Approved.Or(true) {
			cfg.Approved = append(cfg.Approved, entry.ID)
		}
		if cfg.Root == nil && slices.ContainsFunc(u.Files, func(f plan.UpdateFile) bool { return f.From.Set }) {
			root, err := os.OpenRoot(f.base)
			if err != nil {
				return fmt.Errorf("%v: server %s: %w", u.Pos, s.Name, err)
			}
			defer func() { _ = root.Close() }() // read only
			cfg.Root = root
		}
	}
	server, err := sus.New(cfg)
	if err != nil {
		return fmt.Errorf("%v: server %w", w.Pos, err)
	}
	f.sus[s.Name] = server
	config.Routes = append(config.Routes, server.Routes()...)
	for path, file := range server.Files() {
		if w.Missing.Value != "client" || !strings.HasPrefix(path, wuv4.SelfUpdate) {
			config.Files[path] = file
		}
	}
	return nil
}

// changeSUS alters a server of SUS 1.0 while it runs.
func (f *fakes) changeSUS(c plan.Change) error {
	if c.SUS == nil {
		return nil
	}
	ids := func(names []string) (list []string) {
		for _, name := range names {
			list = append(list, f.plan.SUSByName(c.Node).Update(name).ItemID())
		}
		return list
	}
	f.sus[c.Node].Withdraw(ids(c.SUS.Withdraw)...)
	return f.sus[c.Node].Approve(ids(c.SUS.Approve)...)
}

// addSUS adds the updates of servers of SUS 1.0 to those that are known by name.
func (u *updating) addSUS(s *plan.Scenario) {
	for i := range s.Servers {
		if w := s.Servers[i].SUS; w != nil {
			for j := range w.Updates {
				one := w.Updates[j].Update()
				u.names[string(one.ID())], u.plan[string(one.ID())] = one.Name, one
			}
		}
	}
}

// susMark says how much there was of what only grows before a step, and what was done in it.
type susMark struct {
	pings      map[string]int // by server
	lines      int            // of the client's log
	downloaded []string
}

func (w *world) susMark() (m susMark) {
	if len(w.sus) == 0 || w.pc == nil {
		return m
	}
	m.pings = map[string]int{}
	for name, server := range w.sus {
		m.pings[name] = len(server.Pings())
	}
	if client, err := w.pc.LegacyUpdates(); err == nil {
		m.lines = len(client.Log())
	}
	return m
}

// susStep lets the client of SUS 1.0 do what a step says.
func (w *world) susStep(ctx context.Context, hold clock.Hold, s *plan.SUSStep, h *happened) error {
	if s == nil {
		return nil
	}
	client, err := w.pc.LegacyUpdates()
	if err != nil {
		return err
	}
	defer w.tellSUS(client, h)
	switch s.Do.Value {
	case "detect":
		items, err := client.Detect(ctx, hold)
		if err == nil {
			w.listed, w.fetched = items, nil
		}
		return err
	case "download":
		return w.fetchSUS(ctx, hold, client, h)
	case "install":
		return w.installSUS(ctx, hold, client, h)
	}
	done, err := client.Cycle(ctx, hold)
	if len(done.Items) > 0 || err == nil {
		w.listed, w.fetched = done.Items, nil
	}
	errs := []error{err}
	for _, item := range done.Items {
		if slices.Contains(done.Downloaded, item.ID) {
			h.sus.downloaded = append(h.sus.downloaded, w.updates.name(item.Update.Identity.UpdateID))
			w.fetched = append(w.fetched, item)
		}
		if result, ran := done.Installations[item.ID]; ran {
			errs = append(errs, w.endedSUS(item, result, h))
		}
	}
	return errors.Join(errs...)
}

// fetchSUS downloads what the last detection found lacking.
func (w *world) fetchSUS(ctx context.Context, hold clock.Hold, client *legacy.Client, h *happened) error {
	var errs []error
	for _, item := range w.listed {
		if !item.Update.Applicable || slices.ContainsFunc(w.fetched, func(f legacy.Item) bool { return f.ID == item.ID }) {
			continue
		}
		err := client.Download(ctx, hold, item)
		errs = append(errs, err)
		if err == nil {
			w.fetched = append(w.fetched, item)
			h.sus.downloaded = append(h.sus.downloaded, w.updates.name(item.Update.Identity.UpdateID))
		}
	}
	return errors.Join(errs...)
}

// installSUS installs what was downloaded; after one that wants a restart nothing more.
func (w *world) installSUS(ctx context.Context, hold clock.Hold, client *legacy.Client, h *happened) error {
	var errs []error
	for _, item := range slices.Clone(w.fetched) {
		if client.RebootRequired() {
			break
		}
		result, err := client.Install(ctx, hold, item)
		if err == nil {
			err = w.endedSUS(item, result, h)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// endedSUS keeps how an installer ended.
func (w *world) endedSUS(item legacy.Item, done wua.Installation, h *happened) error {
	name := w.updates.name(item.Update.Identity.UpdateID)
	h.installed = append(h.installed, installed{name, done})
	h.result = max(h.result, done.HResult)
	if done.HResult.Failed() {
		return &hresult.Error{Code: done.HResult, Cause: fmt.Errorf("the installer of %s has failed: exit code %d", name, done.ExitCode)}
	}
	w.fetched = slices.DeleteFunc(w.fetched, func(f legacy.Item) bool { return f.ID == item.ID })
	return nil
}

// legacyLog is the subject of notes that are lines of the client's log.
const legacyLog = "windows update.log"

// tellSUS puts the lines of the client's log on the record.
func (w *world) tellSUS(client *legacy.Client, h *happened) {
	for _, line := range client.Log()[h.sus.lines:] {
		w.record.Add(transcript.Event{Kind: transcript.KindNote, Node: "client", Subject: legacyLog, Text: line})
	}
}

// settledSUS tells what the last detection made of each update, and how installers ended.
func (w *world) settledSUS(h *happened) []UpdateOutcome {
	var list []*wua.Update
	for _, item := range w.listed {
		list = append(list, item.Update)
	}
	out := w.outcomes(list)
	addResults(out, h)
	return out
}
