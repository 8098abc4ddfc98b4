package bits

import (
	"time"
)

// jobTimers are a job's timers while it is in TRANSIENT_ERROR; nil is none.
type jobTimers struct {
	retry      func() bool
	noProgress func() bool
	retryAt    time.Time // while retry is set
}

// armRetry sets the time of the next try. m.mu is held, here and below.
func (j *Job) armRetry(d time.Duration) {
	j.timers.retryAt = j.m.cfg.Clock.Now().Add(d)
	j.timers.retry = j.m.cfg.Clock.AfterFunc(d, "retry of "+j.name, j.retry)
}

func (j *Job) retry() {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	if j.state == TransientError {
		j.stopTimers()
		j.enqueue()
		j.m.schedule()
	}
}

// armNoProgress sets the time at which a job that makes no progress is given up.
// A try that is due at the same time comes first.
func (j *Job) armNoProgress() {
	left := j.transientSince.Add(j.set.noProgress).Sub(j.m.cfg.Clock.Now())
	j.timers.noProgress = j.m.cfg.Clock.AfterFunc(left, "no-progress timeout of "+j.name, j.noProgress)
}

// noProgress makes the last transient error fatal (BITS documentation:
// SetNoProgressTimeout).
func (j *Job) noProgress() {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	if !j.m.closed && j.state == TransientError {
		j.stopTimers()
		j.enter(Error)
	}
}

func (j *Job) stopTimers() {
	for _, stop := range []func() bool{j.timers.retry, j.timers.noProgress} {
		if stop != nil {
			stop()
		}
	}
	j.timers = jobTimers{}
}
