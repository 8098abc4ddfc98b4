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
	for _, j := range m.jobs {
		if j.run != nil && !m.cfg.Machine.Interactive(j.owner) {
			j.yield()
		}
	}
	m.tellOwed()
	m.schedule()
}

// yield ends the job's activation and queues it again; the turn of others
// comes when its transfer has stopped. m.mu is held, and the clock.
func (j *Job) yield() {
	if j.state.running() {
		j.enter(Queued)
	}
	j.run.cancel()
}
