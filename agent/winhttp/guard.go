package winhttp

import (
	"context"
	"time"

	"github.com/wualab/wualab/clock"
)

var errTimeout = clock.ErrTimeout

// past is a deadline at which reads and writes return at once.
func past() time.Time { return time.Unix(1, 0) }

// span bounds an operation by the world's time; a negative one does not.
type span struct {
	what string
	d    time.Duration
}

// guard bounds op by the span and by ctx; see [clock.Guard].
func (c *Client) guard(ctx context.Context, h clock.Hold, s span, interrupt func(), op func(*clock.Patience) error) error {
	return clock.Guard(ctx, c.cfg.Clock, h, s.what, s.d, interrupt, op)
}
