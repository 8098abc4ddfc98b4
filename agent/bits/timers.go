package bits

import (
	"math"
	"time"

	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/hresult"
)

// jobTimers are a job's timers while it is in TRANSIENT_ERROR; nil is none.
type jobTimers struct {
	retry      func() bool
	noProgress func() bool
	retryAt    time.Time // while retry is set
}

// What counts where no policy is configured (BITS documentation, "Group
// Policies").
const (
	DefaultInactivityTimeout   = 90 * 24 * time.Hour
	DefaultMaximumDownloadTime = 90 * 24 * time.Hour
)

// period reads a policy that is a length of time, in units.
func (m *Manager) period(policy string, unit, fallback time.Duration) time.Duration {
	n, ok, err := m.cfg.Machine.Registry().DWORD(link.PolicyKey, policy)
	if err != nil || !ok || n == 0 { // assumed: what cannot be used counts as none
		return fallback
	}
	return time.Duration(min(int64(n), math.MaxInt64/int64(unit))) * unit
}

// pcTime gives an instant as the service takes it to be on the PC's clock, of
// which it hears when it starts: a clock that is changed moves no timer of a
// service that runs, and those of one that is started again (BITS
// documentation: SetMinimumRetryDelay, SetNoProgressTimeout). No instant stays
// none, here and in worldTime.
func (m *Manager) pcTime(t time.Time) time.Time { return shift(t, m.skew) }

// worldTime gives an instant of the PC's clock.
func (m *Manager) worldTime(t time.Time) time.Time { return shift(t, -m.skew) }

func shift(t time.Time, by time.Duration) time.Time {
	if t.IsZero() {
		return t
	}
	return t.Add(by)
}

// touch notes activity against the job. m.mu is held, here and below.
func (j *Job) touch() { j.activeAt = j.m.cfg.Clock.Now() }

// armLapse sets the time at which a job that nobody cares for is cancelled: when
// neither a transfer made progress nor a call changed anything for
// JobInactivityTimeout, a policy in days.
//
// Source: BITS documentation, "Group Policies". Assumed: Resume and Suspend are
// activity, too; a policy that is changed counts from the next look on, at the
// end of the old one or when the service starts.
func (j *Job) armLapse() {
	left := j.activeAt.Add(j.m.inactivity()).Sub(j.m.cfg.Clock.Now())
	j.stopLapse()
	j.lapse = j.m.cfg.Clock.Lapse(left, "inactivity of "+j.name, j.lapsed)
}

func (m *Manager) inactivity() time.Duration {
	return m.period("JobInactivityTimeout", 24*time.Hour, DefaultInactivityTimeout)
}

func (j *Job) stopLapse() {
	if j.lapse != nil {
		j.lapse()
		j.lapse = nil
	}
}

func (j *Job) lapsed() {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	j.lapse = nil
	if j.m.closed || j.state.Final() {
		return
	}
	j.m.work.Add(1)
	defer j.m.work.Done()
	switch {
	case j.m.cfg.Clock.Now().Sub(j.activeAt) < j.m.inactivity():
		j.armLapse()
	default:
		j.scavenged = true
		_, err := j.cancel()
		j.m.report(err)
	}
}

// maximum is how long the job may be CONNECTING or TRANSFERRING in all; before
// 3.0 there is no such limit. The job's own counts before the policy, which is
// in seconds.
//
// Source: BITS documentation, "Group Policies" and
// IBackgroundCopyJob4::SetMaximumDownloadTime.
func (j *Job) maximum() (time.Duration, bool) {
	if j.m.version().Compare(version30) < 0 {
		return 0, false
	}
	if own := j.set.maximum; own != nil {
		return *own, true
	}
	return j.m.period("MaxDownloadTime", time.Second, DefaultMaximumDownloadTime), true
}

// armMaximum sets the timer of an activation for the time that is left.
func (j *Job) armMaximum() {
	r := j.run
	r.stopMaximum()
	most, limited := j.maximum()
	if !limited {
		return
	}
	left := most - j.spent - j.m.cfg.Clock.Now().Sub(r.began)
	r.maximum = j.m.cfg.Clock.AfterFunc(left, "maximum download time of "+j.name, func() { j.tooLong(r) })
}

func (r *run) stopMaximum() {
	if r.maximum != nil {
		r.maximum()
		r.maximum = nil
	}
}

// tooLong ends an activation. Assumed: the error's context is
// GENERAL_QUEUE_MANAGER.
func (j *Job) tooLong(r *run) {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	if j.m.closed || j.run != r || r.ending {
		return
	}
	j.breakOff()
	j.fail(&JobError{Code: hresult.BG_E_MAXDOWNLOAD_TIMEOUT, Context: hresult.BG_ERROR_CONTEXT_GENERAL_QUEUE_MANAGER})
}

// resetMaximum lets the time begin anew, as Resume does.
func (j *Job) resetMaximum() {
	j.spent = 0
	if j.run != nil { // it may be ending
		j.run.began = j.m.cfg.Clock.Now()
	}
	if j.active() {
		j.armMaximum()
	}
}

// SetMaximumDownloadTime sets how long the job may be CONNECTING or TRANSFERRING
// in all, in place of the policy MaxDownloadTime; then it comes into ERROR with
// BG_E_MAXDOWNLOAD_TIMEOUT. Resume lets the time begin anew. Source: BITS
// documentation, IBackgroundCopyJob4::SetMaximumDownloadTime.
func (j *Job) SetMaximumDownloadTime(d time.Duration) error {
	return j.do(callSetMaximumDownloadTime, func() error {
		d = max(d, 0)
		j.set.maximum = &d
		if j.active() {
			j.armMaximum()
		}
		return nil
	})
}

// MaximumDownloadTime is IBackgroundCopyJob4::GetMaximumDownloadTime; 0 before
// 3.0, which has no such limit.
func (j *Job) MaximumDownloadTime() time.Duration {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	most, _ := j.maximum()
	return most
}

// armRetry sets the time of the next try. m.mu is held, here and below.
func (j *Job) armRetry(d time.Duration) {
	j.timers.retryAt = j.m.cfg.Clock.Now().Add(d)
	j.timers.retry = j.m.cfg.Clock.AfterFunc(d, "retry of "+j.name, j.retry)
}

// rearm sets the timers of a job in TRANSIENT_ERROR when the service starts: what
// is left of the retry delay, until at. A job that waited for something at no time,
// which is zero, is tried at once, since it may have come meanwhile, save one that
// waits for the network while there is none. Assumed: that the service looks.
func (j *Job) rearm(at time.Time) {
	switch {
	case !at.IsZero():
		j.armRetry(max(0, at.Sub(j.m.cfg.Clock.Now())))
	case j.err == nil || j.err.Code != hresult.BG_E_NETWORK_DISCONNECTED || j.m.down() == nil:
		j.armRetry(0)
	}
	j.armNoProgress()
}

func (j *Job) retry() {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	if !j.m.closed && j.state == TransientError {
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
