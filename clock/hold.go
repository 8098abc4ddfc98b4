package clock

import (
	"context"
	"net"
	"time"
)

// hold is a Hold of a virtual clock. All fields are guarded by v.mu.
type hold struct {
	v        *Virtual
	what     string
	active   bool
	released bool
	bound    ends
	loan     *loan // the fake that sleeps on this hold, once it was lent
}

// idler is a wait that ends when nothing in the world can move any more.
type idler struct{ wake func() }

func (h *hold) Sleep(ctx context.Context, d time.Duration) error {
	v := h.v
	v.mu.Lock()
	woken := make(chan struct{})
	t := v.setTimer(d, func() {
		v.activate(h)
		close(woken)
	})
	v.deactivate(h)
	v.mu.Unlock()
	select {
	case <-woken:
		return nil
	case <-ctx.Done():
		v.mu.Lock()
		defer v.mu.Unlock()
		if v.drop(t) {
			v.activate(h)
			return ctx.Err()
		}
		return nil
	}
}

func (h *hold) Wait(ctx context.Context, g *Gate) error {
	_, err := h.wait(ctx, g, false)
	return err
}

func (h *hold) WaitIdle(ctx context.Context, g *Gate) (bool, error) {
	return h.wait(ctx, g, true)
}

func (h *hold) wait(ctx context.Context, g *Gate, endsIdle bool) (idle bool, err error) {
	v := h.v
	woken, over := make(chan struct{}), false
	wake := func() {
		if !over {
			over = true
			v.activate(h)
			close(woken)
		}
	}
	w := &waiter{pass: func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		wake()
	}}
	v.mu.Lock()
	if !g.join(w) {
		v.mu.Unlock()
		return false, nil
	}
	i := &idler{}
	i.wake = func() { idle = true; wake() }
	if endsIdle {
		v.idlers = append(v.idlers, i)
	}
	v.deactivate(h)
	v.mu.Unlock()
	select {
	case <-woken:
	case <-ctx.Done():
		err = ctx.Err()
	}
	g.leave(w)
	v.mu.Lock()
	defer v.mu.Unlock()
	v.dropIdler(i)
	if !over {
		over = true
		v.activate(h)
	}
	return idle && !g.IsOpen(), err
}

func (v *Virtual) dropIdler(i *idler) {
	for n, other := range v.idlers {
		if other == i {
			v.idlers = append(v.idlers[:n], v.idlers[n+1:]...)
			return
		}
	}
}

func (h *hold) Bind(conn net.Conn) {
	h.v.mu.Lock()
	defer h.v.mu.Unlock()
	h.v.net.unbind(h)
	h.bound = endsOf(conn)
	h.v.net.bind(h)
}

func (h *hold) Reclaim() {
	h.v.mu.Lock()
	defer h.v.mu.Unlock()
	if h.bound != (ends{}) {
		h.v.net.left[h.bound.local] = true
	}
	if h.loan != nil {
		h.v.endLoan(h.loan, ErrAbandoned)
	}
	h.v.advance()
}

func (h *hold) Release() {
	v := h.v
	v.mu.Lock()
	defer v.mu.Unlock()
	if h.released {
		return
	}
	h.released = true
	v.net.unbind(h)
	if h.loan != nil {
		v.endLoan(h.loan, ErrAbandoned)
	}
	delete(v.holds, h)
	v.deactivate(h)
}
