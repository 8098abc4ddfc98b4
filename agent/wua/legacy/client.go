package legacy

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/agent/wua/applicability"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/wusp"
	"github.com/wualab/wualab/wuv4"
)

// FirstVersion is that of the client before it brought itself up to date: the one of
// Windows XP SP1. Assumed.
var FirstVersion = machine.FileVersion{Major: 5, Minor: 4, Build: 3630, Private: 2550}

// Client is the client. Make it with [New]. One round runs at a time; it is safe for
// concurrent use.
type Client struct {
	cfg    wua.Config
	worker *wua.Agent // downloads and installs

	mu        sync.Mutex
	version   machine.FileVersion
	ident     wuv4.Ident
	identSeen string // Last-Modified of the ident that it has
	log       []string
}

// Item is an approved update, judged on the PC.
type Item struct {
	ID     string
	Update *wua.Update // Applicable says whether the PC lacks it
}

// New makes a client. Of the configuration Release, Style, State and Tuning do not count.
func New(cfg wua.Config) (*Client, error) {
	worker, err := wua.New(cfg)
	if err != nil {
		return nil, err
	}
	return &Client{cfg: cfg, worker: worker, version: FirstVersion}, nil
}

// Version gives the version of the client.
func (c *Client) Version() machine.FileVersion {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.version
}

// Log gives the lines of "windows update.log". Their form is assumed.
func (c *Client) Log() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.log...)
}

// SetBITS replaces the BITS service, after that was started anew.
func (c *Client) SetBITS(m *bits.Manager) { c.worker.SetBITS(m) }

// RebootRequired says whether the PC has to be restarted.
func (c *Client) RebootRequired() bool { return c.worker.RebootRequired() }

// Restarted does what installers left for the next start of the PC.
func (c *Client) Restarted() error { return c.worker.Restarted() }

// round is one piece of work against the server.
type round struct {
	*Client
	ctx    context.Context
	hold   clock.Hold
	server wua.Server
}

func (r *round) write(format string, args ...any) {
	r.log = append(r.log, r.cfg.Clock.Now().UTC().Format("2006-01-02 15:04:05 ")+fmt.Sprintf(format, args...))
}

func (c *Client) begin(ctx context.Context, h clock.Hold) (*round, error) {
	server, err := c.worker.Server()
	return &round{Client: c, ctx: ctx, hold: h, server: server}, err
}

// Detect asks the server for what is approved and tells which of it the PC lacks. An
// error is a *wua.Error. h is the caller's hold on the clock.
func (c *Client) Detect(ctx context.Context, h clock.Hold) ([]Item, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, err := c.begin(ctx, h)
	if err != nil {
		return nil, err
	}
	return r.detect()
}

func (r *round) detect() ([]Item, error) {
	if err := r.identify(); err != nil {
		r.write("Error: Library download error. Will retry. 0x%08X", uint32(codeIn(err)))
		return nil, err
	}
	if err := r.selfUpdate(); err != nil {
		return nil, err
	}
	r.ping(wuv4.Ping{Component: "iu", Activity: wuv4.Initialization}, nil)
	items, err := r.catalogue()
	r.ping(wuv4.Ping{Component: "au", Activity: wuv4.Detection}, err)
	if err != nil {
		return nil, err
	}
	needed := 0
	for _, item := range items {
		if item.Update.Applicable {
			needed++
			r.write("Needed: %s %s", item.ID, item.Update.Title())
		}
	}
	r.write("Found %d approved updates, of which the PC lacks %d", len(items), needed)
	return items, nil
}

// judge says which of the approved updates the PC lacks. Prerequisites do not count: the
// server lists what is for this Windows. Assumed.
func (r *round) judge(item wuv4.Item) Item {
	core := *item.Core
	core.Prerequisites = nil
	u := wua.Judge(r.cfg.Machine, []wua.Candidate{{Core: &core, Title: item.Title, Deployment: wusp.Deployment{Action: wusp.ActionInstall}}})[0]
	u.Extended, u.URLs, u.Unmoved = item.Extended, map[string]string{}, true
	for digest, url := range item.URLs {
		if strings.HasPrefix(url, "/") {
			url = r.server.URL + url
		}
		u.URLs[digest] = url
	}
	if unknown := u.State.Unknowns(); len(unknown) > 0 && u.State.Installed == applicability.Unknown {
		r.write("Not detected: %s: %s", item.ID, strings.Join(unknown, "; "))
	}
	return Item{ID: item.ID, Update: u}
}

