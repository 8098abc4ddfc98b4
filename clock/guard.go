package clock

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// ErrTimeout is wrapped by what Guard returns when the time was over.
var ErrTimeout = errors.New("timed out")

// cause keeps why an operation was interrupted: the first reason counts.
type cause struct {
	mu  sync.Mutex
	err error
}

func (c *cause) set(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = err
	}
}

// get must be called when nobody sets any more.
func (c *cause) get() error { return c.err }

// Guard runs op, named what, until it ends, d of c's time is over or ctx is done;
// then interrupt must make op return. A negative d does not bound it. The fake that
// sleeps on h at that moment gives it back. The timer keeps the clock until op has
// returned, so that no later timer can come between. The error is op's, ctx's, or one
// that wraps ErrTimeout.
func Guard(ctx context.Context, c Clock, h Hold, what string, d time.Duration, interrupt func(), op func(*Patience) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	var why cause
	over := make(chan struct{})
	stop := func(err error) {
		why.set(err)
		h.Reclaim()
		interrupt()
		<-over
	}
	p := &Patience{clock: c, what: what, d: d, over: func() { stop(fmt.Errorf("%s: %w after %v", what, ErrTimeout, d)) }}
	p.begin()
	ignore := onDone(ctx, func() { stop(ctx.Err()) })
	err := op(p)
	close(over)
	p.end()
	ignore()
	if cut := why.get(); cut != nil {
		return cut
	}
	return err
}

// Patience is the time-out of an operation under Guard. It belongs to the goroutine
// that does the operation.
type Patience struct {
	clock Clock
	what  string
	d     time.Duration
	over  func()
	stop  func() bool
	ran   chan struct{}

	paused bool
}

// begin sets the timer, unless the time is without end.
func (p *Patience) begin() {
	if p.d < 0 {
		p.stop = func() bool { return true }
		return
	}
	ran := make(chan struct{})
	p.ran = ran
	p.stop = p.clock.AfterFunc(p.d, p.what, func() {
		defer close(ran)
		p.over()
	})
}

// Pause stops the timer while bytes flow, until Resume; there is no pause once it is
// over. A nil Patience has no timer to stop.
func (p *Patience) Pause() (ok bool) {
	if p == nil || p.paused {
		return true
	}
	p.paused = p.stop()
	return p.paused
}

// Resume sets the timer anew after a pause; else it does nothing.
func (p *Patience) Resume() {
	if p != nil && p.paused {
		p.paused = false
		p.begin()
	}
}

// end stops the timer, or waits until it has run.
func (p *Patience) end() {
	if !p.paused && !p.stop() {
		<-p.ran
	}
}

// onDone runs f when ctx is done; ignore stops that, or waits until f has run.
func onDone(ctx context.Context, f func()) (ignore func()) {
	ran := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(ran)
		f()
	})
	return func() {
		if !stop() {
			<-ran
		}
	}
}
