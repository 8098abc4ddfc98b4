package bits

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/transcript"
)

// Job is IBackgroundCopyJob: a list of files that are transferred together.
// All fields are guarded by the manager's lock.
type Job struct {
	m        *Manager
	name     string
	owner    string
	priority Priority
	state    State
	files    []*File
	creds    credentials
	proxy    winhttp.ProxySettings

	retryDelay, noProgress time.Duration
	created                time.Time
	transientSince         time.Time // of the first transient error without progress since
	errorCount             int
	err                    *JobError

	run       *run
	stopRetry func() bool
	changed   *clock.Gate // opened, and replaced, at every change of state
}

// Name returns the display name.
func (j *Job) Name() string { return j.name }

// Owner returns DOMAIN\user of the job's owner.
func (j *Job) Owner() string { return j.owner }

// State returns the job's state.
func (j *Job) State() State {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	return j.state
}

// ErrorCount counts how often the job came into ERROR or TRANSIENT_ERROR.
func (j *Job) ErrorCount() int {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	return j.errorCount
}

// GetError tells why the job is in ERROR or TRANSIENT_ERROR; in any other
// state the call fails with BG_E_ERROR_INFORMATION_UNAVAILABLE.
func (j *Job) GetError() (*JobError, error) {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	if j.err == nil || (j.state != Error && j.state != TransientError) {
		return nil, called(hresult.BG_E_ERROR_INFORMATION_UNAVAILABLE, "job %q is in state %v", j.name, j.state)
	}
	return j.err, nil
}

// Progress is BG_JOB_PROGRESS.
type Progress struct {
	BytesTotal       int64 // -1 while the size of a file is unknown
	BytesTransferred int64
	FilesTotal       int
	FilesTransferred int
}

// Progress returns how far the job is.
func (j *Job) Progress() Progress {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	p := Progress{FilesTotal: len(j.files)}
	for _, f := range j.files {
		p.BytesTransferred += f.done
		if f.complete {
			p.FilesTransferred++
		}
		if length := f.length(); length == sizeUnknown || p.BytesTotal < 0 {
			p.BytesTotal = sizeUnknown
		} else {
			p.BytesTotal += length
		}
	}
	return p
}

// SetPriority changes the priority; it counts from the next activation on.
func (j *Job) SetPriority(p Priority) error {
	if p < Foreground || p > Low {
		return called(hresult.E_INVALIDARG, "set priority: unknown %v", p)
	}
	return j.change("set priority", func() error { j.priority = p; return nil })
}

// SetMinimumRetryDelay sets how long a job rests in TRANSIENT_ERROR before it
// is tried again. Less than 5 s is taken as 5 s (BITS documentation).
func (j *Job) SetMinimumRetryDelay(d time.Duration) error {
	return j.change("set minimum retry delay", func() error {
		j.retryDelay = max(d, MinMinimumRetryDelay)
		return nil
	})
}

// SetNoProgressTimeout sets after how long without progress a transient error
// becomes fatal; 0 makes every error fatal at once (BITS documentation).
func (j *Job) SetNoProgressTimeout(d time.Duration) error {
	return j.change("set no-progress timeout", func() error { j.noProgress = max(d, 0); return nil })
}

// SetProxySettings replaces the settings of the job; by default they are the
// owner's Internet Explorer settings.
func (j *Job) SetProxySettings(s winhttp.ProxySettings) error {
	return j.change("set proxy settings", func() error { j.proxy = s; return nil })
}

// change runs f unless the job has left the queue.
func (j *Job) change(what string, f func() error) error {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	if j.state.Final() {
		return called(hresult.BG_E_INVALID_STATE, "%s: job %q is %v", what, j.name, j.state)
	}
	return f()
}

// ErrIdle is returned by Wait when nothing in the simulated world runs and no
// timer is set, so that the job will never come into a state waited for.
var ErrIdle = errors.New("nothing is left that could change the job's state")

// Wait waits on the clock until the job is in one of the states.
func (j *Job) Wait(ctx context.Context, h clock.Hold, states ...State) (State, error) {
	for {
		j.m.mu.Lock()
		state, gate := j.state, j.changed
		j.m.mu.Unlock()
		for _, s := range states {
			if s == state {
				return state, nil
			}
		}
		idle, err := h.WaitIdle(ctx, gate)
		if err != nil {
			return state, fmt.Errorf("wait for job %q in state %v: %w", j.name, state, err)
		}
		if idle {
			return state, ErrIdle
		}
	}
}

// set changes the state and tells those who wait. m.mu is held.
func (j *Job) set(s State) {
	if j.state == s {
		return
	}
	from := j.state
	j.state = s
	j.record(from)
	gate := j.changed
	j.changed = &clock.Gate{}
	gate.Open()
}

func (j *Job) record(from State) {
	if j.m.cfg.Recorder == nil {
		return
	}
	e := transcript.Event{Kind: transcript.KindJob, Node: j.m.cfg.Node, Subject: j.name,
		Text: fmt.Sprintf("%v -> %v", from, j.state),
		Data: map[string]string{"from": from.String(), "to": j.state.String()}}
	if j.err != nil && (j.state == Error || j.state == TransientError) {
		e.Text += ": " + j.err.Error()
		e.Data["code"], e.Data["context"] = j.err.Code.String(), j.err.Context.String()
	}
	j.m.cfg.Recorder.Add(e)
}
