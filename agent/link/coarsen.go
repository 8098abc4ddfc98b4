package link

import "time"

// mostPoints bounds a Series: a week in steps of 5 minutes.
const mostPoints = 4096

// coarser are the intervals that a Series of a long time goes over to. Each is a
// multiple of the one before it.
var coarser = []time.Duration{time.Second, 2 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute,
	5 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour, wholeDay}

// next gives the next interval that is a multiple.
func next(interval time.Duration) time.Duration {
	for _, c := range coarser {
		if c > interval && c%interval == 0 {
			return c
		}
	}
	return 2 * interval
}

// Coarse gives the series in at most n points, 1 or more, of longer intervals
// where that is needed.
func (s Series) Coarse(n int) Series {
	for len(s.Points) > max(n, 1) {
		s = s.merge(next(s.Interval))
	}
	return s
}

// merge adds up the points of each interval, a multiple of the series' own.
func (s Series) merge(interval time.Duration) Series {
	out := Series{Interval: interval}
	for _, p := range s.Points {
		at := p.At.Truncate(interval)
		if n := len(out.Points); n == 0 || !out.Points[n-1].At.Equal(at) {
			out.Points = append(out.Points, Point{At: at})
		}
		last := &out.Points[len(out.Points)-1]
		last.Foreground += p.Foreground
		last.Background += p.Background
	}
	return out
}

// bound makes the record coarser when it would have too many points with one at t.
func (r *recorder) bound(t time.Time) {
	for len(r.points) > 0 && t.Sub(r.points[0].At) >= mostPoints*r.interval {
		s := Series{Interval: r.interval, Points: r.points}.merge(next(r.interval))
		r.interval, r.points = s.Interval, s.Points
	}
}
