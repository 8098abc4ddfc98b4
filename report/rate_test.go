package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
)

// linkEvents are two days of a job that has 8 kbit/s by night, and of a foreground
// job at noon.
func linkEvents() []transcript.Event {
	var events []transcript.Event
	for hour := range 48 {
		e := transcript.Event{At: noon.Add(time.Duration(hour) * time.Hour), Kind: transcript.KindLink,
			Data: map[string]string{"interval": "1h0m0s", "offered": "2000", "down foreground": "0", "down background": "900000", "up background": "12000"}}
		if h := e.At.Hour(); h >= 22 || h < 6 {
			e.Data["offered"], e.Data["down background"] = "8000", "3600000"
		}
		if hour >= 24 && hour < 26 {
			e.Data["down foreground"], e.Data["up foreground"] = "1800000", "450000"
		}
		if hour >= 44 {
			e.Data = map[string]string{"interval": "1h0m0s", "offered": "8000"}
		}
		events = append(events, e)
	}
	return events
}

func linkResult() *scenarios.Result {
	f := sampleFile("bandwidth/two <days>", plan.Required, "")
	return &scenarios.Result{File: f, Cell: f.Cells[0], Verdict: scenarios.Pass, Virtual: 48 * time.Hour, Link: linkEvents()}
}

func linkDocument() *Document { return build(options, append(sampleResults(), linkResult())...) }

var _ = Describe("What crossed a link over time", func() {
	written := func(write func(w io.Writer, d *Document) error, d *Document) string {
		GinkgoHelper()
		var out bytes.Buffer
		Expect(write(&out, d)).To(Succeed())
		return out.String()
	}

	It("is written as CSV", func() { expectGolden("rate.csv", written(WriteCSV, linkDocument())) })
	It("is drawn as SVG", func() { expectGolden("rate.svg", written(WriteSVG, linkDocument())) })

	It("is drawn as SVG that is XML, also of no link and of nothing", func() {
		nothing := linkResult()
		nothing.Link = []transcript.Event{{At: noon, Kind: transcript.KindLink}}
		for _, d := range []*Document{linkDocument(), build(options, sampleResults()...), build(options, nothing)} {
			in := xml.NewDecoder(strings.NewReader(written(WriteSVG, d)))
			var err error
			for err == nil {
				_, err = in.Token()
			}
			Expect(err).To(Equal(io.EOF))
		}
	})

	It("is shown as bars, and survives the JSON report", func() {
		d, err := ReadJSON(strings.NewReader(jsonText(linkDocument())), "run.json")
		Expect(err).NotTo(HaveOccurred())
		var out bytes.Buffer
		for _, c := range d.Find("bandwidth/two <days>") {
			Expect(WriteView(&out, c, ViewRate, Style{})).To(Succeed())
		}
		expectGolden("show-rate-two-days", out.String())
	})

	It("is a line below a cell of a verbose console", func() {
		var out bytes.Buffer
		console := NewConsole(&out, Style{})
		console.Verbose = true
		console.Cell(build(options, linkResult()).Cells[0])
		Expect(console.Finish(build(options, linkResult()))).To(Succeed())
		Expect(out.String()).To(ContainSubstring("\n          ▃▃▃▃▃▃▃▃▃▃███"))
		Expect(out.String()).To(ContainSubstring("····  up to 8 kbit/s\n"))
	})

	It("tells that it could not be written", func() {
		Expect(WriteCSV(brokenWriter{}, linkDocument())).To(MatchError("disk full"))
		Expect(WriteSVG(brokenWriter{}, linkDocument())).To(MatchError("disk full"))
	})

	It("loses no byte when it is made coarser", func() {
		r := rateOf(linkEvents())
		for n := 1; n <= 50; n++ {
			short := r.coarse(n)
			Expect(len(short.Points)).To(BeNumerically("<=", n), fmt.Sprint(n))
			var down int64
			for _, p := range short.Points {
				down += p.down()
			}
			Expect(down).To(BeEquivalentTo(16*3_600_000+28*900_000+2*1_800_000), fmt.Sprint(n))
		}
	})

	DescribeTable("is told in words", func(bps float64, want string) { Expect(rateText(bps)).To(Equal(want)) },
		Entry("nothing", 0.0, "0 bit/s"),
		Entry("a modem", 33600.0, "33.6 kbit/s"),
		Entry("a LAN", 1e8, "100 Mbit/s"),
		Entry("more", 2.5e9, "2.5 Gbit/s"),
	)
})
