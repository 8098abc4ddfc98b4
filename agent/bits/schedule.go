package bits

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/wualab/wualab/clock"
)

// run is one activation of a job.
type run struct {
	cancel context.CancelFunc
	done   chan struct{}

	// ending says that it was told to end, which takes no time: hold, if the
	// one who told it did not wait, lasts until it has.
	ending bool
	hold   clock.Hold

	began   time.Time
	maximum func() bool // stops the timer of the maximum download time
	slice   func() bool // stops the timer of the time slice; nil while there is none
}

// stop has the activation end.
func (r *run) stop() {
	r.ending = true
	r.stopTimers()
	r.cancel()
}

func (r *run) stopTimers() {
	r.stopSlice()
	r.stopMaximum()
}

func (r *run) stopSlice() {
	if r.slice != nil {
		r.slice()
		r.slice = nil
	}
}

// active reports whether the job has a turn that nobody has ended.
func (j *Job) active() bool { return j.run != nil && !j.run.ending }

// enqueue puts the job at the end of the line of its priority. m.mu is held,
// here and below, and the clock.
func (j *Job) enqueue() {
	j.toEnd()
	j.enter(Queued)
}

func (j *Job) toEnd() {
	j.m.turns++
	j.turn = j.m.turns
}

// yield ends the job's activation and queues it again; the turn of others
// comes when its transfer has stopped. What it has transferred is kept.
func (j *Job) yield() {
	if j.state.running() {
		j.enter(Queued)
	}
	j.breakOff()
}

// breakOff ends the job's activation. Time stands still until it has ended.
func (j *Job) breakOff() {
	j.run.hold = j.m.cfg.Clock.Hold("stop " + j.name)
	j.run.stop()
}

// schedule gives turns to the jobs that should run now, and ends those of the
// others.
//
// BITS documentation, BG_JOB_PRIORITY and "Life Cycle of a BITS Job": from 2.0
// on all foreground jobs run at once beside one background job, before it one
// job at a time; a higher priority goes first and pre-empts a lower one; jobs
// of the same priority take turns of a time slice.
func (m *Manager) schedule() {
	if m.closed {
		return
	}
	m.readPolicy()
	if down := m.down(); down != nil {
		m.disconnect(down)
		return
	}
	ready := m.readiness()
	waiting := m.inTurn()
	together, one := choose(waiting, ready)
	for _, j := range slices.Clone(m.running) {
		if j.active() && j != one && !(m.shares(j) && ready(j)) {
			j.yield()
		}
	}
	for _, j := range together {
		if j.run == nil {
			m.start(j)
		}
	}
	if one == nil {
		return
	}
	if one.run == nil && !m.taken() {
		m.start(one)
	}
	if one.active() {
		m.slice(one, ready)
	}
}

// arrive is schedule for a job that was queued. One that cannot have a turn
// changes nothing for the others, and they are not looked through.
func (m *Manager) arrive(j *Job) {
	if m.down() != nil || j.ready() {
		m.schedule()
	}
}

// choose says which jobs may run: those that run beside all others, and the one
// that has the turn among the rest.
func choose(waiting []*Job, ready func(*Job) bool) (together []*Job, one *Job) {
	for _, j := range waiting {
		switch {
		case !j.waits() && !j.active():
		case j.m.shares(j):
			if ready(j) {
				together = append(together, j)
			}
		case (one == nil || j.before(one)) && ready(j):
			one = j
		}
	}
	slices.SortFunc(together, func(a, b *Job) int { return cmp.Compare(a.number, b.number) })
	return together, one
}

// shares reports whether the job runs beside all others.
func (m *Manager) shares(j *Job) bool {
	return j.set.priority == Foreground && m.features().parallel
}

// waits reports whether the job is in the queue without a turn.
func (j *Job) waits() bool { return j.state == Queued && !j.active() }

// ready reports whether the job may have a turn: it has one or waits for it, and
// its owner is logged on.
func (j *Job) ready() bool {
	return (j.waits() || j.active()) && j.m.cfg.Machine.Interactive(j.owner)
}

// readiness gives what asks ready for many jobs at one time: the machine is
// asked about each owner once.
func (m *Manager) readiness() func(*Job) bool {
	loggedOn := map[string]bool{}
	return func(j *Job) bool {
		if !j.waits() && !j.active() {
			return false
		}
		on, known := loggedOn[j.owner]
		if !known {
			on = m.cfg.Machine.Interactive(j.owner)
			loggedOn[j.owner] = on
		}
		return on
	}
}

// before says which of two jobs has the turn: the higher priority; then the
// one that runs, as its time slice is not over; then who has waited longer.
// Assumed: a job that had to make room for a higher priority goes on before the
// others of its own.
func (j *Job) before(other *Job) bool {
	if j.set.priority != other.set.priority {
		return j.set.priority < other.set.priority
	}
	if j.active() != other.active() {
		return j.active()
	}
	return j.turn < other.turn
}

// taken reports whether a job runs, or has not stopped yet, that does not run
// beside all others.
func (m *Manager) taken() bool {
	return slices.ContainsFunc(m.running, func(j *Job) bool { return !m.shares(j) })
}

// slice sets the timer of the time slice of the job that runs while another of
// its priority waits, and takes it away when none does any more. Assumed: the
// slice begins when the other comes.
func (m *Manager) slice(j *Job, ready func(*Job) bool) {
	r := j.run
	switch contested := m.contested(j, ready); {
	case !contested:
		r.stopSlice()
	case r.slice == nil:
		r.slice = m.cfg.Clock.AfterFunc(m.cfg.Tuning.Slice, "time slice of "+j.name, func() { m.sliceOver(j, r) })
	}
}

func (m *Manager) contested(j *Job, ready func(*Job) bool) bool {
	for _, other := range m.line {
		if other != j && other.set.priority == j.set.priority && other.waits() && ready(other) {
			return true
		}
	}
	return false
}

// sliceOver sends the job to the end of the line.
func (m *Manager) sliceOver(j *Job, r *run) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed || j.run != r || r.ending {
		return
	}
	r.slice = nil
	j.toEnd()
	j.yield()
}

func (m *Manager) start(j *Job) {
	ctx, cancel := context.WithCancel(context.Background())
	r := &run{cancel: cancel, done: make(chan struct{}), began: m.cfg.Clock.Now()}
	j.run = r
	m.running = append(m.running, j)
	j.armMaximum()
	h := m.cfg.Clock.Hold("job " + j.name)
	m.work.Add(1)
	go func() {
		defer m.work.Done()
		defer h.Release()
		defer close(r.done)
		defer cancel()
		err := j.transfer(ctx, h)
		m.mu.Lock()
		defer m.mu.Unlock()
		m.ended(j, r, err)
	}()
}

// ended is the end of an activation.
func (m *Manager) ended(j *Job, r *run, err error) {
	r.stopTimers()
	j.run = nil
	m.running = slices.DeleteFunc(m.running, func(other *Job) bool { return other == j })
	j.spent += m.cfg.Clock.Now().Sub(r.began)
	j.finish(err)
	m.schedule()
	if r.hold != nil {
		r.hold.Release()
	}
}
