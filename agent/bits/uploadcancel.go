package bits

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
)

// parting is the end of an upload that was cancelled: its job has left the
// queue, and the server is still to be told.
type parting struct {
	since  time.Time
	cancel context.CancelFunc // of the packet under way
	stop   func() bool        // of the timer to the next one
}

// openSession gives the file of an upload that the server has a session for, or a part
// of on a share. The lock is held.
func (j *Job) openSession() *File {
	if j.kind == Download || len(j.files) == 0 || j.files[0].complete || j.files[0].up.ID == "" && j.files[0].up.Temp == "" {
		return nil
	}
	return j.files[0]
}

// part sends Cancel-Session while nobody waits for it; the job stays on the store
// until that is done (BITS documentation: Cancel-Session). The lock is held.
func (j *Job) part() {
	m := j.m
	if m.closed {
		return
	}
	if j.parting == nil {
		j.parting = &parting{since: m.cfg.Clock.Now()}
	}
	ctx, cancel := context.WithCancel(context.Background())
	j.parting.cancel, j.parting.stop = cancel, nil
	hold := m.cfg.Clock.Hold("cancel session of " + j.name)
	m.work.Add(1)
	go func() {
		defer m.work.Done()
		defer hold.Release()
		defer cancel()
		again := j.cancelSession(ctx, hold)
		m.mu.Lock()
		defer m.mu.Unlock()
		j.parted(again)
	}()
}

// parted ends it, or sends the packet again after the job's retry delay, up to its
// no-progress timeout (assumed).
func (j *Job) parted(again bool) {
	clk := j.m.cfg.Clock
	switch {
	case j.m.closed:
	case again && clk.Now().Sub(j.parting.since) < j.set.noProgress:
		j.parting.stop = clk.AfterFunc(j.set.retryDelay, "cancel session of "+j.name, func() {
			j.m.mu.Lock()
			defer j.m.mu.Unlock()
			j.part()
		})
	default:
		j.parting = nil
		j.m.report(j.forget())
	}
}

// stopParting ends what is under way when the service stops. The lock is held.
func (j *Job) stopParting() {
	if j.parting == nil {
		return
	}
	j.parting.cancel()
	if j.parting.stop != nil {
		j.parting.stop()
	}
}

// cancelSession sends the packet and reports whether it should go out again: as
// Close-Session after 5xx, unless the session is unknown (BITS documentation: Ack
// for Cancel-Session), and when no answer came.
func (j *Job) cancelSession(ctx context.Context, h clock.Hold) (again bool) {
	u, err := j.newUpload(ctx, h, j.files[0])
	if err != nil {
		return false
	}
	if u.file.up.Temp != "" {
		return u.removeSMB()
	}
	a, err := u.post(packetCancel, u.identity(), nil)
	switch {
	case err == nil || errors.Is(err, errSessionLost):
		return false
	case a.status > 0:
		return a.status >= http.StatusInternalServerError
	}
	class, _, _ := hresult.Classify(asJobError(err).Code)
	return class == hresult.Transient
}
