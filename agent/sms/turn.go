package sms

import (
	"context"
	"sync"

	"github.com/wualab/wualab/clock"
)

// turn lets one at a time work; the others wait on the clock. The zero value is ready for
// use.
type turn struct {
	mu   sync.Mutex
	busy *clock.Gate // opens when the one who works is done; nil: nobody works
}

func (t *turn) take(ctx context.Context, h clock.Hold) error {
	for {
		t.mu.Lock()
		gate := t.busy
		if gate == nil {
			t.busy = &clock.Gate{}
		}
		t.mu.Unlock()
		if gate == nil {
			return nil
		}
		if err := h.Wait(ctx, gate); err != nil {
			return err
		}
	}
}

func (t *turn) give() {
	t.mu.Lock()
	gate := t.busy
	t.busy = nil
	t.mu.Unlock()
	gate.Open()
}
