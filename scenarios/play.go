package scenarios

import (
	"context"
	"fmt"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/agent/updateexe"
	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
)

// play runs the steps in order; after one that failed the rest is blocked.
func (w *world) play(ctx context.Context, hold clock.Hold, result *Result) {
	for i := range w.plan.Steps {
		step := &w.plan.Steps[i]
		sr := StepResult{Name: stepName(w.plan.Steps, i), Pos: step.Pos, Verdict: Blocked, Began: w.clock.Now(), Unjudged: w.plan.Unjudged(i)}
		if result.Verdict.Good() {
			w.playStep(ctx, hold, step, &sr)
		}
		result.Steps = append(result.Steps, sr)
		if sr.Verdict != Blocked {
			result.Verdict = Worse(result.Verdict, sr.Verdict)
		}
		if ctx.Err() != nil {
			return
		}
	}
}

// happened is what a step did, for the judge.
type happened struct {
	mark   int // of the record, before the step
	result hresult.HRESULT
	err    error       // of the call that failed
	crash  *plan.Crash // that the step has ordered
	idle   bool        // the wait ended since nothing could change the job any more
	job    *bits.Job

	found     []*wua.Update   // by search
	installed []installed     // or removed
	setup     updateexe.Setup // of a package that was run by hand
	events    map[string]int  // that update servers had before the step

	sus     susMark        // what there was of the client of SUS 1.0, and what it did
	sms     smsMark        // what there was of the Advanced Client and its site
	crossed [2]link.Series // the link before the step, by direction
}

func (w *world) playStep(ctx context.Context, hold clock.Hold, step *plan.Step, sr *StepResult) {
	w.record.SetStep(sr.Name)
	h := &happened{mark: w.record.Mark(), crossed: w.crossed(), sms: w.smsMark(), sus: w.susMark(), events: w.reported()}
	w.record.Add(transcript.Event{Kind: transcript.KindStep, Text: sr.Name})
	began := w.clock.Now()
	err := w.act(ctx, hold, step, h)
	if settled := w.settleAutomatic(ctx, hold); err == nil {
		err = settled // what it is at work on is nothing to be judged
	}
	if err != nil {
		if code, ok := hresult.Of(err); ok && code.Failed() {
			h.result, h.err = code, err
		} else {
			sr.Verdict = CouldNotRun
			sr.Failures = append(sr.Failures, Failure{Pos: step.Pos, What: "step", Expected: "it can be played", Actual: err.Error()})
			return
		}
	}
	if err := w.takeFault(); err != nil {
		sr.Verdict = CouldNotRun
		sr.Failures = append(sr.Failures, scriptFailed(step.Pos, err))
		return
	}
	sr.Virtual = w.clock.Now().Sub(began)
	sr.Updates = w.settled(step, h)
	j := &judge{w: w, step: step, sr: sr, h: h}
	j.all()
}

// act does what the step says: changes first, then the verb, then the wait.
// An error with an HRESULT is one of the modelled interface.
func (w *world) act(ctx context.Context, hold clock.Hold, step *plan.Step, h *happened) error {
	if err := w.setRegistry(step.Registry); err != nil {
		return err
	}
	w.recordChanges(step)
	if err := w.change(step.Change); err != nil {
		return err
	}
	h.crash = step.Crash
	if err := w.befall(ctx, hold, &step.Life); err != nil {
		return err
	}
	if err := w.notifyStep(step.Notify, h); err != nil {
		return err
	}
	if err := w.changeLocal(step.LocalFile); err != nil {
		return err
	}
	for _, r := range step.RemoveCredentials {
		job, err := w.job(r.Job.Value)
		if err != nil {
			return err
		}
		h.job = job
		if err := job.RemoveCredentials(credTargets[r.Target.Value], credSchemes[r.Scheme.Value]); err != nil {
			return err
		}
	}
	for _, c := range step.SetCredentials {
		job, err := w.job(c.Job.Value)
		if err != nil {
			return err
		}
		h.job = job
		if err := w.setCredentials(job, c); err != nil {
			return err
		}
	}
	if err := w.jobSteps(&step.JobSteps, h); err != nil {
		return err
	}
	if err := w.verb(ctx, hold, step, h); err != nil {
		return err
	}
	if err := w.settleAutomatic(ctx, hold); err != nil { // the update agent does one thing at a time
		return err
	}
	if err := w.setUp(step.Setup, h); err != nil {
		return err
	}
	if err := w.updateSteps(ctx, hold, &step.UpdateSteps, h); err != nil {
		return err
	}
	if err := w.smsStep(ctx, hold, step.SMS); err != nil {
		return err
	}
	if err := w.susStep(ctx, hold, step.SUS, h); err != nil {
		return err
	}
	if err := w.automaticSteps(ctx, hold, step); err != nil {
		return err
	}
	if step.Wait.Set {
		return hold.Sleep(ctx, step.Wait.Value)
	}
	return nil
}

