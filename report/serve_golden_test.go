package report

import (
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
)

// sampleProbe is a probe whose job went from state to state.
func sampleProbe(v scenarios.Verdict, states ...string) *scenarios.Result {
	record := sampleRecord()
	for i := 1; i < len(states); i++ {
		record.Entries = append(record.Entries, transcript.Entry{Event: &transcript.Event{Seq: 10 + i, At: noon, Kind: transcript.KindJob,
			Node: "client", Subject: "probe", Data: map[string]string{"from": states[i-1], "to": states[i]}}})
	}
	f := &plan.File{Path: "probe", ID: "probe"}
	cell := &plan.Cell{ID: "probe", Scenario: &plan.Scenario{ID: "probe", Title: "xp-sp2 downloads http://origin/update.cab"}}
	step := scenarios.StepResult{Name: "download", Verdict: v, Began: noon}
	if v == scenarios.Fail {
		step.Failures = []scenarios.Failure{{What: "job probe: state", Expected: "TRANSFERRED", Actual: "ERROR", Decision: sampleDecision(),
			Why: []string{"the job's error: BG_E_HTTP_ERROR_407 (0x80190197): the proxy answered 407 (http://alice:hunter2@origin/update.cab)"}}}
	}
	return &scenarios.Result{File: f, Cell: cell, Seed: 1, Verdict: v, Steps: []scenarios.StepResult{step}, Record: record, Wall: 9 * time.Millisecond}
}

var _ = Describe("What serve and probe print", func() {
	BeforeEach(func() {
		local := time.Local
		time.Local = time.UTC
		DeferCleanup(func() { time.Local = local })
	})

	It("tells exchanges as they end, without their secrets", func() {
		var out strings.Builder
		for _, x := range sampleExchanges() {
			x.Notes = append(x.Notes, "fetched http://alice:hunter2@origin/")
			out.WriteString(LiveText(x, Style{}))
		}
		Expect(out.String()).NotTo(ContainSubstring("hunter2"))
		expectGolden("live", out.String())
	})

	It("sums up what each node received", func() {
		expectGolden("received", ReceivedText(*sampleRecord(), []string{"corp", "origin"}, Style{}))
	})

	It("tells a probe that came through, and one that did not", func() {
		opts := Options{Tool: "wualab test", Seed: 1, Keep: true}
		good := NewBuilder(opts).Add(sampleProbe(scenarios.Pass, "SUSPENDED", "QUEUED", "CONNECTING", "TRANSFERRED"))
		bad := NewBuilder(opts).Add(sampleProbe(scenarios.Fail, "SUSPENDED", "QUEUED", "CONNECTING", "ERROR"))
		text := ProbeText(good, Style{}, "wualab show run.json") + "\n" + ProbeText(bad, Style{})
		Expect(text).NotTo(ContainSubstring("hunter2"))
		expectGolden("probe", text)
	})
})
