package scenarios

import (
	"fmt"
	"sync"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
)

// program is the program that owns the scenario's jobs, as far as it is told of
// them: an IBackgroundCopyCallback, and what SetNotifyCmdLine starts.
type program struct {
	refuses bool
}

func (p program) answer() error {
	if p.refuses {
		return &hresult.Error{Code: hresult.E_FAIL, Cause: fmt.Errorf("the program refuses")}
	}
	return nil
}

func (p program) JobTransferred(*bits.Job) error              { return p.answer() }
func (p program) JobError(*bits.Job, *bits.JobError) error    { return p.answer() }
func (p program) JobModification(*bits.Job) error             { return p.answer() }
func (p program) FileTransferred(*bits.Job, *bits.File) error { return p.answer() }

// exits are the exit codes that the programs of jobs give, by GUID.
type exits struct {
	mu    sync.Mutex
	codes map[string][]int
}

func (e *exits) set(id string, codes []int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.codes == nil {
		e.codes = map[string][]int{}
	}
	e.codes[id] = codes
}

// launch runs the program of a job: it gives its next exit code.
func (e *exits) launch(j *bits.Job, _, _ string) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	codes := e.codes[j.ID()]
	if len(codes) == 0 {
		return 0
	}
	if len(codes) > 1 {
		e.codes[j.ID()] = codes[1:]
	}
	return codes[0]
}

var notifyFlags = map[string]bits.NotifyFlags{
	"job-transferred": bits.NotifyJobTransferred, "job-error": bits.NotifyJobError,
	"job-modification": bits.NotifyJobModification, "file-transferred": bits.NotifyFileTransferred, "disable": bits.NotifyDisable,
}

// notify sets how a job's program is told.
func (w *world) notify(job *bits.Job, n plan.Notify) error {
	if n.Flags != nil {
		var flags bits.NotifyFlags
		for _, f := range n.Flags {
			flags |= notifyFlags[f]
		}
		if err := job.SetNotifyFlags(flags); err != nil {
			return err
		}
	}
	if n.Program.Set {
		w.exits.set(job.ID(), n.Exit)
		if err := job.SetNotifyCmdLine(n.Program.Value, n.Parameters.Value); err != nil {
			return err
		}
	}
	switch n.Callback.Value {
	case "none":
		return job.SetNotifyInterface(nil)
	case "accepts", "refuses":
		return job.SetNotifyInterface(program{n.Callback.Value == "refuses"})
	}
	return nil
}

func (w *world) notifyStep(list []plan.Notify, h *happened) error {
	for _, n := range list {
		job, err := w.job(n.Job.Value)
		if err != nil {
			return err
		}
		h.job = job
		if err := w.notify(job, n); err != nil {
			return err
		}
	}
	return nil
}

// notified judges who was told of what.
func (j *judge) notified(e *plan.Notified) {
	n, told := 0, []string{}
	for _, event := range j.w.record.Events(j.h.mark) {
		if event.Kind != bits.KindNotify {
			continue
		}
		told = append(told, fmt.Sprintf("%s of %s by %s", event.Data["event"], event.Subject, event.Data["by"]))
		if matches(e.Event, event.Data["event"]) && matches(e.By, event.Data["by"]) && (!e.Job.Set || e.Job.Value == event.Subject) {
			n++
		}
	}
	what := "notified"
	for _, part := range []plan.Want[string]{e.Event, e.By} {
		if part.Judges() {
			what += " " + part.Value
		}
	}
	if e.Count.Set {
		if !bound(j, e.Count, what, n) {
			j.sr.Failures[len(j.sr.Failures)-1].Why = append(j.sr.Failures[len(j.sr.Failures)-1].Why, fmt.Sprintf("told were: %v", told))
		}
		return
	}
	if n == 0 {
		j.fail(e.Pos, what, "at least once", "never", fmt.Sprintf("told were: %v", told))
	}
}

func matches(w plan.Want[string], actual string) bool { return !w.Judges() || w.Value == actual }

var noteKinds = map[transcript.Kind]bool{transcript.KindNote: true, transcript.KindMachine: true, transcript.KindSMB: true}

// noted judges what the PC put on the record.
func (j *judge) noted(p *plan.Pattern) {
	var notes []string
	for _, event := range j.w.record.Events(j.h.mark) {
		if noteKinds[event.Kind] {
			notes = append(notes, event.Text)
		}
	}
	for _, note := range notes {
		if p.Regexp != nil && p.Regexp.MatchString(note) || p.Regexp == nil && p.Text == note {
			return
		}
	}
	j.fail(p.Pos, "note", p.Text, fmt.Sprintf("%d notes: %q", len(notes), notes))
}