func (w *world) recordChanges(step *plan.Step) {
	for _, v := range step.Registry {
		value := v.Text
		switch {
		case v.Absent:
			value = "absent"
		case !v.IsText:
			value = fmt.Sprint(v.Number)
		}
		w.record.Add(transcript.Event{Kind: transcript.KindMachine, Node: "client", Text: fmt.Sprintf(`%s\%s = %s`, v.Key, v.Name, value)})
	}
	for _, c := range step.Change {
		w.noteDown(c)
	}
}

func (w *world) job(name string) (*bits.Job, error) {
	job, made := w.jobs[name]
	switch {
	case !made:
		return nil, fmt.Errorf("no job %q was made", name)
	case job == nil:
		return nil, &hresult.Error{Code: hresult.BG_E_NOT_FOUND, Cause: fmt.Errorf("job %q is not in the queue any more", name)}
	}
	return job, w.checkRunning()
}

// verb is the one call of the step.
func (w *world) verb(ctx context.Context, hold clock.Hold, step *plan.Step, h *happened) (err error) {
	verb, name := step.Verb()
	if verb == plan.NoVerb {
		return nil
	}
	switch verb {
	case plan.VerbDownload:
		jobs, err := w.create(step.Download)
		h.job = last(jobs)
		if err != nil {
			return err
		}
		return w.resume(ctx, hold, h, step.Download.Names(), step.Download.Until)
	case plan.VerbUpload:
		h.job, err = w.createUpload(step.Upload)
		if err != nil || step.Upload.Until.Value == plan.Suspended {
			return err
		}
		return w.resume(ctx, hold, h, []string{name}, step.Upload.Until)
	case plan.VerbCreate:
		jobs, err := w.create(step.Create)
		h.job = last(jobs)
		return err
	}
	if h.job, err = w.job(name); err != nil {
		return err
	}
	switch verb {
	case plan.VerbResume:
		return w.resume(ctx, hold, h, []string{name}, step.Resume.Until)
	case plan.VerbSuspend:
		return h.job.Suspend()
	case plan.VerbComplete:
		h.result, err = h.job.Complete()
	case plan.VerbCancel:
		h.result, err = h.job.Cancel()
	}
	return err
}

// last gives the job that a step is about; nil when none was made.
func last(jobs []*bits.Job) *bits.Job {
	if len(jobs) == 0 {
		return nil
	}
	return jobs[len(jobs)-1]
}

// resume resumes the jobs and waits for the end of each, or for what until says.
func (w *world) resume(ctx context.Context, hold clock.Hold, h *happened, names []string, until plan.Opt[plan.State]) (err error) {
	for _, name := range names {
		if h.job, err = w.job(name); err != nil {
			return err
		}
		if err := h.job.Resume(); err != nil {
			return err
		}
	}
	states := []bits.State{bits.Transferred, bits.Error}
	if until.Set {
		state, err := bits.ParseState(string(until.Value))
		if err != nil {
			return err
		}
		states = append(states, state)
	}
	for _, name := range names {
		if h.job, err = w.job(name); err != nil {
			return err
		}
		if err := w.await(ctx, hold, h, name, states...); err != nil {
			return err
		}
	}
	return nil
}
