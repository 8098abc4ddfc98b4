package report

import (
	"time"

	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
)

// Options say what goes into a document. The zero value takes secrets out and
// keeps the records of failing cells only.
type Options struct {
	Tool        string // who writes it, for the JSON report
	Seed        int64
	ShowSecrets bool // leave passwords, responses and challenges in
	Keep        bool // keep the records of good cells, too
}

// Builder collects results into a [Document]. Make one with [NewBuilder]; it is
// for one goroutine.
type Builder struct {
	opts  Options
	doc   *Document
	files map[*plan.File]bool
}

// NewBuilder begins a document.
func NewBuilder(opts Options) *Builder {
	doc := &Document{Version: Version, Tool: opts.Tool, Seed: opts.Seed, Redacted: !opts.ShowSecrets, Cells: []*Cell{}}
	doc.Summary.Verdicts = map[scenarios.Verdict]int{}
	return &Builder{opts: opts, doc: doc, files: map[*plan.File]bool{}}
}

// Add takes a result into the document and returns the cell that it became.
func (b *Builder) Add(r *scenarios.Result) *Cell {
	c := b.cell(r)
	b.doc.Cells = append(b.doc.Cells, c)
	b.files[r.File] = true
	s := &b.doc.Summary
	s.Files, s.Cells = len(b.files), len(b.doc.Cells)
	s.Verdicts[c.Verdict]++
	s.Virtual += c.Virtual
	return c
}

// Finish gives the document. wall is the time that the run took; incomplete
// says why cells were left out, "" when none was.
func (b *Builder) Finish(wall time.Duration, incomplete string) *Document {
	b.doc.Summary.Wall, b.doc.Incomplete = Seconds(wall), incomplete
	return b.doc
}

// cell turns a result into a cell. From here on nothing has secrets in it.
func (b *Builder) cell(r *scenarios.Result) *Cell {
	s := r.Cell.Scenario
	veil := b.veil(r)
	c := &Cell{
		ID: r.Cell.ID, Scenario: r.File.ID, File: r.File.Path, Title: s.Title, Level: s.Level,
		Tags: s.Tags, Refs: s.Refs, Assumed: s.Assumed,
		Seed: r.Seed, Verdict: r.Verdict, Virtual: Seconds(r.Virtual), Wall: Seconds(r.Wall),
		Steps: []Step{},
	}
	for _, a := range r.Cell.Axes {
		c.Axes = append(c.Axes, Axis{a.Axis, a.Name})
	}
	c.Link = rateOf(r.Link)
	if r.Err != nil {
		c.Error = veil.text(r.Err.Error())
	}
	for _, s := range r.Steps {
		c.Steps = append(c.Steps, step(veil, s))
	}
	if b.opts.Keep || !r.Verdict.Good() {
		c.Record = veil.record(recordOf(r))
	}
	return c
}

func (b *Builder) veil(r *scenarios.Result) *veil {
	if b.opts.ShowSecrets {
		return nil
	}
	return newVeil(recordOf(r))
}

// recordOf is the result's record, or else one of the exchanges that its
// failures point to; nil when there is nothing.
func recordOf(r *scenarios.Result) *transcript.Record {
	if r.Record != nil {
		return r.Record
	}
	var record transcript.Record
	seen := map[int]bool{}
	for _, step := range r.Steps {
		for _, f := range step.Failures {
			for _, x := range f.Exchanges {
				if !seen[x.Seq] {
					seen[x.Seq] = true
					record.Entries = append(record.Entries, transcript.Entry{Exchange: x})
				}
			}
		}
	}
	if len(record.Entries) == 0 {
		return nil
	}
	return &record
}

func step(v *veil, r scenarios.StepResult) Step {
	s := Step{Name: r.Name, Pos: Place(r.Pos), Verdict: r.Verdict, Began: r.Began, Virtual: Seconds(r.Virtual), Unjudged: r.Unjudged, Updates: updates(v, r.Updates)}
	for _, f := range r.Failures {
		s.Failures = append(s.Failures, failure(v, f))
	}
	for _, o := range r.Observations {
		s.Observations = append(s.Observations, Observation{Place(o.Pos), o.What, v.text(o.Actual)})
	}
	return s
}

func failure(v *veil, r scenarios.Failure) Failure {
	f := Failure{
		Pos: Place(r.Pos), What: r.What, Expected: v.text(r.Expected), Actual: v.text(r.Actual),
		Decision: r.Decision,
	}
	for _, why := range r.Why {
		f.Why = append(f.Why, v.text(why))
	}
	f.Codes = explainCodes(append([]string{f.Actual}, f.Why...)...)
	for _, x := range r.Exchanges {
		f.Exchanges = append(f.Exchanges, x.Seq)
	}
	return f
}
