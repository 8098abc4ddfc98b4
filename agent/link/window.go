package link

import (
	"fmt"
	"slices"
	"time"
)

// Window is a set of times: a part of the day, on some weekdays, between two
// instants. The zero Window is always. Windows are values and not changed by
// their use.
type Window struct {
	// From and To are times of the local day, from 0 to 24 h. The window is
	// from the first on and before the second, over midnight when To is not
	// after From; when they are equal it is the whole day.
	From, To time.Duration
	// Days are those on which the window begins; none: every day.
	Days []time.Weekday
	// Begin and End are the first instant and the first instant after; zero:
	// no such bound.
	Begin, End time.Time
}

const wholeDay = 24 * time.Hour

func (w Window) validate() error {
	if w.From < 0 || w.From > wholeDay || w.To < 0 || w.To > wholeDay {
		return fmt.Errorf("window from %s to %s: want times of the day", w.From, w.To)
	}
	if !w.End.IsZero() && !w.End.After(w.Begin) {
		return fmt.Errorf("window ends %s before it begins %s", w.End, w.Begin)
	}
	return nil
}

// covers says whether t, in the PC's time zone, lies in the window.
func (w Window) covers(t time.Time) bool {
	if t.Before(w.Begin) || !w.End.IsZero() && !t.Before(w.End) {
		return false
	}
	now := timeOfDay(t)
	if w.From < w.To {
		return w.From <= now && now < w.To && w.on(t.Weekday())
	}
	if now >= w.From {
		return w.on(t.Weekday())
	}
	yesterday := (t.Weekday() + 6) % 7
	return now < w.To && w.on(yesterday)
}

func (w Window) on(d time.Weekday) bool { return len(w.Days) == 0 || slices.Contains(w.Days, d) }

func timeOfDay(t time.Time) time.Duration {
	hour, minute, second := t.Clock()
	return time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute +
		time.Duration(second)*time.Second + time.Duration(t.Nanosecond())
}

// next is an instant after t up to which covers does not change; zero: never.
func (w Window) next(t time.Time) time.Time {
	n := soonest(t, w.Begin, w.End)
	if w.From == w.To && len(w.Days) == 0 {
		return n
	}
	_, zoneEnds := t.ZoneBounds() // up to there the local clock runs evenly
	n = soonest(t, n, zoneEnds)
	_, offset := t.Zone()
	even := time.FixedZone("", offset)
	year, month, day := t.Date()
	for d := range 2 {
		midnight := time.Date(year, month, day+d, 0, 0, 0, 0, even)
		n = soonest(t, n, midnight.Add(w.From).In(t.Location()), midnight.Add(w.To).In(t.Location()))
	}
	return n
}

// soonest gives the first of some instants that lies after t; zero if none does.
func soonest(t time.Time, instants ...time.Time) time.Time {
	var first time.Time
	for _, i := range instants {
		if i.After(t) && (first.IsZero() || i.Before(first)) {
			first = i
		}
	}
	return first
}
