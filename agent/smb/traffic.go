package smb

import (
	"context"

	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/smbwire"
)

// traffic lets the messages of a connection take the time of the PC's link: after
// each operation a round trip and the bytes that crossed. Assumed: what TCP/IP adds
// takes no time, and an operation is one round trip.
type traffic struct {
	link     *link.Link
	class    link.Class
	down, up *link.Meter
	in, out  int64 // that have taken their time
}

func (t *traffic) pass(ctx context.Context, h clock.Hold, conn *smbwire.Tap) error {
	if t.link == nil {
		return nil
	}
	in, out := conn.Bytes()
	sent, came := out-t.out, in-t.in
	t.in, t.out = in, out
	if _, err := t.up.Take(ctx, h, sent); err != nil {
		return err
	}
	if err := t.link.RoundTrip(ctx, h, t.class); err != nil {
		return err
	}
	_, err := t.down.Take(ctx, h, came)
	return err
}

// setClass makes the messages that follow those of another class.
func (t *traffic) setClass(c link.Class) {
	t.class = c
	t.down.SetClass(c)
	t.up.SetClass(c)
}

// fastPiece is what a Meter calls the piece of a link that is not slow.
const fastPiece = 64 << 10

// piece says how many bytes, at most most, cross the link at a time so that progress
// is seen.
func (t *traffic) piece(m *link.Meter, most int64) int64 {
	if t.link == nil {
		return most
	}
	if piece := m.Piece(); piece < fastPiece {
		return min(most, piece)
	}
	return most
}
