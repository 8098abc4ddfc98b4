package winhttp

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/wualab/wualab/clock"
)

var errTimeout = errors.New("timed out")

// past is a deadline at which reads and writes return at once.
func past() time.Time { return time.Unix(1, 0) }

// span bounds an operation by the world's time; a negative one does not.
type span struct {
	what string
	d    time.Duration
}

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

// guard runs op until it ends, the span is over or ctx is done; then interrupt
// must make op return. The fake that sleeps on h at that moment gives it back.
// The timer keeps the clock until op has returned, so that no later timer can
// come between.
func (c *Client) guard(ctx context.Context, h clock.Hold, s span, interrupt func(), op func(*patience) error) error {
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
	p := &patience{clock: c.cfg.Clock, span: s, over: func() { stop(fmt.Errorf("%s: %w after %v", s.what, errTimeout, s.d)) }}
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

// patience is the time-out of an operation. It belongs to the goroutine that does
// the operation.
type patience struct {
	clock clock.Clock
	span  span
	over  func()
	stop  func() bool
	ran   chan struct{}
}

// begin sets the timer, unless the span is without end.
func (p *patience) begin() {
	if p.span.d < 0 {
		p.stop = func() bool { return true }
		return
	}
	ran := make(chan struct{})
	p.ran = ran
	p.stop = p.clock.AfterFunc(p.span.d, p.span.what, func() {
		defer close(ran)
		p.over()
	})
}

// pause stops the timer while bytes flow, and resume sets it anew; there is no
// pause once it is over.
func (p *patience) pause() (resume func(), ok bool) {
	if p == nil {
		return func() {}, true
	}
	return p.begin, p.stop()
}

// end stops the timer, or waits until it has run.
func (p *patience) end() {
	if !p.stop() {
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
