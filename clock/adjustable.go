package clock

import (
	"container/heap"
	"context"
	"fmt"
	"math"
	"net"
	"sync"
	"time"
)

// Adjustable is real time that can be put forward: fakes for clients from outside
// wait on it, so that a test need not sit through a delay of 5 minutes. Its holds cost
// nothing, as those of [Wall]. Make one with [NewAdjustable]; it is safe for
// concurrent use and needs no end.
type Adjustable struct {
	mu     sync.Mutex
	offset time.Duration // ahead of the machine's time
	queue  timerHeap
	seq    uint64
	alarm  *time.Timer   // rings when the first of the queue is due; nil before the first use
	moved  chan struct{} // closed when the queue gets another timer; nil when nobody waits for that
}

var _ Clock = (*Adjustable)(nil)

// NewAdjustable makes a clock that shows the machine's time.
func NewAdjustable() *Adjustable { return &Adjustable{} }

// Now returns the machine's time in UTC with what it was put forward by.
func (a *Adjustable) Now() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.now()
}

func (a *Adjustable) now() time.Time { return time.Now().UTC().Add(a.offset) }

// Offset returns by how much the clock was put forward altogether.
func (a *Adjustable) Offset() time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.offset
}

// Advance puts the clock forward by d, and returns how many sleepers and timers that
// woke; those of Lapse count, too. A negative d, and one with which the clock would be
// more than 200 years ahead, is an error and changes nothing.
func (a *Adjustable) Advance(d time.Duration) (woken int, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.advance(d)
}

// mostAhead keeps times within what a Duration can measure.
const mostAhead = 200 * 365 * 24 * time.Hour

func (a *Adjustable) advance(d time.Duration) (woken int, err error) {
	switch {
	case d < 0:
		return 0, fmt.Errorf("the clock can't be put back (by %v)", -max(d, -math.MaxInt64))
	case d > mostAhead-a.offset:
		return 0, fmt.Errorf("the clock would be more than 200 years ahead (%v and %v more)", a.offset, d)
	}
	a.offset += d
	return a.ring(), nil
}

// AdvanceToNext puts the clock forward to when the first sleeper or timer wakes, and
// waits for one, in real time, until ctx is done. What only lapses is not waited for.
// It returns by how much it moved the clock and how many woke.
func (a *Adjustable) AdvanceToNext(ctx context.Context) (by time.Duration, woken int, err error) {
	for {
		a.mu.Lock()
		if next, ok := a.next(); ok {
			by = max(next.Sub(a.now()), 0)
			woken, err = a.advance(by)
			a.mu.Unlock()
			return by, woken, err
		}
		if a.moved == nil {
			a.moved = make(chan struct{})
		}
		moved := a.moved
		a.mu.Unlock()
		select {
		case <-moved:
		case <-ctx.Done():
			return 0, 0, ctx.Err()
		}
	}
}

// Next tells how many sleepers and timers wait, and when the first of them wakes, in
// the clock's time. What only lapses is left out. Without any, when is zero.
func (a *Adjustable) Next() (waiting int, when time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, t := range a.queue {
		if !t.lapse {
			waiting++
		}
	}
	when, _ = a.next()
	return waiting, when
}

func (a *Adjustable) next() (when time.Time, ok bool) {
	for _, t := range a.queue {
		if !t.lapse && (!ok || t.when.Before(when)) {
			when, ok = t.when, true
		}
	}
	return when, ok
}

// ring fires what is due, in order, and sets the alarm for the next.
func (a *Adjustable) ring() (fired int) {
	now := a.now()
	for len(a.queue) > 0 && !a.queue[0].when.After(now) {
		heap.Pop(&a.queue).(*timer).fire()
		fired++
	}
	a.setAlarm(now)
	return fired
}

func (a *Adjustable) setAlarm(now time.Time) {
	if len(a.queue) == 0 {
		if a.alarm != nil {
			a.alarm.Stop()
		}
		return
	}
	d := a.queue[0].when.Sub(now)
	if a.alarm == nil {
		a.alarm = time.AfterFunc(d, func() {
			a.mu.Lock()
			defer a.mu.Unlock()
			a.ring()
		})
		return
	}
	a.alarm.Reset(d)
}

// set queues a timer; fire is called with the clock locked and must not block.
func (a *Adjustable) set(d time.Duration, lapse bool, fire func()) *timer {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.seq++
	now := a.now()
	t := &timer{when: now.Add(d), seq: a.seq, lapse: lapse, fire: fire}
	heap.Push(&a.queue, t)
	if t.index == 0 {
		a.setAlarm(now)
	}
	if a.moved != nil && !lapse {
		close(a.moved)
		a.moved = nil
	}
	return t
}

// stop takes a timer back and reports whether it had not fired.
func (a *Adjustable) stop(t *timer) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.queue.drop(t)
}

// Hold returns a hold that holds nothing.
func (a *Adjustable) Hold(string) Hold { return adjustableHold{clock: a} }

// AfterFunc runs f in its own goroutine when d of the clock's time is over.
func (a *Adjustable) AfterFunc(d time.Duration, _ string, f func()) (stop func() bool) {
	t := a.set(d, false, func() { go f() })
	return func() bool { return a.stop(t) }
}

// Lapse is AfterFunc for what AdvanceToNext passes over.
func (a *Adjustable) Lapse(d time.Duration, _ string, f func()) (stop func() bool) {
	t := a.set(d, true, func() { go f() })
	return func() bool { return a.stop(t) }
}

// Track returns conn itself.
func (a *Adjustable) Track(conn net.Conn) net.Conn { return conn }

// SleepFor sleeps d of the clock's time.
func (a *Adjustable) SleepFor(ctx context.Context, _ net.Conn, d time.Duration) error {
	return adjustableHold{clock: a}.Sleep(ctx, d)
}

// Forward does nothing.
func (a *Adjustable) Forward(net.Conn, net.Conn) {}

// adjustableHold waits at gates as real time does, and sleeps on its clock.
type adjustableHold struct {
	wallHold
	clock *Adjustable
}

func (h adjustableHold) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil || d <= 0 {
		return err
	}
	woken := make(chan struct{})
	t := h.clock.set(d, false, func() { close(woken) })
	select {
	case <-woken:
		return nil
	case <-ctx.Done():
		h.clock.stop(t)
		return ctx.Err()
	}
}
