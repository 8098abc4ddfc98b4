package sms

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
)

// Client is the Advanced Client of one PC. Make it with [New]. It is safe for concurrent
// use.
type Client struct {
	cfg  Config
	logs *Logs

	polling turn // of who fetches policy
	working turn // of who works on advertisements
	sending turn // of who sends status messages

	mu      sync.Mutex // guards what follows
	state   *State
	count   int // of messages that were sent
	service *service
}

// New makes a client, which does nothing by itself until Start.
func New(cfg Config) (*Client, error) {
	if cfg.Machine == nil || cfg.HTTP == nil || cfg.BITS == nil || cfg.SMB == nil || cfg.Disk == nil || cfg.Clock == nil {
		return nil, errors.New("sms: the configuration lacks Machine, HTTP, BITS, SMB, Disk or Clock")
	}
	if cfg.ManagementPoint == "" {
		return nil, errors.New("sms: the client is assigned to no management point")
	}
	cfg.ManagementPoint = strings.TrimRight(cfg.ManagementPoint, "/")
	cfg.Tuning = cfg.Tuning.withDefaults()
	if cfg.SiteCode == "" {
		cfg.SiteCode = "LAB"
	}
	if cfg.Proxy == nil {
		cfg.Proxy = func() winhttp.ProxySettings { return winhttp.ProxySettings{} }
	}
	c := &Client{cfg: cfg, logs: cfg.Logs, state: cfg.State}
	if c.logs == nil {
		c.logs = &Logs{now: cfg.Clock.Now}
	}
	if c.state == nil {
		c.state = &State{}
	}
	if c.state.ClientID == "" {
		c.state.ClientID = "GUID:" + idOf("client "+cfg.Machine.Hostname())
	}
	return c, nil
}

// idOf makes a GUID, without braces, of a text. Assumed: real ones are random; these are
// the same in every run.
func idOf(text string) string {
	h := fnv.New128a()
	_, _ = h.Write([]byte(text))
	sum := h.Sum(nil)
	sum[6], sum[8] = sum[6]&0x0F|0x40, sum[8]&0x3F|0x80
	return strings.ToUpper(fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:]))
}

// SetBITS gives the client the BITS service that has taken the place of the one before.
func (c *Client) SetBITS(m *bits.Manager) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cfg.BITS = m
}

func (c *Client) bits() *bits.Manager {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cfg.BITS
}

// Logs gives what the client wrote into its log files.
func (c *Client) Logs() *Logs { return c.logs }

// State gives what the client keeps from one start to the next; give it to another
// client on the same PC to begin where this one is.
func (c *Client) State() *State {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state.clone()
}

// Advertisements gives the advertisements that the client knows, by their IDs.
func (c *Client) Advertisements() []Advertisement { return c.State().Advertisements }

// Advertisement finds an advertisement by its ID.
func (c *Client) Advertisement(id string) (Advertisement, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if a := c.state.find(id); a != nil {
		return *a, true
	}
	return Advertisement{}, false
}

// update changes an advertisement, if it is still there.
func (c *Client) update(id string, change func(*Advertisement)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if a := c.state.find(id); a != nil {
		change(a)
	}
}

// round is one piece of work that holds the clock.
type round struct {
	*Client
	ctx  context.Context
	hold clock.Hold
}

// Evaluate works on the advertisements that are due: mandatory ones that are active, and
// those whose retry has come. They are taken one after another, in the order of their IDs;
// Assumed: real ones download beside each other. What becomes of them tells their state;
// the error is that of ctx. h is the caller's hold on the clock.
func (c *Client) Evaluate(ctx context.Context, h clock.Hold) error {
	if err := c.working.take(ctx, h); err != nil {
		return err
	}
	defer c.working.give()
	r := &round{c, ctx, h}
	for {
		id, ok := c.nextDue()
		if !ok {
			break
		}
		r.work(id)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		r.sendStatus()
	}
	r.sendStatus()
	return ctx.Err()
}

// Run works on an advertisement as when a user starts it from Run Advertised Programs,
// whatever became of it before.
func (c *Client) Run(ctx context.Context, h clock.Hold, id string) error {
	if _, ok := c.Advertisement(id); !ok {
		return &hresult.Error{Code: hresult.ERROR_NOT_FOUND, Cause: fmt.Errorf("the client knows no advertisement %q", id)}
	}
	if err := c.working.take(ctx, h); err != nil {
		return err
	}
	defer c.working.give()
	r := &round{c, ctx, h}
	c.update(id, func(a *Advertisement) { a.begin() })
	r.work(id)
	r.sendStatus()
	return ctx.Err()
}

// nextDue gives the first advertisement that is to be worked on now.
func (c *Client) nextDue() (string, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.cfg.Clock.Now()
	for i := range c.state.Advertisements {
		if a := &c.state.Advertisements[i]; a.due(now) {
			return a.AdvertisementID, true
		}
	}
	return "", false
}

// Restarted does what waits for a start of the PC: programs that asked for it have
// succeeded (KB 263700). The messages go with the next Poll or Evaluate.
func (c *Client) Restarted() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.state.Advertisements {
		if a := &c.state.Advertisements[i]; a.State == RebootPending {
			a.State = Succeeded
			c.queue(msgSucceeded, a, a.HResult)
		}
	}
}

// earliest gives when the first advertisement that waits is due.
func (c *Client) earliest() (time.Time, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var times []time.Time
	for i := range c.state.Advertisements {
		if at, ok := c.state.Advertisements[i].wakes(); ok {
			times = append(times, at)
		}
	}
	if len(times) == 0 {
		return time.Time{}, false
	}
	return slices.MinFunc(times, time.Time.Compare), true
}
