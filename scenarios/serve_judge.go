package scenarios

import (
	"errors"
	"fmt"
	"strings"

	"github.com/wualab/wualab/scenarios/plan"
)

// Unjudged is an expectation that says nothing about a client from outside, or that
// can't be told from what the fakes see.
type Unjudged struct {
	Pos  plan.Pos
	What string // "job", "decision for the proxy", ...
	Why  string
}

// Judgement is what the expectations of a step say about a client from outside.
type Judgement struct {
	Result   *Result // with the record
	Judged   int     // expectations that were judged
	Unjudged []Unjudged
}

// ErrStep is the cause of the error when ServeConfig.Step names no step, or is missing.
var ErrStep = errors.New("which step")

// ErrLost is the cause of the error when what should be judged is not on record any more.
var ErrLost = errors.New("what was received can't be judged")

// chooseStep finds the step to judge.
func (s *Served) chooseStep() error {
	s.last = -1
	steps := s.cfg.Cell.Scenario.Steps
	if s.cfg.Step != "" {
		for i := range steps {
			if stepName(steps, i) == s.cfg.Step {
				s.step, s.named, s.last = &steps[i], s.cfg.Step, i
				return nil
			}
		}
		return fmt.Errorf("%w: %s has no step %q; it has %s", ErrStep, s.cfg.Cell.ID, s.cfg.Step, stepNames(steps, nil))
	}
	if !s.cfg.Expect {
		return nil
	}
	var fit []int
	for i := range steps {
		if judgeable(&steps[i]) > 0 {
			fit = append(fit, i)
		}
	}
	switch len(fit) {
	case 1:
		s.step, s.named, s.last = &steps[fit[0]], stepName(steps, fit[0]), fit[0]
		return nil
	case 0:
		return fmt.Errorf("%w: %s expects nothing of what a server or proxy receives", ErrStep, s.cfg.Cell.ID)
	}
	return fmt.Errorf("%w: %d steps of %s expect something of what is received, one of them must be named: %s", ErrStep, len(fit), s.cfg.Cell.ID, stepNames(steps, fit))
}

// stepName is how a step goes in reports.
func stepName(steps []plan.Step, i int) string { return steps[i].Name.Or(fmt.Sprintf("step %d", i+1)) }

// stepNames lists the names of some steps; of all for nil.
func stepNames(steps []plan.Step, which []int) string {
	var names []string
	if which == nil {
		for i := range steps {
			names = append(names, fmt.Sprintf("%q", stepName(steps, i)))
		}
	}
	for _, i := range which {
		names = append(names, fmt.Sprintf("%q", stepName(steps, i)))
	}
	return strings.Join(names, ", ")
}

// judgeable counts the expectations that hold for any client.
func judgeable(step *plan.Step) (n int) {
	for i := range step.Expect {
		e := &step.Expect[i]
		if e.Exposure.Set {
			n++
		}
		for j := range e.WSUS {
			if e.WSUS[j].OfServer() {
				n++
			}
		}
		for j := range e.Wire {
			if ofFake(&e.Wire[j]) {
				n++
			}
		}
	}
	return n
}

// ofFake reports whether the exchanges are those that a fake saw.
func ofFake(e *plan.ExpectWire) bool { return e.On.Value != "client" }

// Judge holds what was received since the start, or the last Reset, against the
// expectations of the step, or, when none was asked for, gives a result that is
// observed. An error says that the record has lost what should be judged.
func (s *Served) Judge() (*Judgement, error) {
	record, _ := s.Record()
	judgement, err := s.newJudgement(), error(nil)
	if s.step != nil && s.cfg.Expect {
		judgement, err = s.judgeStep(s.step, s.named, s.Mark())
	}
	judgement.Result.Record = &record
	if s.step == nil || !s.cfg.Expect {
		s.mu.RLock()
		defer s.mu.RUnlock()
		judgement.scripts(s.fakes.firstFault(), &StepResult{Name: "scripts", Began: s.began, Virtual: judgement.Result.Virtual})
	}
	return judgement, err
}

