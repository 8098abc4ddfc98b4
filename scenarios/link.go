package scenarios

import (
	"fmt"
	"slices"
	"time"

	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/scenarios/plan"
)

// newLink makes the PC's network link; unless the file says more, one on which
// nothing takes time.
func (w *world) newLink() (*link.Link, error) {
	l := w.plan.Client.Link
	if l == nil {
		return link.New(w.clock, link.Config{})
	}
	cfg := link.Config{Down: link.Rate(l.Down.Value), Up: link.Rate(l.Up.Value), Latency: l.Latency.Value,
		Trickle: link.Rate(l.Trickle.Value), Gateway: l.Gateway.Value, Record: time.Second}
	for _, t := range l.Traffic {
		cfg.Traffic = append(cfg.Traffic, link.Traffic{When: window(t.LinkTimes),
			Down: link.Rate(t.Down.Or(t.Use.Value)), Up: link.Rate(t.Up.Or(t.Use.Value)), Elsewhere: t.Elsewhere.Value})
	}
	for _, t := range l.Offline {
		cfg.Offline = append(cfg.Offline, window(t.LinkTimes))
	}
	made, err := link.New(w.clock, cfg)
	if err != nil {
		return nil, fmt.Errorf("%v: client: %w", l.Pos, err)
	}
	return made, nil
}

func window(t plan.LinkTimes) link.Window {
	from, to := t.Span()
	return link.Window{From: from, To: to, Days: t.Weekdays()}
}

var directions = map[string]link.Direction{"down": link.Down, "up": link.Up}

// link judges what crossed the link in the step.
func (j *judge) link(e *plan.ExpectLink) {
	direction := directions[e.Direction.Value]
	series := j.w.pc.Link.Series(direction)
	about := fmt.Sprintf("link %s: ", direction)
	times, all := window(e.LinkTimes), []link.Class{link.Foreground, link.Background}
	if c := e.Class.Value; c != "all" {
		all = slices.DeleteFunc(all, func(o link.Class) bool { return o.String() != c })
		about += c + ": "
	}
	from, to := e.Span()
	whole := to-from == 24*time.Hour && len(e.Days) == 0
	if !whole {
		about += fmt.Sprintf("%v to %v: ", plan.DayTime(from), plan.DayTime(to))
	}
	got := series.Within(times, j.sr.Began, j.w.clock.Now(), all...)
	if whole {
		got.Bytes = sumOf(series, all) - sumOf(j.h.crossed[direction], all) // not spread over an interval
	}
	rate(j, e.Rate, about+"rate", got.Rate())
	rate(j, e.Peak, about+"peak", got.Peak)
	bound(j, e.Bytes, about+"bytes", got.Bytes)
}

// crossed is what has crossed the link so far.
func (w *world) crossed() [2]link.Series {
	return [2]link.Series{link.Down: w.pc.Link.Series(link.Down), link.Up: w.pc.Link.Series(link.Up)}
}

func sumOf(s link.Series, classes []link.Class) int64 {
	foreground, background := s.Total()
	var n int64
	for _, c := range classes {
		n += map[link.Class]int64{link.Foreground: foreground, link.Background: background}[c]
	}
	return n
}

// rate judges a rate, and tells it with its unit.
func rate(j *judge, b plan.Bound[int64], what string, actual link.Rate) {
	switch {
	case !b.Set:
	case b.Any:
		j.observe(b.Pos, what, actual.String())
	case !b.Holds(int64(actual)):
		j.fail(b.Pos, what, b.String()+" bit/s", actual.String())
	}
}
