package clock

import "sync"

// Gate is opened once and lets through every Hold that waits at it. The zero
// Gate is shut and ready for use; it must not be copied. It is safe for
// concurrent use.
type Gate struct {
	mu      sync.Mutex
	open    bool
	waiters []*waiter
}

// waiter is one wait at a gate; pass is called once, with the gate unlocked.
type waiter struct{ pass func() }

// Open lets all present and future waiters through.
func (g *Gate) Open() {
	g.mu.Lock()
	waiters := g.waiters
	g.open, g.waiters = true, nil
	g.mu.Unlock()
	for _, w := range waiters {
		w.pass()
	}
}

// IsOpen reports whether Open was called.
func (g *Gate) IsOpen() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.open
}

// join adds w unless the gate is open already, in which case it returns false.
func (g *Gate) join(w *waiter) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open {
		return false
	}
	g.waiters = append(g.waiters, w)
	return true
}

// leave removes w, which then is not passed any more.
func (g *Gate) leave(w *waiter) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for i, other := range g.waiters {
		if other == w {
			g.waiters = append(g.waiters[:i], g.waiters[i+1:]...)
			return
		}
	}
}
