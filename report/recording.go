package report

import (
	"time"

	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
)

// RecordingID is the id of the one cell of the document of a recording.
const RecordingID = "recording"

// RecordingDocument makes a document of a record that no scenario made: one cell, which
// is observed. title says what was recorded.
func RecordingDocument(record transcript.Record, title string, wall time.Duration, opts Options) *Document {
	b := NewBuilder(opts)
	c := &Cell{ID: RecordingID, Scenario: RecordingID, Title: title, Level: plan.Observe, Refs: []string{}, Verdict: scenarios.Observed,
		Wall: Seconds(wall), Steps: []Step{}, Record: &record}
	if !opts.ShowSecrets {
		c.Record = newVeil(&record).redacted
	}
	b.doc.Cells = append(b.doc.Cells, c)
	b.doc.Summary.Cells = 1
	b.doc.Summary.Verdicts[scenarios.Observed] = 1
	return b.Finish(wall, "")
}
