package link

import "time"

// Sum is what crossed a link in one direction within some times.
type Sum struct {
	Bytes int64
	Time  time.Duration // that the times are long
	Peak  Rate          // the highest of the intervals that lie within as a whole
}

// Rate is the mean rate; 0 for no time.
func (s Sum) Rate() Rate {
	if s.Time <= 0 {
		return 0
	}
	return Rate(float64(s.Bytes) * 8 / s.Time.Seconds())
}

// Within sums the bytes of the classes up between two instants, as far as the
// window covers them. An interval counts for the part of it that is within, as if
// its bytes were spread evenly.
func (s Series) Within(w Window, from, to time.Time, classes ...Class) Sum {
	var sum Sum
	for t := from; t.Before(to); {
		end := to
		if next := w.next(t); !next.IsZero() && next.Before(to) {
			end = next
		}
		if w.covers(t) {
			sum.Time += end.Sub(t)
			s.add(&sum, t, end, classes)
		}
		t = end
	}
	return sum
}

// add sums the points between two instants.
func (s Series) add(sum *Sum, from, to time.Time, classes []Class) {
	for _, p := range s.Points {
		within := overlap(p.At, p.At.Add(s.Interval), from, to)
		if within <= 0 {
			continue
		}
		var bytes int64
		for _, c := range classes {
			bytes += p.of(c)
		}
		sum.Bytes += int64(float64(bytes)*within.Seconds()/s.Interval.Seconds() + 0.5)
		if within == s.Interval {
			sum.Peak = max(sum.Peak, s.Rate(bytes))
		}
	}
}

func (p Point) of(c Class) int64 {
	if c == Background {
		return p.Background
	}
	return p.Foreground
}

// overlap is how long two spans of time have in common.
func overlap(a, b, from, to time.Time) time.Duration {
	if from.After(a) {
		a = from
	}
	if to.Before(b) {
		b = to
	}
	return b.Sub(a)
}
