package clock

import (
	"context"
	"net"
	"time"
)

// Wall is real time. Its holds cost nothing.
type Wall struct{}

var _ Clock = Wall{}

// Now returns the machine's time in UTC.
func (Wall) Now() time.Time { return time.Now().UTC() }

// Hold returns a hold that holds nothing.
func (Wall) Hold(string) Hold { return wallHold{} }

// AfterFunc is time.AfterFunc.
func (Wall) AfterFunc(d time.Duration, _ string, f func()) func() bool {
	return time.AfterFunc(d, f).Stop
}

// Lapse is time.AfterFunc.
func (Wall) Lapse(d time.Duration, _ string, f func()) func() bool {
	return time.AfterFunc(d, f).Stop
}

// Track returns conn itself.
func (Wall) Track(conn net.Conn) net.Conn { return conn }

// SleepFor sleeps in real time.
func (Wall) SleepFor(ctx context.Context, _ net.Conn, d time.Duration) error {
	return wallHold{}.Sleep(ctx, d)
}

// Forward does nothing.
func (Wall) Forward(net.Conn, net.Conn) {}

type wallHold struct{}

func (wallHold) Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (wallHold) Wait(ctx context.Context, g *Gate) error {
	passed := make(chan struct{})
	w := &waiter{pass: func() { close(passed) }}
	if !g.join(w) {
		return nil
	}
	select {
	case <-passed:
		return nil
	case <-ctx.Done():
		g.leave(w)
		return ctx.Err()
	}
}

func (h wallHold) WaitIdle(ctx context.Context, g *Gate) (bool, error) {
	return false, h.Wait(ctx, g)
}

func (wallHold) Bind(net.Conn) {}
func (wallHold) Reclaim()      {}
func (wallHold) Release()      {}
