package bits

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/transcript"
)

// Job is IBackgroundCopyJob: a list of files that are transferred together.
// All fields are guarded by the manager's lock.
type Job struct {
	m      *Manager
	id     string
	number uint64 // in the order of creation
	inLine bool   // it is in the queue's line
	name   string
	kind   Type
	owner  string
	token  machine.Token // by which the owner made or took the job
	state  State
	files  []*File
	reply  *File // of an upload-reply job, once the server told where it is
	creds  credentials
	set    settings
	opts   options

	times          Times
	transientSince time.Time // of the first transient error without progress since
	errorCount     int
	err            *JobError

	edits     []*edit // calls whose changes wait for the disk, oldest first
	tells     notices
	ending    ending
	run       *run
	turn      uint64 // place in the line of its priority: the lower goes first
	timers    jobTimers
	spent     time.Duration // in the activations that have ended, since Resume
	lapse     func() bool   // stops the timer of the inactivity timeout
	activeAt  time.Time     // when something last happened to the job
	scavenged bool          // it was cancelled since nothing did
	parting   *parting      // of an upload that was cancelled
	random    *rand.Rand    // of temporary names and client challenges
	changed   *clock.Gate   // opened, and replaced, at every change of state
}

// Times is BG_JOB_TIMES.
type Times struct {
	Creation, Modification time.Time
	TransferCompletion     time.Time // zero until the job is TRANSFERRED
}

// ID returns the job's GUID, "{...}".
func (j *Job) ID() string { return j.id }

// Type returns the job's type.
func (j *Job) Type() Type { return j.kind }

// Name returns the display name.
func (j *Job) Name() string { return j.Settings().DisplayName }

// Owner returns DOMAIN\user of the job's owner.
func (j *Job) Owner() string {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	return j.owner
}

// Times returns when the job was made, changed and done.
func (j *Job) Times() Times {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	return j.times
}

// State returns the job's state.
func (j *Job) State() State {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	return j.state
}

// ErrorCount counts how often a transfer of the job ended with an error.
func (j *Job) ErrorCount() int {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	return j.errorCount
}

// GetError tells why the job came into ERROR or TRANSIENT_ERROR, until it
// transfers again; without such an error the call fails with
// BG_E_ERROR_INFORMATION_UNAVAILABLE, as it does for a job that has left the queue
// (assumed). Source: BITS documentation, IBackgroundCopyJob::GetError.
func (j *Job) GetError() (*JobError, error) {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	if j.err == nil || j.state.Final() {
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

// ErrIdle is returned by Wait when nothing in the simulated world runs and no
// timer is set, so that the job will never come into a state waited for.
var ErrIdle = errors.New("nothing is left that could change the job's state")

// Wait waits on the clock until the job is in one of the states. It ends with
// ErrIdle or ErrStopped when that can't come any more.
func (j *Job) Wait(ctx context.Context, h clock.Hold, states ...State) (State, error) {
	for {
		j.m.mu.Lock()
		state, gate, closed := j.state, j.changed, j.m.closed
		j.m.mu.Unlock()
		for _, s := range states {
			if s == state {
				return state, nil
			}
		}
		if closed {
			return state, ErrStopped
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

// enter changes the state and tells those who wait, when it is on the disk.
// m.mu is held.
func (j *Job) enter(s State) { j.m.report(j.move(s)()) }

// move is enter, but leaves it to the caller to wait for the disk.
func (j *Job) move(s State) (saved func() error) {
	if j.state == s || j.m.dead.Load() {
		return func() error { return nil }
	}
	from := j.state
	j.state = s
	j.m.lineUp(j)
	j.times.Modification = j.m.cfg.Clock.Now()
	if s == Transferred {
		j.times.TransferCompletion = j.times.Modification
	}
	if s.Final() {
		j.stopLapse()
		j.stopFileNotices()
	}
	j.owe()
	j.record(from)
	saved = j.keep(from)
	j.tellState()
	gate := j.changed
	j.changed = &clock.Gate{}
	gate.Open()
	return saved
}

// keep saves a change of state, and gives what waits for the disk. What a
// restart undoes anyhow may be lost in a crash: a job that had a turn waits for
// its turn again.
func (j *Job) keep(from State) (saved func() error) {
	turn := func(s State) bool { return s == Queued || s.running() }
	switch {
	case !j.state.Final() && !(turn(from) && turn(j.state)):
		return j.saveSoon()
	case !j.state.Final():
		j.saveLazily()
	}
	return func() error { return nil }
}

func (j *Job) record(from State) {
	if j.m.cfg.Recorder == nil {
		return
	}
	e := transcript.Event{Kind: transcript.KindJob, Node: j.m.cfg.Node, Subject: j.name,
		Text: fmt.Sprintf("%v -> %v", from, j.state),
		Data: map[string]string{"id": j.id, "from": from.String(), "to": j.state.String()}}
	if j.err != nil && (j.state == Error || j.state == TransientError) {
		e.Text += ": " + j.err.Error()
		e.Data["code"], e.Data["context"] = j.err.Code.String(), j.err.Context.String()
	}
	if j.scavenged && j.state == Cancelled {
		e.Text += ": " + hresult.MC_JOB_SCAVENGED.Describe()
		e.Data["code"] = hresult.MC_JOB_SCAVENGED.String()
	}
	j.m.cfg.Recorder.Add(e)
}
