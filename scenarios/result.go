package scenarios

import (
	"time"

	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
)

// Verdict is what became of a cell or a step.
type Verdict string

// The verdicts. A cell has the worst verdict of its steps.
const (
	Pass        Verdict = "pass"
	Fail        Verdict = "fail"          // an expectation does not hold
	Observed    Verdict = "observed"      // what was asked with "?" is reported
	Blocked     Verdict = "blocked"       // an earlier step failed
	CouldNotRun Verdict = "could-not-run" // the world could not be built, or got stuck
)

// severity orders verdicts.
func (v Verdict) severity() int {
	switch v {
	case CouldNotRun:
		return 4
	case Fail:
		return 3
	case Blocked:
		return 2
	case Observed:
		return 1
	}
	return 0
}

// Good reports whether the verdict lets a run succeed.
func (v Verdict) Good() bool { return v == Pass || v == Observed }

// Worse gives the worse of two verdicts.
func Worse(a, b Verdict) Verdict {
	if b.severity() > a.severity() {
		return b
	}
	return a
}

// Result is what a cell came to. It is not changed after it was delivered.
type Result struct {
	File    *plan.File
	Cell    *plan.Cell
	Seed    int64
	Verdict Verdict
	Steps   []StepResult
	Err     error              // why it could not run
	Record  *transcript.Record // everything that happened, not redacted; nil when not kept
	Link    []transcript.Event // of the record: what crossed the PC's link, an event for each interval
	Virtual time.Duration      // that passed in the world
	Wall    time.Duration      // that it took
}

// StepResult is what a step came to.
type StepResult struct {
	Name         string
	Pos          plan.Pos
	Verdict      Verdict
	Failures     []Failure
	Observations []Observation
	Began        time.Time // of the world's clock
	Virtual      time.Duration
	Updates      []UpdateOutcome // of a step of the Windows Update agent: what it makes of each then

	// Unjudged says that the step passes whatever becomes of its job; see
	// [plan.Scenario.Unjudged].
	Unjudged bool
}

// Failure is one expectation that does not hold, told so that it can be
// understood without the file: what was expected and what came, the exchanges
// that matter and the rule that decided.
type Failure struct {
	Pos       plan.Pos // of the expectation
	What      string   // "job state", "wire on corp: count", ...
	Expected  string
	Actual    string
	Why       []string // what else explains it, a line each: the job's error, how the wait ended, ...
	Decision  *transcript.Decision
	Exchanges []*transcript.Exchange // the ones that matter, oldest first
}

// Observation is the actual value of something that was asked with "?".
type Observation struct {
	Pos    plan.Pos
	What   string
	Actual string
}

// Summary counts verdicts.
type Summary struct {
	Files, Cells int
	Count        map[Verdict]int
	Virtual      time.Duration // all worlds together
}

// Add counts one result.
func (s *Summary) Add(r *Result) {
	if s.Count == nil {
		s.Count = map[Verdict]int{}
	}
	s.Cells++
	s.Count[r.Verdict]++
	s.Virtual += r.Virtual
}

// Good reports whether every cell passed or was observed.
func (s *Summary) Good() bool { return s.Count[Pass]+s.Count[Observed] == s.Cells }
