package link

import "time"

// conditions are those of one direction from an instant on.
type conditions struct {
	capacity, other, trickle Rate
	hidden                   bool // other is not seen by who holds background transfers back
	offline                  bool
	limit                    Limit
	until                    time.Time // when they may change; zero: never
}

// conditions of a configuration, whose zero values are put in.
func (c Config) conditions(d Direction, t time.Time) conditions {
	t = t.In(c.Location)
	is := conditions{capacity: c.Down, trickle: c.Trickle, limit: c.Policy.At(t)}
	if d == Up {
		is.capacity = c.Up
	}
	is.until = is.limit.Until
	for _, w := range c.Offline {
		is.offline = is.offline || w.covers(t)
		is.until = soonest(t, is.until, w.next(t))
	}
	for _, o := range c.Traffic {
		if o.When.covers(t) {
			is.other, is.hidden = o.rate(d), o.Elsewhere && !(c.Gateway && c.readGateway)
		}
		is.until = soonest(t, is.until, o.When.next(t))
	}
	is.other = min(is.other, is.capacity)
	return is
}

func (o Traffic) rate(d Direction) Rate {
	if d == Up {
		return o.Up
	}
	return o.Down
}

// idle is what nobody but our transfers would use.
func (is conditions) idle() Rate {
	if is.offline {
		return 0
	}
	return is.capacity - is.other
}

// stops says why a transfer of a class cannot move at all; nil if it can.
func (is conditions) stops(c Class) error {
	switch {
	case is.offline:
		return &OfflineError{}
	case c == Background && is.limit.Blocked:
		return &BlockedError{}
	}
	return nil
}

// share gives what each transfer of either class gets when so many of them
// want as much as there is. The sum of all, with what other programs keep, is
// not above the capacity, as long as there is a bit per second for each.
func (is conditions) share(foreground, background int) (each [2]Rate) {
	if is.offline {
		return each
	}
	most := is.capacity
	if is.limit.Limited {
		most = min(most, is.limit.Rate) // 0 when blocked
	}
	trickle := Rate(0)
	if background > 0 {
		trickle = min(is.trickle, most, is.capacity/2)
	}
	rest := is.capacity - trickle
	used := Rate(0)
	if n := Rate(foreground); n > 0 {
		used = max(rest-is.other, rest*n/(n+1))
		each[Foreground] = max(1, used/n)
	}
	if n := Rate(background); n > 0 && most > 0 {
		free := is.capacity - used
		got := free - min(is.other, rest-used)
		if is.hidden {
			got = max(got, free*n/(n+1)) // it competes without knowing
		}
		each[Background] = max(1, min(most, got)/n)
	}
	return each
}
