package link

import (
	"slices"
	"time"
)

// Series is what went over a link in one direction, for a plot of the rate
// over time: one Point for each interval from the first transfer to the last, 4,096
// at most. A longer time has longer intervals than those asked for.
type Series struct {
	Interval time.Duration
	Points   []Point
}

// Point is what went over the link within one interval.
type Point struct {
	At                     time.Time // when the interval begins, in UTC
	Foreground, Background int64     // bytes
}

// Total gives the bytes of all points, foreground and background.
func (s Series) Total() (foreground, background int64) {
	for _, p := range s.Points {
		foreground += p.Foreground
		background += p.Background
	}
	return foreground, background
}

// Rate gives the mean rate of a point's bytes over the interval.
func (s Series) Rate(bytes int64) Rate {
	if s.Interval <= 0 {
		return 0
	}
	return Rate(float64(bytes) * 8 / s.Interval.Seconds())
}

// recorder keeps the points with bytes, in order.
type recorder struct {
	interval time.Duration
	points   []Point
}

// pass records what goes of a demand between two instants, before it is moved.
func (r *recorder) pass(d *demand, from, to time.Time) {
	if r.interval <= 0 {
		return
	}
	if d.rate >= Instant {
		r.add(d.class, from, d.n-d.bytes())
		return
	}
	moving := demand{n: d.n, left: d.left, rate: d.rate}
	for t := from; t.Before(to) && moving.left > 0; {
		end := t.Truncate(r.interval).Add(r.interval)
		if end.After(to) {
			end = to
		}
		before := moving.bytes()
		moving.move(end.Sub(t))
		r.add(d.class, t, moving.bytes()-before)
		t = end
	}
}

func (r *recorder) add(c Class, t time.Time, bytes int64) {
	if bytes == 0 {
		return
	}
	r.bound(t)
	at := t.Truncate(r.interval).UTC()
	i, found := slices.BinarySearchFunc(r.points, at, func(p Point, at time.Time) int { return p.At.Compare(at) })
	if !found {
		r.points = slices.Insert(r.points, i, Point{At: at})
	}
	if c == Background {
		r.points[i].Background += bytes
	} else {
		r.points[i].Foreground += bytes
	}
}

// series puts the empty intervals in.
func (r *recorder) series() Series {
	s := Series{Interval: r.interval}
	for _, p := range r.points {
		for n := len(s.Points); n > 0 && s.Points[n-1].At.Add(r.interval).Before(p.At); n++ {
			s.Points = append(s.Points, Point{At: s.Points[n-1].At.Add(r.interval)})
		}
		s.Points = append(s.Points, p)
	}
	return s
}
