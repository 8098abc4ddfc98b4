package link

import "time"

// History is what crossed a link in both directions over time, for a plot.
type History struct {
	Interval time.Duration
	Moments  []Moment // one after the other, without gaps
}

// Moment is one interval of a History.
type Moment struct {
	At       time.Time // when the interval begins, in UTC
	Down, Up Point
	// Offered is the mean of what the link offered a background download that is
	// alone; Unlimited for one that takes no time.
	Offered Rate
}

// Rate gives the mean rate of bytes over an interval.
func (h History) Rate(bytes int64) Rate { return Series{Interval: h.Interval}.Rate(bytes) }

// History gives what was recorded up to now in n moments at most, 1 or more.
func (l *Link) History(n int) History {
	down, up := l.Series(Down).Coarse(n), l.Series(Up).Coarse(n)
	for down.Interval != up.Interval || moments(down, up) > max(n, 1) {
		if down.Interval <= up.Interval {
			down = down.merge(next(down.Interval))
		} else {
			up = up.merge(next(up.Interval))
		}
	}
	h := History{Interval: down.Interval}
	first, last, some := ends(down, up)
	for t := first; some && !t.After(last); t = t.Add(h.Interval) {
		m := Moment{At: t, Offered: l.offered(t, t.Add(h.Interval))}
		m.Down, down.Points = cut(down.Points, t)
		m.Up, up.Points = cut(up.Points, t)
		h.Moments = append(h.Moments, m)
	}
	return h
}

// cut takes the point at t off the front.
func cut(points []Point, t time.Time) (Point, []Point) {
	if len(points) > 0 && points[0].At.Equal(t) {
		return points[0], points[1:]
	}
	return Point{At: t}, points
}

// ends are the first and the last point of two series.
func ends(a, b Series) (first, last time.Time, some bool) {
	for _, s := range []Series{a, b} {
		if len(s.Points) == 0 {
			continue
		}
		from, to := s.Points[0].At, s.Points[len(s.Points)-1].At
		if !some || from.Before(first) {
			first = from
		}
		if !some || to.After(last) {
			last = to
		}
		some = true
	}
	return first, last, some
}

// moments is how many points both have together.
func moments(a, b Series) int {
	first, last, some := ends(a, b)
	if !some {
		return 0
	}
	return int(last.Sub(first)/max(a.Interval, 1)) + 1
}

// offered is the mean rate of a background download between two instants.
func (l *Link) offered(from, to time.Time) Rate {
	bytes := l.Bytes(Down, Background, from, to)
	if bytes > int64(Unlimited) {
		return Unlimited
	}
	return Series{Interval: to.Sub(from)}.Rate(bytes)
}
