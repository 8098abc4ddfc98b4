package link

import (
	"slices"
	"time"

	"github.com/wualab/wualab/clock"
)

// demand is a Take under way.
type demand struct {
	dir   Direction
	class Class
	n     int64
	left  int64 // bits per second times nanoseconds
	rate  Rate  // since the link's at
	gate  clock.Gate
	over  bool
	err   error // why it ended early
	spare int64 // that its last nanosecond had room for; see Meter.spare
	meter *Meter
}

func newDemand(m *Meter, n int64) *demand {
	return &demand{dir: m.dir, class: Class(m.class.Load()), n: n, left: n * int64(unitsOfByte), meter: m}
}

// bytes are those that have gone.
func (d *demand) bytes() int64 { return d.n - (d.left+int64(unitsOfByte)-1)/int64(unitsOfByte) }

// need is how long the rest takes at the present rate, at least a nanosecond.
func (d *demand) need() time.Duration {
	return time.Duration((d.left + int64(d.rate) - 1) / int64(d.rate))
}

// move lets time pass, at most as long as the rest needs.
func (d *demand) move(t time.Duration) {
	if t >= d.need() {
		d.spare = int64(d.rate)*int64(d.need()) - d.left
		d.left = 0
		return
	}
	d.left -= int64(d.rate) * int64(t)
}

func (d *demand) finish(err error) {
	d.over, d.err = true, err
	d.gate.Open()
}

// advance accounts for what went over the link up to now, event by event.
func (l *Link) advance(now time.Time) {
	for {
		next, ok := l.nextEvent()
		if !ok || next.After(now) {
			break
		}
		l.pass(next)
		l.look()
	}
	if now.After(l.at) {
		l.pass(now)
	}
}

// nextEvent is the end of a demand or a change of the conditions, whichever
// comes first, if anyone waits for one.
func (l *Link) nextEvent() (time.Time, bool) {
	var first time.Time
	for _, d := range l.demands {
		first = earlier(first, l.at.Add(d.need()))
		first = earlier(first, l.now[d.dir].until)
	}
	return first, !first.IsZero()
}

// earlier gives the earlier of two instants, of which zero is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// pass lets time pass, up to the next event at most.
func (l *Link) pass(to time.Time) {
	for _, d := range l.demands {
		l.recorded[d.dir].pass(d, l.at, to)
		d.move(to.Sub(l.at))
	}
	l.at = to
}

// look takes the conditions in, ends what is over or stopped, and gives the
// others their shares.
func (l *Link) look() {
	for _, d := range []Direction{Down, Up} {
		l.now[d] = l.current(d, l.at)
	}
	l.changed = false
	l.demands = slices.DeleteFunc(l.demands, func(d *demand) bool {
		var stopped error
		if d.left > 0 && l.now[d.dir].stops(d.class) != nil {
			stopped = l.stopped(d.dir, d.class, l.at)
		}
		if d.left > 0 && stopped == nil {
			return false
		}
		d.finish(stopped)
		d.meter.spare, d.meter.spareAt = d.spare, l.at
		return true
	})
	l.distribute()
}

// distribute sets the rates. Those who get so much that it takes no time are
// done, and the others share what there is without them.
func (l *Link) distribute() {
	var count [2][2]int
	for _, d := range l.demands {
		count[d.dir][d.class]++
	}
	each := [2][2]Rate{}
	for _, dir := range []Direction{Down, Up} {
		each[dir] = l.now[dir].share(count[dir][Foreground], count[dir][Background])
	}
	before := len(l.demands)
	l.demands = slices.DeleteFunc(l.demands, func(d *demand) bool {
		d.rate = each[d.dir][d.class]
		if d.rate < Instant {
			return false
		}
		l.recorded[d.dir].pass(d, l.at, l.at)
		d.left = 0
		d.finish(nil)
		return true
	})
	if len(l.demands) < before {
		l.distribute()
	}
}

// arm sets the timer for the next event.
func (l *Link) arm() {
	if l.stop != nil {
		l.stop()
		l.stop = nil
	}
	if next, ok := l.nextEvent(); ok {
		l.stop = l.clock.AfterFunc(next.Sub(l.at), "network link", func() { l.change(func() {}) })
	}
}

// withdraw takes a demand out that is not over.
func (l *Link) withdraw(d *demand) {
	l.demands = slices.DeleteFunc(l.demands, func(o *demand) bool { return o == d })
}
