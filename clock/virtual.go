package clock

import (
	"container/heap"
	"context"
	"net"
	"sort"
	"sync"
	"time"
)

// Virtual is a clock that stands still while work is in flight and jumps to
// the next timer when nothing runs. Timers due at the same time fire in the
// order in which they were set, one at a time: the next one only when all
// work that the first one started has ended or waits.
type Virtual struct {
	mu       sync.Mutex
	now      time.Time
	seq      uint64
	active   int // holds that are neither waiting nor lent
	progress uint64
	holds    map[*hold]struct{}
	timers   timerHeap
	lapses   int // of the timers
	idlers   []*idler
	lent     []*loan // fakes that want to sleep, in the order of asking
	net      network
	onJump   func(from, to time.Time)
}

var _ Clock = (*Virtual)(nil)

// NewVirtual returns a clock that shows start until it may jump.
func NewVirtual(start time.Time) *Virtual {
	return &Virtual{now: start.UTC(), holds: map[*hold]struct{}{}, net: newNetwork()}
}

// OnJump sets a function that is told of every jump, with the clock locked:
// it must be quick and must not call the clock.
func (v *Virtual) OnJump(f func(from, to time.Time)) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.onJump = f
}

// Now returns the virtual time.
func (v *Virtual) Now() time.Time {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.now
}

// Progress returns a number that changes whenever a hold is taken, released,
// a timer fires, or bytes are read from a tracked connection. A run whose Progress stands still for long in real time
// is stuck; Holders then says on what.
func (v *Virtual) Progress() uint64 {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.progress
}

// Holders returns the sorted names of the holds that keep the clock from
// moving.
func (v *Virtual) Holders() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	var names []string
	for h := range v.holds {
		if h.active {
			names = append(names, h.what)
		}
	}
	sort.Strings(names)
	return names
}

// Hold takes a hold. See [Clock].
func (v *Virtual) Hold(what string) Hold {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.newHold(what)
}

func (v *Virtual) newHold(what string) *hold {
	h := &hold{v: v, what: what}
	v.holds[h] = struct{}{}
	v.activate(h)
	return h
}

// AfterFunc sets a timer. See [Clock].
func (v *Virtual) AfterFunc(d time.Duration, what string, f func()) func() bool {
	return v.after(d, what, f, false)
}

// Lapse sets a timer that time does not jump to for its own sake. See [Clock].
func (v *Virtual) Lapse(d time.Duration, what string, f func()) func() bool {
	return v.after(d, what, f, true)
}

func (v *Virtual) after(d time.Duration, what string, f func(), lapse bool) func() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	t := v.setTimer(d, func() {
		h := v.newHold(what)
		go func() {
			defer h.Release()
			f()
		}()
	})
	if t.lapse = lapse; lapse {
		v.lapses++
	}
	v.advance()
	return func() bool {
		v.mu.Lock()
		defer v.mu.Unlock()
		return v.drop(t)
	}
}

// drop takes a timer out and reports whether it was still queued.
func (v *Virtual) drop(t *timer) bool {
	dropped := v.timers.drop(t)
	if dropped && t.lapse {
		v.lapses--
	}
	return dropped
}

// setTimer makes fire run, with the clock locked, when d has passed.
func (v *Virtual) setTimer(d time.Duration, fire func()) *timer {
	v.seq++
	t := &timer{when: v.now.Add(max(d, 0)), seq: v.seq, fire: fire}
	heap.Push(&v.timers, t)
	return t
}

func (v *Virtual) activate(h *hold) {
	h.active = true
	v.active++
	v.progress++
}

func (v *Virtual) deactivate(h *hold) {
	h.active = false
	v.active--
	v.progress++
	v.advance()
}

// advance lends what can be lent and, while nothing is active, fires timers.
func (v *Virtual) advance() {
	for {
		v.settleLoans()
		if v.active > 0 {
			return
		}
		if len(v.timers) > v.lapses {
			v.fireNext()
			continue
		}
		if len(v.idlers) == 0 || len(v.lent) > 0 {
			return
		}
		first := v.idlers[0]
		v.idlers = v.idlers[1:]
		first.wake()
	}
}

func (v *Virtual) fireNext() {
	t := heap.Pop(&v.timers).(*timer)
	if t.lapse {
		v.lapses--
	}
	v.progress++
	if t.when.After(v.now) {
		if v.onJump != nil {
			v.onJump(v.now, t.when)
		}
		v.now = t.when
	}
	t.fire()
}

// SleepFor sleeps on behalf of the exchange on conn. See [Clock].
func (v *Virtual) SleepFor(ctx context.Context, conn net.Conn, d time.Duration) error {
	v.mu.Lock()
	l := &loan{d: d, server: endsOf(conn), woken: make(chan struct{})}
	v.lent = append(v.lent, l)
	v.advance()
	v.mu.Unlock()
	select {
	case <-l.woken:
		return l.err
	case <-ctx.Done():
		v.mu.Lock()
		defer v.mu.Unlock()
		v.endLoan(l, ctx.Err())
		return l.err
	}
}