// newJudgement makes a judgement of nothing.
func (s *Served) newJudgement() *Judgement {
	took := s.clock.Now().Sub(s.began)
	return &Judgement{Result: &Result{File: s.cfg.File, Cell: s.cfg.Cell, Seed: s.cfg.Seed, Verdict: Observed,
		Virtual: took, Wall: took - s.clock.Offset()}}
}

// judgeStep holds what was received after mark against what a step expects.
func (s *Served) judgeStep(step *plan.Step, name string, mark int) (*Judgement, error) {
	judgement := s.newJudgement()
	if s.cfg.Unrecorded {
		return judgement, fmt.Errorf("no exchange is kept, so %w", ErrLost)
	}
	if s.record.LostAfter(mark) {
		return judgement, fmt.Errorf("the record has room for %d entries and lost %d, so %w", s.cfg.Most, s.record.Lost(), ErrLost)
	}
	result := judgement.Result
	sr := StepResult{Name: name, Pos: step.Pos, Began: s.began, Virtual: result.Virtual, Verdict: Pass}
	s.mu.RLock()
	defer s.mu.RUnlock()
	j := &judge{w: &world{fakes: s.fakes, updates: newUpdating(s.cfg.Cell.Scenario)}, step: step, sr: &sr, h: &happened{mark: mark}}
	for i := range step.Expect {
		judgement.judge(j, &step.Expect[i])
	}
	switch {
	case len(sr.Failures) > 0:
		sr.Verdict = Fail
	case len(sr.Observations) > 0:
		sr.Verdict = Observed
	}
	result.Steps, result.Verdict = []StepResult{sr}, sr.Verdict
	judgement.scripts(s.fakes.firstFault(), &result.Steps[0])
	return judgement, nil
}

// scripts has it that nothing can be judged after a script has failed since the start or
// the last Reset.
func (r *Judgement) scripts(err error, sr *StepResult) {
	if err == nil {
		return
	}
	sr.Verdict = CouldNotRun
	sr.Failures = append([]Failure{scriptFailed(sr.Pos, err)}, sr.Failures...)
	r.Result.Steps, r.Result.Verdict = []StepResult{*sr}, CouldNotRun
}

// judge judges the parts of an entry that are about what fakes received, and lists the
// others.
func (r *Judgement) judge(j *judge, e *plan.Expect) {
	const ours = "it is about the simulated PC"
	leave := func(set bool, pos plan.Pos, what string) {
		if set {
			r.Unjudged = append(r.Unjudged, Unjudged{Pos: pos, What: what, Why: ours})
		}
	}
	leave(e.Result.Set, e.Result.Pos, "result of the call")
	if e.Job != nil {
		leave(true, e.Job.Pos, "job")
	}
	for i := range e.Decision {
		leave(true, e.Decision[i].Pos, "decision for the "+string(e.Decision[i].Target.Value))
	}
	leave(e.Elapsed.Set, e.Elapsed.Pos, "elapsed")
	if e.Exposure.Set {
		r.Judged++
		j.exposure(e.Exposure, "", j.w.record.Exchanges(j.h.mark))
	}
	if e.Updates != nil {
		leave(true, e.Updates.Pos, "updates")
	}
	for i := range e.Log {
		leave(true, e.Log[i].Pos, "log")
	}
	for i := range e.WSUS {
		one := e.WSUS[i]
		if one.Computer != nil {
			leave(true, one.Computer.Pos, "wsus on "+one.On.Value+": computer")
			one.Computer = nil
		}
		if one.OfServer() {
			r.Judged++
			j.updateServer(&one)
		}
	}
	if e.SUS != nil {
		leave(e.SUS.OfClient(), e.SUS.Pos, "sus: the client")
		if e.SUS.Pings.Set {
			r.Judged++
			j.pings(e.SUS)
		}
	}
	for i := range e.Wire {
		one := &e.Wire[i]
		if !ofFake(one) {
			leave(true, one.Pos, "wire on client")
			continue
		}
		r.Judged++
		j.wire(one)
	}
}
