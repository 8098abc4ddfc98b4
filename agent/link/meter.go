package link

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/wualab/wualab/clock"
)

// Meter is the way of one transfer over the link. It may be used from several
// goroutines, each Take counting as a transfer of its own. A Meter needs no end.
// Make one with [Link.Meter].
type Meter struct {
	link  *Link
	dir   Direction
	class atomic.Int64
	taken atomic.Int64

	// spare, guarded by the link's lock, is what the last nanosecond of a Take that
	// ended at spareAt had room for. The next one at once gets it, so that bytes
	// take as long in many pieces as in one.
	spare   int64
	spareAt time.Time
}

// Meter makes a meter for one direction and class.
func (l *Link) Meter(d Direction, c Class) *Meter {
	m := &Meter{link: l, dir: d}
	m.SetClass(c)
	return m
}

// SetClass makes the next Take one of another class, as after a job's priority
// was changed.
func (m *Meter) SetClass(c Class) { m.class.Store(int64(c)) }

// Taken gives the bytes of all calls of Take so far, those under way excepted.
func (m *Meter) Taken() int64 { return m.taken.Load() }

// maxTake keeps the arithmetic of one demand within 63 bits.
const maxTake = 1 << 30

// Take waits until n bytes have gone over the link beside all that other
// transfers take, and gives n; 0 and below take no time. It ends early, with
// the bytes that have gone, when ctx is done, with an [*OfflineError] when the
// link is or goes down, and with a [*BlockedError] when it is a background
// transfer and the policy allows none.
//
// What the modelled service sends beside the content, heads and logins, counts
// too, and is for the caller to take.
func (m *Meter) Take(ctx context.Context, h clock.Hold, n int64) (int64, error) {
	var moved int64
	for moved < n && m.link != nil {
		part, err := m.take(ctx, h, min(n-moved, maxTake))
		moved += part
		m.taken.Add(part)
		if err != nil {
			return moved, err
		}
	}
	return max(n, 0), nil
}

// Bounds of a piece.
const (
	leastPiece = 8 << 10
	mostPiece  = 64 << 10
	pieceTime  = time.Second
)

// Piece says how many bytes are best taken at a time, so that progress is seen
// often and a download of a week needs no million of calls: those of a second, but 8
// to 64 KiB.
func (m *Meter) Piece() int64 {
	if m.link == nil {
		return mostPiece
	}
	m.link.mu.Lock()
	defer m.link.mu.Unlock()
	is := m.link.current(m.dir, m.link.clock.Now())
	perTime := int64(alone(is, Class(m.class.Load()))) / 8 * int64(pieceTime/time.Second)
	return min(max(perTime, leastPiece), mostPiece)
}

func (m *Meter) take(ctx context.Context, h clock.Hold, n int64) (int64, error) {
	d := newDemand(m, n)
	m.link.change(func() {
		if m.spareAt.Equal(m.link.at) {
			d.left -= min(m.spare, d.left)
		}
		m.spare = 0
		m.link.demands = append(m.link.demands, d)
	})
	err := h.Wait(ctx, &d.gate)
	if err != nil {
		m.link.change(func() { m.link.withdraw(d) })
	}
	if d.over {
		return d.bytes(), d.err
	}
	return d.bytes(), err
}
