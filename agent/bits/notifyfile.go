package bits

// tellFile tells of a file that has been transferred, to a callback only.
// m.mu is held.
func (j *Job) tellFile(f *File) {
	cb, ok := j.tells.callback.(Callback2)
	if !ok || !j.wants(fileTransferred) || j.m.closed {
		return
	}
	j.push(pending{notice: fileTransferred, callback: cb, file: f})
}

// tellFileAgain calls a callback once more that did not give S_OK. m.mu is
// held.
func (j *Job) tellFileAgain(p pending) {
	if j.m.closed || j.state.Final() {
		return
	}
	if j.tells.again == nil {
		j.tells.again = map[*pending]func() bool{}
	}
	j.tells.again[&p] = j.m.cfg.Clock.AfterFunc(j.set.retryDelay, "notice of "+j.name, func() {
		j.m.mu.Lock()
		defer j.m.mu.Unlock()
		delete(j.tells.again, &p)
		if !j.m.closed && !j.state.Final() && j.tells.callback == p.callback {
			j.push(p)
		}
	})
}

// stopFileNotices takes off what would be told of files once more. m.mu is held.
func (j *Job) stopFileNotices() {
	for due, stop := range j.tells.again {
		stop()
		delete(j.tells.again, due)
	}
}

// notifications bounds how many callbacks of one user are under way. BITS
// documentation, IBackgroundCopyCallback: up to four at once; further ones wait
// until one of them returns.
const maxNotifications = 4

// slot takes one of the user's places and gives what returns it. The wait is in
// real time, in which a callback runs.
func (m *Manager) slot(owner string) (give func()) {
	m.slotsMu.Lock()
	places := m.slots[owner]
	if places == nil {
		places = make(chan struct{}, maxNotifications)
		if m.slots == nil {
			m.slots = map[string]chan struct{}{}
		}
		m.slots[owner] = places
	}
	m.slotsMu.Unlock()
	places <- struct{}{}
	return func() { <-places }
}
