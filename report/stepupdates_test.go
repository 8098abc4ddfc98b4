package report

import (
	"bytes"
	"encoding/json"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
)

// scanned is a cell with a detection, of that verdict.
func scanned(v scenarios.Verdict) *scenarios.Result {
	f := sampleFile("wsus/scan", plan.Required, "")
	step := scenarios.StepResult{Name: "it detects", Pos: at(f, 9), Verdict: v, Began: noon, Updates: []scenarios.UpdateOutcome{
		{Name: "old", UpdateID: "1", Type: "Software", Action: "Install", State: "not offered",
			Why:   "IsInstallable is false: b.WindowsVersion: Windows is 5.1.2600 SP2, which is not equal to what is asked for",
			Rules: "IsInstallable\nfalse    b.WindowsVersion MajorVersion=\"6\"\n"},
		{Name: "tools", UpdateID: "2", Type: "Software", Action: "Install", State: "installed", Why: "it is installed: IsInstalled is true: True", Result: "Succeeded, exit code 3010"},
	}}
	if v == scenarios.Fail {
		step.Failures = []scenarios.Failure{{Pos: at(f, 10), What: "updates: offered", Expected: "old", Actual: "none"}}
	}
	return &scenarios.Result{File: f, Cell: f.Cells[0], Verdict: v, Steps: []scenarios.StepResult{step}}
}

var _ = Describe("updates", func() {
	const why = "old: not offered: IsInstallable is false: b.WindowsVersion: Windows is 5.1.2600"
	print := func(verbose bool, r *scenarios.Result) string {
		var out bytes.Buffer
		c := NewConsole(&out, Style{Width: 200})
		c.Verbose = verbose
		d := build(Options{}, r)
		c.Cell(d.Cells[0])
		c.Finish(d)
		return out.String()
	}
	It("stand in the text of a step that failed, with what decided", func() {
		Expect(print(false, scanned(scenarios.Fail))).To(And(ContainSubstring(why), ContainSubstring("tools: installed; Succeeded, exit code 3010")))
	})
	It("stand below a good cell when more is asked for", func() {
		Expect(print(true, scanned(scenarios.Pass))).To(And(ContainSubstring("it detects"), ContainSubstring(why)))
		Expect(print(false, scanned(scenarios.Pass))).NotTo(ContainSubstring("old"))
	})
	It("stand in the output of a JUnit case", func() {
		var out bytes.Buffer
		Expect(WriteJUnit(&out, build(Options{}, scanned(scenarios.Pass)))).To(Succeed())
		Expect(out.String()).To(ContainSubstring("it detects: update " + why))
	})
	It("stand in the JSON report with all their rules", func() {
		b, err := json.Marshal(build(Options{}, scanned(scenarios.Pass)).Cells[0].Steps[0].Updates)
		Expect(err).NotTo(HaveOccurred())
		Expect(string(b)).To(And(ContainSubstring(`"rules":["IsInstallable","false    b.WindowsVersion MajorVersion=\"6\""]`), ContainSubstring(`"result":"Succeeded, exit code 3010"`)))
	})
})
