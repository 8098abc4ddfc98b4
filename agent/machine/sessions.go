package machine

import "slices"

// OnSessions has f called after each logon and logoff, in the caller's
// goroutine and without a lock, until stop is called. What changed is for f to
// find out; it may be called for a change that it has seen already.
func (m *Machine) OnSessions(f func()) (stop func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.watchers = append(m.watchers, &f)
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.watchers = slices.DeleteFunc(m.watchers, func(other *func()) bool { return other == &f })
	}
}

func (m *Machine) tellSessions() {
	m.mu.Lock()
	watchers := slices.Clone(m.watchers)
	m.mu.Unlock()
	for _, f := range watchers {
		(*f)()
	}
}
