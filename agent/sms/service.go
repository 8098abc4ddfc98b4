package sms

import (
	"context"
	"sync"
	"time"

	"github.com/wualab/wualab/clock"
)

// service is the client while it runs by itself.
type service struct {
	ctx    context.Context
	cancel context.CancelFunc
	runs   sync.WaitGroup

	// Guarded by the client's lock.
	poll, wake func() bool // stop the timers; nil: not set
	working    bool        // an evaluation is under way
	again      bool        // and another one is wanted
}

// Start lets the client run by itself, as its service does: it asks for policy at once
// and then each Tuning.PollInterval, and works on what is due when it is. It returns at
// once. Starting twice does nothing more. Assumed: that policy is asked for at the start
// of the service, and not at a random time after it.
func (c *Client) Start() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.service != nil {
		return
	}
	s := &service{}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	c.service = s
	s.poll = c.cfg.Clock.AfterFunc(0, "SMS client: policy poll", func() { c.begin(s, "policy poll", c.pollAndGoOn) })
}

// Stop ends what Start began and waits for what runs. Stopping a client that does not run
// does nothing.
func (c *Client) Stop() {
	hold := c.cfg.Clock.Hold("SMS client: stop")
	defer hold.Release()
	c.mu.Lock()
	s := c.service
	c.service = nil
	if s != nil {
		for _, stop := range []func() bool{s.poll, s.wake} {
			if stop != nil {
				stop()
			}
		}
		s.cancel()
	}
	c.mu.Unlock()
	if s != nil {
		s.runs.Wait()
	}
}

// Running says whether the client runs by itself.
func (c *Client) Running() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.service != nil
}

// begin does work of a service that still runs, in a goroutine with a hold of its own:
// a timer's own one cannot wait.
func (c *Client) begin(s *service, what string, work func(*service, clock.Hold)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.service != s {
		return
	}
	hold := c.cfg.Clock.Hold("SMS client: " + what)
	s.runs.Add(1)
	go func() {
		defer s.runs.Done()
		defer hold.Release()
		work(s, hold)
	}()
}

// pollAndGoOn is one poll, which sets the next. No time passes for the sake of polls
// alone: a world in which nothing else is to come is idle.
func (c *Client) pollAndGoOn(s *service, hold clock.Hold) {
	_ = c.Poll(s.ctx, hold) // the log has it, and the next poll comes
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.service != s {
		return
	}
	s.poll = c.cfg.Clock.Lapse(c.cfg.Tuning.PollInterval, "SMS client: policy poll", func() { c.begin(s, "policy poll", c.pollAndGoOn) })
	c.wakeIn(s, 0)
}

// wakeIn has the advertisements looked at. The lock is held.
func (c *Client) wakeIn(s *service, d time.Duration) {
	if s.wake != nil {
		s.wake()
	}
	s.wake = c.cfg.Clock.AfterFunc(d, "SMS client: advertisements", func() { c.begin(s, "advertisements", c.evaluateAndGoOn) })
}

// evaluateAndGoOn works on what is due, and wakes again when something else is.
func (c *Client) evaluateAndGoOn(s *service, hold clock.Hold) {
	c.mu.Lock()
	s.again = s.working
	busy := s.working
	s.working = true
	c.mu.Unlock()
	if busy {
		return
	}
	for c.Evaluate(s.ctx, hold) == nil {
		at, due := c.earliest()
		c.mu.Lock()
		again := s.again
		s.again = false
		if !again || c.service != s {
			s.working = false
			if due && c.service == s {
				c.wakeIn(s, max(0, at.Sub(c.cfg.Clock.Now())))
			}
			c.mu.Unlock()
			return
		}
		c.mu.Unlock()
	}
}
