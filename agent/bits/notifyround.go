package bits

import "sync"

// push queues a notice, which is told at this instant, when the work under way
// has ended or waits: what is told before what does not depend on the host. m.mu
// is held, here and in what follows.
func (j *Job) push(p pending) {
	j.tells.queue = append(j.tells.queue, p)
	if !j.tells.telling {
		j.tells.telling = true
		j.m.joinRound(j)
	}
}

func (m *Manager) joinRound(j *Job) {
	m.round = append(m.round, j)
	if len(m.round) == 1 {
		m.cfg.Clock.AfterFunc(0, "notices", m.tellRound)
	}
}

// telling is a notice whose callback is called.
type telling struct {
	pending
	job   *Job
	owner string
	err   error
}

// tellRound tells one notice of each job that has some. Callbacks are called
// together, and what came of them is looked at in the order in which the jobs had
// something to tell. The next notices come when what programs did about these
// has ended or waits.
func (m *Manager) tellRound() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return
	}
	m.work.Add(1)
	defer m.work.Done()
	var round []*telling
	for _, j := range m.round {
		round = append(round, &telling{pending: j.tells.queue[0], job: j, owner: j.owner})
		j.tells.queue = j.tells.queue[1:]
	}
	m.round = nil
	m.mu.Unlock()
	m.callBack(round)
	m.mu.Lock()
	for _, t := range round {
		t.job.told(t.pending, t.err)
	}
}

// callBack calls the callbacks, without the lock.
func (m *Manager) callBack(round []*telling) {
	var calls sync.WaitGroup
	for _, t := range round {
		if t.callback == nil {
			continue
		}
		calls.Go(func() {
			defer m.slot(t.owner)()
			t.err = t.call(t.job)
		})
	}
	calls.Wait()
}

// told does what follows when a notice was told, and goes on with the next.
func (j *Job) told(p pending, err error) {
	taken := j.deliver(p, err)
	switch {
	case p.file != nil && !taken:
		j.tellFileAgain(p)
	case p.notice != j.tells.owed: // the job has moved on
	case taken:
		j.tells.owed = ""
		j.m.report(j.save())
	case !j.m.closed && j.m.cfg.Machine.Interactive(j.owner):
		j.stopNotices()
		j.tells.stop = j.m.cfg.Clock.AfterFunc(j.set.retryDelay, "notice of "+j.name, j.tellAgain)
	}
	if j.tells.telling = len(j.tells.queue) > 0; j.tells.telling {
		j.m.joinRound(j)
	}
}
