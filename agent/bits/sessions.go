package bits

// sessionsChanged is told of logons and logoffs. A job runs only while its
// owner is logged on interactively: at logoff it goes back to QUEUED and keeps
// what it has, at logon it gets its turn again. Assumed: jobs in
// TRANSIENT_ERROR stay there until their retry delay is over.
//
// Source: BITS documentation, "Users and Network Connections".
func (m *Manager) sessionsChanged() {
	hold := m.cfg.Clock.Hold("logon or logoff")
	defer hold.Release()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return
	}
	m.tellOwed()
	m.schedule()
}
