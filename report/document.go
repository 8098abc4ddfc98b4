package report

import (
	"fmt"
	"strconv"
	"time"

	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
)

// Version is the version of the JSON report. It changes when a field is renamed
// or removed, or changes its meaning; new fields do not change it.
const Version = 1

// Document is a run, as the JSON report holds it.
type Document struct {
	Version    int     `json:"version"`        // 1
	Tool       string  `json:"tool,omitempty"` // who wrote it: "wualab v0.1.0"
	Seed       int64   `json:"seed"`
	Redacted   bool    `json:"redacted"`             // secrets were taken out
	Incomplete string  `json:"incomplete,omitempty"` // why cells were left out: "interrupted", "fail-fast"
	Summary    Summary `json:"summary"`
	Cells      []*Cell `json:"cells"` // in the order of files and cells
}

// Summary counts.
type Summary struct {
	Files    int                       `json:"files"`
	Cells    int                       `json:"cells"`
	Verdicts map[scenarios.Verdict]int `json:"verdicts"`        // cells by verdict
	Virtual  Seconds                   `json:"virtual_seconds"` // of all cells' worlds
	Wall     Seconds                   `json:"wall_seconds"`    // of the run
}

// Good reports whether every cell passed or was observed.
func (s Summary) Good() bool {
	return s.Verdicts[scenarios.Pass]+s.Verdicts[scenarios.Observed] == s.Cells
}

// Cell is what one cell came to.
type Cell struct {
	ID       string            `json:"id"`       // of the cell
	Scenario string            `json:"scenario"` // id of its file
	File     string            `json:"file"`     // path of its file
	Title    string            `json:"title"`
	Level    plan.Level        `json:"level"`
	Axes     []Axis            `json:"axes,omitempty"`
	Tags     []string          `json:"tags,omitempty"`
	Refs     []string          `json:"refs"`              // documents it rests on
	Assumed  []string          `json:"assumed,omitempty"` // what no document settles
	Seed     int64             `json:"seed"`
	Verdict  scenarios.Verdict `json:"verdict"`
	Error    string            `json:"error,omitempty"` // why it could not run
	Virtual  Seconds           `json:"virtual_seconds"`
	Wall     Seconds           `json:"wall_seconds"`
	Steps    []Step            `json:"steps"`
	// Link is what crossed the PC's network link over time; absent without one.
	Link *Rate `json:"link,omitempty"`
	// Record is all that happened; absent for a good cell unless records of all
	// cells were asked for.
	Record *transcript.Record `json:"record,omitempty"`
}

// Axis is the value of one axis of the matrix.
type Axis struct {
	Axis  string `json:"axis"`
	Value string `json:"value"`
}

// Step is what one step came to.
type Step struct {
	Name         string            `json:"name"`
	Pos          Place             `json:"pos"`
	Verdict      scenarios.Verdict `json:"verdict"`
	Began        time.Time         `json:"began,omitzero"` // of the world's clock
	Virtual      Seconds           `json:"virtual_seconds"`
	Failures     []Failure         `json:"failures,omitempty"`
	Observations []Observation     `json:"observations,omitempty"`
	Unjudged     bool              `json:"unjudged,omitempty"` // it passes whatever becomes of its job
	Updates      []StepUpdate      `json:"updates,omitempty"`  // of a step of the Windows Update agent: what it makes of each then
}

// Failure is an expectation that does not hold.
type Failure struct {
	Pos      Place                `json:"pos"` // of the expectation
	What     string               `json:"what"`
	Expected string               `json:"expected"`
	Actual   string               `json:"actual"`
	Why      []string             `json:"why,omitempty"`
	Codes    []Code               `json:"codes,omitempty"` // result codes in Actual and Why, explained
	Decision *transcript.Decision `json:"decision,omitempty"`
	// Exchanges are the ones that matter: the "seq" of exchanges of the cell's
	// record, oldest first.
	Exchanges []int `json:"exchanges,omitempty"`
}

// Code is a result code with what it means.
type Code struct {
	Code    string `json:"code"` // 0x80190197
	Name    string `json:"name,omitempty"`
	Meaning string `json:"meaning,omitempty"`
	Check   string `json:"check,omitempty"` // what to check
}

// Observation is the actual value of something that was asked with "?".
type Observation struct {
	Pos    Place  `json:"pos"`
	What   string `json:"what"`
	Actual string `json:"actual"`
}

// Place is a place in a scenario file; lines and columns count from 1.
type Place struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// String gives "file:line:column".
func (p Place) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }

// Seconds is a span of time that JSON holds as a number of seconds.
type Seconds time.Duration

// MarshalJSON gives the seconds with as many decimals as are needed.
func (s Seconds) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, time.Duration(s).Seconds(), 'f', -1, 64), nil
}

// UnmarshalJSON reads what MarshalJSON gives.
func (s *Seconds) UnmarshalJSON(b []byte) error {
	f, err := strconv.ParseFloat(string(b), 64)
	if err != nil {
		return fmt.Errorf("seconds: %w", err)
	}
	*s = Seconds(f * float64(time.Second))
	return nil
}

// String gives the span for a person: "12 ms", "1.5 s", "10 min", "14 d 2 h".
func (s Seconds) String() string { return span(time.Duration(s)) }

// exchange finds an exchange of the record by its place in it.
func (c *Cell) exchange(seq int) *transcript.Exchange {
	if c.Record == nil {
		return nil
	}
	for _, x := range c.Record.Exchanges() {
		if x.Seq == seq {
			return x
		}
	}
	return nil
}

// last gives the places of the last n exchanges of the record.
func (c *Cell) last(n int) []int {
	if c.Record == nil {
		return nil
	}
	var seqs []int
	for _, x := range c.Record.Exchanges() {
		seqs = append(seqs, x.Seq)
	}
	return seqs[max(0, len(seqs)-n):]
}
