package scenarios

import (
	"cmp"
	"fmt"
	"time"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
)

// judge compares what a step expects with what the record and the job say.
type judge struct {
	w    *world
	step *plan.Step
	sr   *StepResult
	h    *happened
}

func (j *judge) all() {
	j.sr.Verdict = Pass
	resultExpected := false
	for i := range j.step.Expect {
		e := &j.step.Expect[i]
		resultExpected = resultExpected || e.Result.Set
		j.one(e)
	}
	if j.h.err != nil && !resultExpected {
		j.fail(j.step.Pos, "call", "S_OK", j.h.result.Describe(), j.h.err.Error())
	}
	switch {
	case len(j.sr.Failures) > 0:
		j.sr.Verdict = Fail
	case len(j.sr.Observations) > 0:
		j.sr.Verdict = Observed
	}
}

func (j *judge) one(e *plan.Expect) {
	check(j, e.Result, "result of the call", j.h.result.Describe(), func(c plan.Code) bool { return c.HRESULT == j.h.result })
	if e.Job != nil {
		j.job(e.Job)
	}
	for i := range e.Decision {
		j.decision(&e.Decision[i])
	}
	j.exposure(e.Exposure, "", j.w.record.Exchanges(j.h.mark))
	bound(j, e.Elapsed, "virtual time", j.sr.Virtual)
	for i := range e.Notified {
		j.notified(&e.Notified[i])
	}
	for i := range e.Noted {
		j.noted(&e.Noted[i])
	}
	for i := range e.Uploads {
		j.uploads(&e.Uploads[i])
	}
	for i := range e.Shares {
		j.share(&e.Shares[i])
	}
	if e.Updates != nil {
		j.updates(e.Updates)
	}
	if e.Automatic != nil {
		j.automatic(e.Automatic)
	}
	if e.PC != nil {
		j.pc(e.PC)
	}
	for i := range e.WSUS {
		j.updateServer(&e.WSUS[i])
	}
	for i := range e.Log {
		j.log(&e.Log[i])
	}
	j.order(e.Order)
	for i := range e.Link {
		j.link(&e.Link[i])
	}
	j.sms(e.SMS)
	j.sus(e.SUS)
	for i := range e.Wire {
		j.wire(&e.Wire[i])
	}
}

// check judges one wanted value: holds says whether the actual one is right.
func check[T any](j *judge, w plan.Want[T], what, actual string, holds func(T) bool) bool {
	switch {
	case !w.Set:
		return true
	case w.Any:
		j.observe(w.Pos, what, actual)
		return true
	case holds(w.Value):
		return true
	}
	j.fail(w.Pos, what, fmt.Sprint(w.Value), actual)
	return false
}

// bound judges a number or duration.
func bound[T int | int64 | time.Duration](j *judge, b plan.Bound[T], what string, actual T) bool {
	switch {
	case !b.Set:
		return true
	case b.Any:
		j.observe(b.Pos, what, fmt.Sprint(actual))
		return true
	case b.Holds(actual):
		return true
	}
	j.fail(b.Pos, what, b.String(), fmt.Sprint(actual))
	return false
}

func (j *judge) observe(pos plan.Pos, what, actual string) {
	j.sr.Observations = append(j.sr.Observations, Observation{Pos: pos, What: what, Actual: actual})
}

// fail adds a failure with what explains it: the job's error, how the wait
// ended, the last credential decision and the exchanges about it.
func (j *judge) fail(pos plan.Pos, what, expected, actual string, why ...string) *Failure {
	f := Failure{Pos: pos, What: what, Expected: expected, Actual: actual, Why: why}
	if e := j.jobError(); e != nil {
		f.Why = append(f.Why, "the job's error: "+e.Error())
	}
	if j.h.idle {
		f.Why = append(f.Why, "the wait ended because nothing was left that could change the job's state")
	}
	f.Decision = j.lastDecision("")
	f.Exchanges = j.relevant()
	j.sr.Failures = append(j.sr.Failures, f)
	return &j.sr.Failures[len(j.sr.Failures)-1]
}

