package link

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/wualab/wualab/clock"
)

// Link is the network link of one PC. Its methods may be called from several
// goroutines at once. A nil *Link is one that is always there and on which
// nothing takes time. Make one with [New].
type Link struct {
	clock clock.Clock

	mu        sync.Mutex
	cfg       Config
	unplugged bool
	watchers  []*func() // of the plug

	at       time.Time // up to here the demands are accounted for
	demands  []*demand
	now      [2]conditions // by direction, from at on
	changed  bool          // the plug or the policy, since now was looked up
	stop     func() bool   // of the timer for the next event, while there is one
	recorded [2]recorder
}

// New makes a link. It fails on speeds below MinSpeed and on windows that are
// not of a day.
func New(clk clock.Clock, cfg Config) (*Link, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	l := &Link{clock: clk, cfg: cfg.complete(), at: clk.Now(), changed: true}
	l.recorded[Down].interval, l.recorded[Up].interval = cfg.Record, cfg.Record
	l.look()
	return l, nil
}

// Timed reports whether bytes take time on the link, are held up by its schedule or the
// policy, or counted: whether it matters when and how many cross it.
func (l *Link) Timed() bool {
	if l == nil {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.cfg
	return c.Down < Unlimited || c.Up < Unlimited || c.Latency > 0 || c.Record > 0 || len(c.Offline) > 0 || c.Policy.Enabled
}

// Idle gives what is left by other programs at an instant; 0 when the link is
// down. Our own transfers and the policy do not count.
func (l *Link) Idle(d Direction, t time.Time) Rate {
	if l == nil {
		return Unlimited
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.conditions(d, t).idle()
}

// Offer gives what a transfer of a class that is alone would get at an instant,
// beside other programs and under the policy; 0 when it could not move.
func (l *Link) Offer(d Direction, c Class, t time.Time) Rate {
	if l == nil {
		return Unlimited
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return alone(l.current(d, t), c)
}

// Connected says whether the link is up at an instant, as the schedule has it
// and the plug is now.
func (l *Link) Connected(t time.Time) bool {
	if l == nil {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.conditions(Down, t).offline
}

// Plug puts the cable in or pulls it. While it is out the link is down, whatever
// the schedule; transfers under way end with an [*OfflineError].
func (l *Link) Plug(in bool) {
	if l == nil {
		return
	}
	var watchers []*func()
	l.change(func() {
		if l.unplugged == in {
			watchers = slices.Clone(l.watchers)
		}
		l.unplugged, l.changed = !in, true
	})
	for _, f := range watchers {
		(*f)()
	}
}

// OnPlug has f called after each call of Plug that changes something, in the caller's goroutine and
// without a lock, until stop is called. Of what the schedule does nobody is
// told; see Stopped. A nil Link never changes.
func (l *Link) OnPlug(f func()) (stop func()) {
	if l == nil {
		return func() {}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.watchers = append(l.watchers, &f)
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.watchers = slices.DeleteFunc(l.watchers, func(other *func()) bool { return other == &f })
	}
}

// Stopped says why a transfer of a class cannot move at all at an instant, and
// until when: an [*OfflineError], a [*BlockedError], or nil if it can.
func (l *Link) Stopped(d Direction, c Class, t time.Time) error {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.stopped(d, c, t)
}

// SetPolicy replaces the policy. The service reads it when it starts; whether a
// change reaches a running service sooner is for the caller to decide.
func (l *Link) SetPolicy(p Policy) error {
	if err := p.validate(); err != nil {
		return err
	}
	l.change(func() { l.cfg.Policy, l.changed = p, true })
	return nil
}

// ReadGateway says whether the service that holds background transfers back reads the
// counts of the Gateway, if there is one. Else it knows only what the PC's network
// card sees: against traffic that is Elsewhere a background transfer competes as any
// other does.
//
// Source: BITS documentation, "Network Bandwidth". Assumed: a gateway device that is
// there is used, and the shares are equal.
func (l *Link) ReadGateway(read bool) {
	l.change(func() { l.cfg.readGateway, l.changed = read, true })
}

// Limit gives what the policy says at an instant.
func (l *Link) Limit(t time.Time) Limit {
	if l == nil {
		return Limit{}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cfg.Policy.At(t.In(l.cfg.Location))
}

// RoundTrip waits the time that a small message of a transfer takes there and
// another back. It fails when the link is down at the beginning, or the policy
// allows the class nothing.
func (l *Link) RoundTrip(ctx context.Context, h clock.Hold, c Class) error {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	now := l.clock.Now()
	err, d := l.stopped(Down, c, now), 2*l.cfg.Latency
	l.mu.Unlock()
	if err != nil || d == 0 {
		return err
	}
	return h.Sleep(ctx, d)
}

// Series gives what was recorded of one direction up to now.
func (l *Link) Series(d Direction) Series {
	if l == nil {
		return Series{}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.advance(l.clock.Now())
	l.arm()
	return l.recorded[d].series()
}

// change makes a change of the link, of which transfers under way hear at once.
func (l *Link) change(f func()) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.advance(l.clock.Now())
	f()
	l.look()
	l.arm()
}

// current is conditions, from those that are known where they still hold.
func (l *Link) current(d Direction, t time.Time) conditions {
	if now := l.now[d]; !l.changed && !t.Before(l.at) && (now.until.IsZero() || t.Before(now.until)) {
		return now
	}
	return l.conditions(d, t)
}

// conditions of the link at an instant. Callers hold the lock, here and below.
func (l *Link) conditions(d Direction, t time.Time) conditions {
	is := l.cfg.conditions(d, t)
	is.offline = is.offline || l.unplugged
	return is
}

// stopped says why a class cannot move at all, and until when; nil if it can.
func (l *Link) stopped(d Direction, c Class, t time.Time) error {
	err := l.conditions(d, t).stops(c)
	if err == nil {
		return nil
	}
	end := l.ends(d, c, t)
	switch err := err.(type) {
	case *OfflineError:
		err.Until = end
	case *BlockedError:
		err.Until = end
	}
	return err
}
