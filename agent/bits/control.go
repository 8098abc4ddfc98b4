package bits

import (
	"time"

	"github.com/wualab/wualab/hresult"
)

// Resume queues a job that is suspended or in error. A job without files
// fails with BG_E_EMPTY and stays suspended; one whose files are all there
// goes to TRANSFERRED at once; a running or queued one stays as it is.
func (j *Job) Resume() error {
	saved, err := j.resume()
	if err != nil {
		return err
	}
	j.m.report(saved())
	return nil
}

// resume is Resume under the lock; it gives what waits for the disk.
func (j *Job) resume() (saved func() error, err error) {
	saved = func() error { return nil }
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	if err := j.check(callResume); err != nil {
		return nil, err
	}
	if len(j.files) == 0 {
		return nil, called(hresult.BG_E_EMPTY, "resume: job %q has no files", j.name)
	}
	if err := j.keepRemotes(); err != nil {
		return nil, err
	}
	j.opts.Resumed = true
	j.touch()
	j.resetMaximum()
	if j.state == Queued || j.state.running() {
		return saved, nil
	}
	hold := j.m.cfg.Clock.Hold("resume " + j.name)
	defer hold.Release()
	j.stopTimers()
	j.transientSince = time.Time{}
	if j.allComplete() {
		return j.move(Transferred), nil
	}
	j.toEnd()
	saved = j.move(Queued)
	j.m.arrive(j)
	return saved, nil
}

// Suspend stops a job; what it has transferred is kept. It returns when the
// transfer has stopped.
func (j *Job) Suspend() error {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	if err := j.check(callSuspend); err != nil {
		return err
	}
	j.touch()
	j.halt(Suspended)
	return nil
}

// Cancel deletes a job and the temporary files it made. It returns when the
// transfer has stopped. Files that could not be deleted are told by the code
// BG_S_UNABLE_TO_DELETE_FILES and no error. The server of an upload is told
// afterwards, by Cancel-Session.
func (j *Job) Cancel() (hresult.HRESULT, error) {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	if err := j.check(callCancel); err != nil {
		return 0, err
	}
	return j.cancel()
}

// cancel is Cancel with the lock held.
func (j *Job) cancel() (hresult.HRESULT, error) {
	j.ending = cancelling
	if err := j.save(); err != nil {
		j.ending = ""
		return 0, err
	}
	j.halt(Cancelled)
	code := j.discard(j.withReply())
	if j.openSession() != nil {
		j.part()
		return code, nil
	}
	return code, j.forget()
}

// forget takes a job that has ended off the store.
func (j *Job) forget() error {
	if j.m.store == nil {
		return nil
	}
	if err := j.m.store.Delete(j.id); err != nil {
		return called(hresult.E_FAIL, "job %q has ended and could not be taken off the store: %w", j.name, err)
	}
	return nil
}

// Complete hands the transferred files over under their own names and ends
// the job. Before the job is TRANSFERRED the finished files are kept, the
// others deleted, and the code is BG_S_PARTIAL_COMPLETE; an upload can be
// completed in TRANSFERRED only.
func (j *Job) Complete() (hresult.HRESULT, error) {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	if err := j.check(callComplete); err != nil {
		return 0, err
	}
	if j.kind != Download && j.state != Transferred {
		return 0, called(hresult.BG_E_INVALID_STATE, "Complete: the upload %q is %v", j.name, j.state)
	}
	waited := j.state == Queued || j.state.running()
	if err := j.settle(callComplete); err != nil {
		return 0, err
	}
	j.ending = completing
	if err := j.save(); err != nil {
		j.ending = ""
		if waited {
			j.requeue()
		}
		return 0, err
	}
	var unfinished []*File
	for _, f := range j.withReply() {
		if !f.complete {
			unfinished = append(unfinished, f)
			continue
		}
		if err := f.handOver(); err != nil {
			j.ending = ""
			j.m.report(j.save())
			return 0, called(diskCode(err), "Complete: %s: %w", f.local, err)
		}
	}
	j.enter(Acknowledged)
	code := j.discard(unfinished)
	if code == hresult.S_OK && len(unfinished) > 0 {
		code = hresult.BG_S_PARTIAL_COMPLETE
	}
	return code, j.forget()
}

// requeue has a job go on that was halted for nothing.
func (j *Job) requeue() {
	hold := j.m.cfg.Clock.Hold("resume " + j.name)
	defer hold.Release()
	j.enqueue()
	j.m.arrive(j)
}

// settle halts a job that c is about to end, until nothing of it runs. Others may
// end it while a transfer stops, or have it go on.
func (j *Job) settle(c Call) error {
	for {
		stopped := j.state
		if stopped.running() || stopped == Queued {
			stopped = Suspended
		}
		j.halt(stopped)
		if err := j.check(c); err != nil {
			return err
		}
		if j.run == nil && j.state == stopped {
			return nil
		}
	}
}

// halt puts the job into s and stops its timers and its transfer. The lock,
// which the caller has, is given up until the transfer has ended; time stands
// still meanwhile.
func (j *Job) halt(s State) {
	hold := j.m.cfg.Clock.Hold("stop " + j.name)
	defer hold.Release()
	j.stopTimers()
	r := j.run
	j.enter(s)
	if r == nil {
		j.m.schedule() // nobody may be waiting for a turn any more
		return
	}
	r.stop()
	j.m.mu.Unlock()
	<-r.done
	j.m.mu.Lock()
}

// discard deletes the files' bytes. The manager's lock is held.
func (j *Job) discard(files []*File) hresult.HRESULT {
	code := hresult.S_OK
	for _, f := range files {
		if err := f.discard(); err != nil {
			code = hresult.BG_S_UNABLE_TO_DELETE_FILES
		}
	}
	return code
}

// withReply gives the job's files and its reply.
func (j *Job) withReply() []*File {
	if j.reply == nil {
		return j.files
	}
	return append(append([]*File(nil), j.files...), j.reply)
}

func (j *Job) allComplete() bool {
	for _, f := range j.files {
		if !f.complete {
			return false
		}
	}
	return true
}

// finish moves the job on when its transfer has ended. m.mu is held. A job
// that was suspended, cancelled or completed meanwhile stays so.
func (j *Job) finish(err error) {
	if !j.state.running() {
		return
	}
	if err == nil {
		j.err = nil
		j.transientSince = time.Time{}
		j.enter(Transferred)
		return
	}
	if j.m.closed {
		j.state = Queued // the service stops; nobody is told
		j.saveLazily()   // what the activation counted
		return
	}
	j.fail(asJobError(err))
}

// fail is the error side of the life cycle: fatal errors end in ERROR,
// transient ones in TRANSIENT_ERROR until the retry delay is over or the
// no-progress timeout, counted from the first of them without progress in
// between, makes them fatal (BITS documentation: SetNoProgressTimeout). What the
// job lacks may also come back at a time of its own; see eventCodes.
func (j *Job) fail(e *JobError) {
	j.err = e
	j.errorCount++
	now := j.m.cfg.Clock.Now()
	if j.transientSince.IsZero() {
		j.transientSince = now
	}
	if e.fatal() || j.opts.Method != "" || j.set.retryDelay > j.set.noProgress || now.Sub(j.transientSince) >= j.set.noProgress {
		j.enter(Error)
		return
	}
	switch ends := e.ends(); {
	case !e.waitsForEvent():
		j.armRetry(j.set.retryDelay)
	case !ends.IsZero():
		j.armRetry(ends.Sub(now))
	}
	j.armNoProgress()
	j.enter(TransientError)
}
