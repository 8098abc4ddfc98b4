package link

import (
	"math/bits"
	"time"
)

// horizon is how far ahead it is computed when a transfer would end, or a link
// be there again. Every schedule repeats itself within it.
const horizon = 2 * 365 * wholeDay

// One byte is this many bits per second times nanoseconds.
const unitsOfByte = 8 * uint64(time.Second)

// Duration says how long n bytes would take from an instant on, for a transfer
// that is alone; it waits while the link is down or the policy blocks. False
// when that is not over within two years.
func (l *Link) Duration(d Direction, c Class, from time.Time, n int64) (time.Duration, bool) {
	if n <= 0 || l == nil {
		return 0, true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	hi, lo := bits.Mul64(uint64(n), unitsOfByte)
	for t := from; t.Sub(from) < horizon; {
		is := l.conditions(d, t)
		rate := alone(is, c)
		if rate >= Instant {
			return t.Sub(from), true
		}
		moved := span(t, is.until)
		if rate > 0 && hi < uint64(rate) {
			need, rem := bits.Div64(hi, lo, uint64(rate))
			if rem > 0 {
				need++
			}
			if need <= uint64(moved) {
				return t.Sub(from) + time.Duration(need), true
			}
		}
		if is.until.IsZero() {
			return 0, false
		}
		mHi, mLo := bits.Mul64(uint64(rate), uint64(moved))
		var borrow uint64
		lo, borrow = bits.Sub64(lo, mLo, 0)
		hi, _ = bits.Sub64(hi, mHi, borrow)
		t = is.until
	}
	return 0, false
}

// Bytes says how many bytes a transfer that is alone may take between two
// instants. An unlimited link gives the largest number there is.
func (l *Link) Bytes(d Direction, c Class, from, to time.Time) int64 {
	const most = 1<<63 - 1
	if l == nil {
		return most
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	var hi, lo uint64
	for t := from; t.Before(to); {
		is := l.conditions(d, t)
		rate := alone(is, c)
		if rate >= Instant {
			return most
		}
		end := to
		if !is.until.IsZero() && is.until.Before(to) {
			end = is.until
		}
		mHi, mLo := bits.Mul64(uint64(rate), uint64(end.Sub(t)))
		var carry uint64
		lo, carry = bits.Add64(lo, mLo, 0)
		hi, _ = bits.Add64(hi, mHi, carry)
		t = end
	}
	if hi >= unitsOfByte/2 {
		return most
	}
	n, _ := bits.Div64(hi, lo, unitsOfByte)
	return int64(n)
}

func alone(is conditions, c Class) Rate {
	if c == Background {
		return is.share(0, 1)[Background]
	}
	return is.share(1, 0)[Foreground]
}

// span is the time from t until an instant, long when there is none.
func span(t, until time.Time) time.Duration {
	if until.IsZero() {
		return 1<<63 - 1
	}
	return until.Sub(t)
}

// ends says when a class is no more stopped; zero when that cannot be foreseen.
func (l *Link) ends(d Direction, c Class, from time.Time) time.Time {
	for t := from; t.Sub(from) < horizon; {
		is := l.conditions(d, t)
		if is.stops(c) == nil {
			return t
		}
		if is.until.IsZero() {
			break
		}
		t = is.until
	}
	return time.Time{}
}
