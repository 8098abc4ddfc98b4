package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var update = flag.Bool("update", false, "write the golden files anew")

// expectGolden compares with a file of testdata.
func expectGolden(name, got string) {
	GinkgoHelper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		Expect(os.WriteFile(path, []byte(got), 0o644)).To(Succeed())
	}
	want, err := os.ReadFile(path)
	Expect(err).NotTo(HaveOccurred())
	Expect(got).To(Equal(string(want)), "run with -update if this is right")
}

func consoleText(opts Options, style Style, verbose bool) string {
	GinkgoHelper()
	var out bytes.Buffer
	console := NewConsole(&out, style)
	console.Verbose = verbose
	console.More = func(c *Cell) []string { return []string{"wualab show run.json '" + c.ID + "' --view wire"} }
	b := NewBuilder(opts)
	for _, r := range sampleResults() {
		console.Cell(b.Add(r))
	}
	Expect(console.Finish(b.Finish(1500e6, ""))).To(Succeed())
	return out.String()
}

func jsonText(d *Document) string {
	GinkgoHelper()
	var out bytes.Buffer
	Expect(WriteJSON(&out, d)).To(Succeed())
	return out.String()
}

func junitText(d *Document) string {
	GinkgoHelper()
	var out bytes.Buffer
	Expect(WriteJUnit(&out, d)).To(Succeed())
	return out.String()
}

var options = Options{Tool: "wualab test", Seed: 1}

var _ = Describe("The documents of a run", func() {
	It("tells it on the console", func() { expectGolden("console", consoleText(options, Style{}, false)) })
	It("lists every cell when asked", func() { expectGolden("console-verbose", consoleText(options, Style{}, true)) })
	It("writes JUnit", func() { expectGolden("junit.xml", junitText(build(options, sampleResults()...))) })
	It("writes JSON", func() { expectGolden("report.json", jsonText(build(options, sampleResults()...))) })

	for _, view := range Views() {
		It("shows the "+string(view)+" of a saved cell", func() {
			d, err := ReadJSON(strings.NewReader(jsonText(build(options, sampleResults()...))), "run.json")
			Expect(err).NotTo(HaveOccurred())
			var out bytes.Buffer
			for _, c := range d.Cells {
				Expect(WriteView(&out, c, view, Style{})).To(Succeed())
			}
			expectGolden("show-"+string(view), out.String())
		})
	}

	It("gives the same bytes again", func() {
		Expect(jsonText(build(options, sampleResults()...))).To(Equal(jsonText(build(options, sampleResults()...))))
		Expect(junitText(build(options, sampleResults()...))).To(Equal(junitText(build(options, sampleResults()...))))
	})
})