func (j *judge) jobError() *bits.JobError {
	if j.h.job == nil {
		return nil
	}
	e, err := j.h.job.GetError()
	if err != nil {
		return nil
	}
	return e
}

// relevant picks the client's last exchanges of the step, and the fakes' views
// of refusals.
func (j *judge) relevant() []*transcript.Exchange {
	const most = 6
	var list []*transcript.Exchange
	for _, x := range j.w.record.Exchanges(j.h.mark) {
		if x.Role == transcript.Client || x.Refused != "" {
			list = append(list, x)
		}
	}
	if len(list) > most {
		list = list[len(list)-most:]
	}
	return list
}

// lastDecision gives the last decision of the step for the target, or for any.
func (j *judge) lastDecision(target string) *transcript.Decision {
	var last *transcript.Decision
	for _, e := range j.w.record.Events(j.h.mark) {
		if e.Kind == transcript.KindDecision && e.Decision != nil && (target == "" || e.Decision.Target == target) {
			last = e.Decision
		}
	}
	return last
}

func (j *judge) decision(e *plan.ExpectDecision) {
	d := j.lastDecision(string(e.Target.Value))
	if d == nil {
		j.fail(e.Pos, "decision for the "+string(e.Target.Value), "a decision", "none was taken in this step")
		return
	}
	about := "decision for the " + d.Target + ": "
	ok := check(j, e.Send, about+"send", fmt.Sprint(d.Send), func(v bool) bool { return v == d.Send })
	ok = check(j, e.Rule, about+"rule", d.Rule, func(v string) bool { return v == d.Rule }) && ok
	kind := cmp.Or(d.Kind, credrule.Nothing.String())
	ok = check(j, e.Kind, about+"kind", kind, func(v string) bool { return v == kind }) && ok
	ok = check(j, e.Scheme, about+"scheme", d.Scheme, func(v plan.Scheme) bool { return credSchemes[v].String() == d.Scheme }) && ok
	if !ok {
		j.sr.Failures[len(j.sr.Failures)-1].Decision = d
	}
}

// job judges the state of a job.
func (j *judge) job(e *plan.ExpectJob) {
	job := j.h.job
	if e.Name.Set {
		job = j.w.jobs[e.Name.Value]
	}
	if job == nil {
		j.fail(e.Pos, "job", "a job", "the step has none; name it")
		return
	}
	j.h.job = job
	about := "job " + job.Name() + ": "
	state := job.State().String()
	check(j, e.State, about+"state", state, func(s plan.State) bool { return string(s) == state })
	j.jobFailure(e, job, about)
	got := job.Progress().BytesTransferred
	bound(j, e.Bytes, about+"bytes transferred", got)
	if files := job.Files(); e.Remote.Set && len(files) > 0 {
		check(j, e.Remote, about+"remote name", files[0].RemoteName(), func(v string) bool { return v == files[0].RemoteName() })
	}
	j.owner(e, job, about)
	j.content(e, job, about)
	j.reply(e, job, about)
}

// jobFailure judges the job's error.
func (j *judge) jobFailure(e *plan.ExpectJob, job *bits.Job, about string) {
	code, context, seq := "none", "NONE", 0
	var failed hresult.HRESULT
	if err, none := job.GetError(); none == nil {
		failed, code, context = err.Code, err.Code.Describe(), shortContext(err.Context)
		if err.Exchange != nil {
			seq = err.Exchange.Seq
		}
	}
	check(j, e.Error, about+"error", code, func(c plan.Code) bool { return c.HRESULT == failed })
	check(j, e.Context, about+"error context", context, func(c string) bool { return c == context })
	if e.Exchange == nil {
		return
	}
	for _, x := range j.w.record.Exchanges(0) {
		if x.Seq == seq {
			if wrong := mismatch(e.Exchange, x); wrong != "" {
				j.fail(e.Exchange.Pos, about+"exchange that caused the error", "one that matches", wrong)
			}
			return
		}
	}
	j.fail(e.Exchange.Pos, about+"exchange that caused the error", "an exchange", "no exchange caused it")
}