// Download fetches the files of an update by BITS and checks them. An error is a
// *wua.Error. h is the caller's hold on the clock.
func (c *Client) Download(ctx context.Context, h clock.Hold, item Item) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, err := c.begin(ctx, h)
	if err != nil {
		return err
	}
	return r.download(item)
}

func (r *round) download(item Item) error {
	err := r.worker.Download(r.ctx, r.hold, item.Update)
	r.write("Download of %s: 0x%08X", item.ID, uint32(codeIn(err)))
	r.ping(wuv4.Ping{Component: "au", Activity: wuv4.Download, Item: item.ID}, err)
	return err
}

// Install runs the installer of a downloaded update. An error is a *wua.Error for what
// could not be begun. h is the caller's hold on the clock.
func (c *Client) Install(ctx context.Context, h clock.Hold, item Item) (wua.Installation, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, err := c.begin(ctx, h)
	if err != nil {
		return wua.Installation{}, err
	}
	return r.install(item)
}

func (r *round) install(item Item) (wua.Installation, error) {
	done, err := r.worker.Install(r.ctx, r.hold, item.Update)
	p := wuv4.Ping{Component: "au", Activity: wuv4.Installation, Item: item.ID}
	failed := err
	switch {
	case err == nil && done.Result != wua.Succeeded:
		failed = &hresult.Error{Code: done.HResult}
	case err == nil && done.RebootRequired:
		p.Status = wuv4.RestartPending
	}
	r.write("Installation of %s: %v, 0x%08X", item.ID, done.Result, uint32(codeIn(failed)))
	r.ping(p, failed)
	return done, err
}

// codeIn gives the code of an error; S_OK of none.
func codeIn(err error) hresult.HRESULT {
	code, ok := hresult.Of(err)
	switch {
	case err == nil:
		return hresult.S_OK
	case !ok:
		return hresult.E_FAIL
	}
	return code
}

// Options of Automatic Updates, AUOptions ("Configure Automatic Updates in a Non-Active
// Directory Environment").
const (
	notifyBeforeDownload = 2
	notifyBeforeInstall  = 3
)

// Done is what became of a cycle.
type Done struct {
	Items         []Item
	Downloaded    []string // IDs
	Installed     []string
	Installations map[string]wua.Installation
}

// Cycle does a round as AUOptions says: 2 detects, 3 downloads also, 4 installs also.
// Assumed: no value is 3, and 4 installs at once, without a schedule. Downloads and
// installations that fail do not end it; their errors are joined. h is the caller's hold
// on the clock.
func (c *Client) Cycle(ctx context.Context, h clock.Hold) (Done, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	done := Done{Installations: map[string]wua.Installation{}}
	r, err := c.begin(ctx, h)
	if err != nil {
		return done, err
	}
	if done.Items, err = r.detect(); err != nil {
		return done, err
	}
	option, present, err := c.cfg.Machine.Registry().DWORD(`HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU`, "AUOptions")
	if err != nil || !present {
		option = notifyBeforeInstall
	}
	if option == notifyBeforeDownload {
		return done, nil
	}
	var errs []error
	for _, item := range done.Items {
		if item.Update.Applicable {
			errs = append(errs, r.carryOut(item, option > notifyBeforeInstall, &done))
		}
	}
	return done, errors.Join(errs...)
}

// carryOut downloads one update and installs it if wanted. After one that wants a restart
// nothing more is installed.
func (r *round) carryOut(item Item, install bool, done *Done) error {
	if err := r.download(item); err != nil {
		return err
	}
	done.Downloaded = append(done.Downloaded, item.ID)
	if !install || r.worker.RebootRequired() {
		return nil
	}
	result, err := r.install(item)
	if err != nil {
		return err
	}
	done.Installations[item.ID] = result
	if result.Result == wua.Succeeded {
		done.Installed = append(done.Installed, item.ID)
	}
	return nil
}

// local gives the time as the PC's clock shows it. The model's PCs are in UTC.
func (r *round) local() time.Time { return r.cfg.Clock.Now().UTC().Add(r.cfg.Machine.ClockSkew()) }
