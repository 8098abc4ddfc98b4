package bits

import (
	"errors"

	"github.com/wualab/wualab/agent/bits/store"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
)

// ErrStopped is returned by Wait when the service has been stopped, or has
// died. Calls then fail with RPC_S_SERVER_UNAVAILABLE, which wraps it: those that
// [Calls] lists, and those that make and find a job. What gives no error tells what
// the service knew last. Assumed: the code; it is what COM gives for a server that
// is gone.
var ErrStopped = errors.New("the BITS service has stopped")

// serves refuses calls of a service that has ended. m.mu is held.
func (m *Manager) serves(call string) error {
	if m.closed {
		return called(hresult.RPC_S_SERVER_UNAVAILABLE, "%s: %w", call, ErrStopped)
	}
	return nil
}

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
		j.stopFileNotices()
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
