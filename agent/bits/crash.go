package bits

import (
	"errors"

	"github.com/wualab/wualab/agent/bits/store"
	"github.com/wualab/wualab/clock"
)

// ErrStopped is returned by Wait when the service has been stopped, or has
// died.
var ErrStopped = errors.New("the BITS service has stopped")

// Crash ends the service as a process that dies does: nothing more gets to the
// store, nobody is told of anything. It does not wait; Close, which must
// follow, does. What the disk keeps is for the disk to say; see Volume.
func (m *Manager) Crash() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.dead.Store(true)
	m.end()
}

// end lets no job go on and wakes those who wait for one. m.mu is held.
func (m *Manager) end() {
	if m.closed {
		return
	}
	m.closed = true
	m.network.stop()
	for _, j := range m.jobs {
		j.stopTimers()
		j.stopLapse()
		j.stopNotices()
		j.stopParting()
		for _, stop := range j.tells.again {
			stop()
		}
		if j.run != nil {
			j.run.stopTimers()
			j.run.cancel()
		}
		gate := j.changed
		j.changed = &clock.Gate{}
		gate.Open()
	}
}

// alive lets the store do no more for a service that has crashed.
func (m *Manager) alive(hook func(store.Point) error) func(store.Point) error {
	return func(p store.Point) error {
		if m.dead.Load() {
			return errDead
		}
		if hook == nil {
			return nil
		}
		return hook(p)
	}
}
