package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
)

func failingCell(opts Options) *Cell {
	for _, c := range build(opts, sampleResults()...).Cells {
		if c.Verdict == scenarios.Fail {
			return c
		}
	}
	return nil
}

var _ = Describe("A failing cell's text", func() {
	It("alone tells what happened and why", func() {
		text := CellText(failingCell(options), Style{})
		for _, part := range []string{
			"bits20/ntlm-proxy[level=0]", "lab/bits20-ntlm-proxy.yaml:31:11", "TRANSFERRED", "ERROR", "BG_E_HTTP_ERROR_407 (0x80190197)",
			"the proxy wants", "no credentials are sent to the proxy", "uselmcompat-1", "documented", "KB 842309", "Set the DWORD UseLMCompat to 0.",
			"corp#1 1  GET http://origin/update.cab", "→ 407  NTLM challenge", `the password of LAB\alice is wrong`, `step "worked around" was not played`,
		} {
			Expect(text).To(ContainSubstring(part))
		}
	})

	It("has the same words on the console, in JUnit and in a saved report", func() {
		text := CellText(failingCell(options), Style{})
		d, err := ReadJSON(strings.NewReader(jsonText(build(options, sampleResults()...))), "run.json")
		Expect(err).NotTo(HaveOccurred())
		saved := d.Find("bits20/ntlm-proxy[level=0]")
		Expect(saved).To(HaveLen(1))
		Expect(CellText(saved[0], Style{})).To(Equal(text))
		Expect(junitText(d)).To(ContainSubstring(text))
	})

	It("fits 80 columns but for commands and long URLs", func() {
		for _, line := range strings.Split(CellText(failingCell(options), Style{}), "\n") {
			if !strings.Contains(line, "http://") {
				Expect(utf8.RuneCountInString(line)).To(BeNumerically("<=", 80), line)
			}
		}
	})

	It("is the same without colours when they are taken away", func() {
		colored := CellText(failingCell(options), Style{Color: true})
		Expect(colored).To(ContainSubstring("\x1b[31m"))
		plain := regexp.MustCompile("\x1b\\[[0-9]+m").ReplaceAllString(colored, "")
		Expect(plain).To(Equal(CellText(failingCell(options), Style{})))
	})

	It("leaves the middle out of many exchanges", func() {
		c := failingCell(options)
		c.Steps[0].Failures = c.Steps[0].Failures[:1]
		f := &c.Steps[0].Failures[0]
		for len(f.Exchanges) < 40 {
			f.Exchanges = append(f.Exchanges, 5)
		}
		Expect(strings.Count(CellText(c, Style{}), "corp#1 ")).To(Equal(maxExchanges))
		Expect(CellText(c, Style{})).To(ContainSubstring("… 28 exchanges more …"))
	})

	It("lets no control character of the wire reach a terminal", func() {
		c := failingCell(options)
		c.Steps[0].Failures[0].Actual = "\x1b[2Jgone"
		c.Record.Entries[1].Exchange.Request.URL = "/\x1b]0;title\a"
		Expect(CellText(c, Style{})).To(And(ContainSubstring("·[2Jgone"), ContainSubstring("/·]0;title·"), Not(ContainSubstring("\x1b"))))
	})

	It("is empty for a good cell", func() {
		Expect(CellText(build(options, sampleResults()[0]).Cells[0], Style{})).To(BeEmpty())
	})
})

var _ = Describe("Secrets", func() {
	all := func(opts Options) string {
		d := build(opts, sampleResults()...)
		text := consoleText(opts, Style{}, true) + jsonText(d) + junitText(d)
		for _, view := range Views() {
			var out bytes.Buffer
			for _, c := range d.Cells {
				Expect(WriteView(&out, c, view, Style{})).To(Succeed())
			}
			text += out.String()
		}
		return text
	}

	It("reach no document", func() {
		for _, word := range secretWords {
			Expect(all(options)).NotTo(ContainSubstring(word))
		}
		Expect(build(options).Redacted).To(BeTrue())
	})

	It("are shown when asked for", func() {
		shown := options
		shown.ShowSecrets = true
		for _, word := range secretWords {
			Expect(all(shown)).To(ContainSubstring(word))
		}
		Expect(build(shown).Redacted).To(BeFalse())
	})

	It("leave the result itself as it was", func() {
		results := sampleResults()
		build(options, results...)
		Expect(results[2].Record).To(Equal(sampleRecord()))
	})

	It("are found by the exchanges of a failure when there is no record", func() {
		results := sampleResults()
		results[2].Record = nil
		d := build(options, results[2])
		Expect(d.Cells[0].Record.Exchanges()).To(HaveLen(3))
		Expect(jsonText(d)).NotTo(ContainSubstring(basicSecret))
	})
})

var _ = Describe("The records of good cells", func() {
	It("are kept only when asked for", func() {
		r := sampleResults()[0]
		r.Record = sampleRecord()
		Expect(build(options, r).Cells[0].Record).To(BeNil())
		Expect(build(Options{Keep: true}, r).Cells[0].Record.Entries).To(HaveLen(5))
	})
})

var _ = Describe("The JSON report", func() {
	It("reads back what it wrote", func() {
		text := jsonText(build(options, sampleResults()...))
		d, err := ReadJSON(strings.NewReader(text), "run.json")
		Expect(err).NotTo(HaveOccurred())
		Expect(jsonText(d)).To(Equal(text))
	})

	DescribeTable("refuses", func(text, complaint string) {
		_, err := ReadJSON(strings.NewReader(text), "x.json")
		Expect(err).To(MatchError(And(ContainSubstring("x.json"), ContainSubstring(complaint))))
	},
		Entry("no JSON", "hello", "line 1"),
		Entry("JSON that is cut off", "{\"version\": 1,\n\"cells\": [", "line 2"),
		Entry("another kind of JSON", `{"name": "x"}`, "no JSON report"),
		Entry("a later version", `{"version": 2, "cells": []}`, "version 2, this program reads 1"),
		Entry("a cell that is null", `{"version": 1, "cells": [null]}`, "cell 1 is null"),
		Entry("a field of another type", "{\"version\": 1,\n\n\"cells\": [{\"id\": 5}]}", "line 3"),
		Entry("a record that is none", `{"version": 1, "cells": [{"id": "x", "record": {"transcript": 9}}]}`, "format 9"),
	)

	It("finds cells by id, and all cells of a scenario", func() {
		d := build(options, sampleResults()...)
		Expect(d.Find("bits20/good[level=1]")).To(HaveLen(1))
		Expect(d.Find("bits20/good")).To(HaveLen(2))
		Expect(d.Find("")).To(HaveLen(6))
		Expect(d.Find("bits20")).To(BeEmpty())
	})
})

var _ = Describe("The JUnit report", func() {
	It("counts what its elements hold, and is well-formed with any text", func() {
		results := sampleResults()
		results[5].Err = errors.New("bell \x07, ]]> and \xff")
		var read junitSuites
		Expect(xml.Unmarshal([]byte(junitText(build(options, results...))), &read)).To(Succeed())
		Expect([]int{read.Tests, read.Failures, read.Errors, len(read.Suites)}).To(Equal([]int{6, 1, 1, 4}))
		Expect(read.Suites[3].Cases[0].Error.Text).To(ContainSubstring("bell ·, ]]> and ·"))
		Expect(read.Suites[2].Cases[0].Out.Text).To(Equal("download: job j1: state: TRANSIENT_ERROR\n"))
	})
})

var _ = Describe("The console", func() {
	It("says that a run is incomplete", func() {
		b := NewBuilder(options)
		b.Add(sampleResults()[0])
		Expect(SummaryLine(b.Finish(time.Second, "interrupted"), Style{})).To(HavePrefix("incomplete (interrupted): 1 cell in 1 file: 1 passed"))
	})

	It("names the steps that pass whatever becomes of their jobs, once each", func() {
		result := func(lines ...int) *scenarios.Result {
			r := *sampleResults()[0]
			r.Steps = nil
			for _, line := range lines {
				r.Steps = append(r.Steps, scenarios.StepResult{Verdict: scenarios.Pass, Unjudged: true, Pos: plan.Pos{File: r.File.Path, Line: line}})
			}
			return &r
		}
		note := func(r ...*scenarios.Result) string { return UnjudgedNote(build(options, r...)) }
		path := sampleResults()[0].File.Path
		Expect(note(sampleResults()...)).To(BeEmpty())
		Expect(note(result(7), result(7))).To(Equal("note: 1 step passes whatever becomes of its job, as no expect follows: " + path + ":7"))
		Expect(note(result(1, 2, 3, 4, 5, 6, 7))).To(And(HavePrefix("note: 7 steps pass whatever becomes of their jobs"), HaveSuffix(path+":5 and 2 more")))
		failed := result(7)
		failed.Steps[0].Verdict = scenarios.Fail
		Expect(note(failed)).To(BeEmpty())
		var out bytes.Buffer
		Expect(NewConsole(&out, Style{}).Finish(build(options, result(7)))).To(Succeed())
		Expect(out.String()).To(ContainSubstring("note: 1 step passes"))
	})

	It("reports that it can't write", func() {
		console := NewConsole(brokenWriter{}, Style{})
		Expect(console.Finish(build(options))).To(MatchError("disk full"))
	})
})

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

var _ = Describe("Progress", func() {
	It("rewrites its line and takes it away", func() {
		var out bytes.Buffer
		p := NewProgress(&out, 12)
		p.Show(3, 0)
		p.Show(4, 1)
		p.Clear()
		p.Clear()
		Expect(out.String()).To(Equal("\r\x1b[K3 of 12 cells\r\x1b[K4 of 12 cells, 1 failed\r\x1b[K"))
	})

	It("writes nothing when nil", func() {
		var p *Progress
		p.Show(1, 1)
		p.Clear()
	})
})

var _ = Describe("A view that there is not", func() {
	It("is an error", func() {
		Expect(WriteView(io.Discard, failingCell(options), "bytes", Style{})).To(MatchError(ContainSubstring(`"bytes"`)))
	})
})

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0.0 s", time.Microsecond: "1 ms", 12 * time.Millisecond: "12 ms", 1500 * time.Millisecond: "1.5 s", time.Minute: "1 min",
		600 * time.Second: "10 min", 61 * time.Second: "1 min 1 s", time.Hour + time.Second: "1 h", 14*24*time.Hour + 3*time.Hour + time.Minute: "14 d 3 h",
	} {
		if got := span(d); got != want {
			t.Errorf("span(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestExplainCodes(t *testing.T) {
	got := fmt.Sprint(explainCodes("BG_E_HTTP_ERROR_407 (0x80190197) and S_OK", "HTTP_1 0x80200013 BG_E_HTTP_ERROR_407"))
	if strings.Count(got, "BG_E_HTTP_ERROR_407") != 1 || !strings.Contains(got, "BG_E_INSUFFICIENT_RANGE_SUPPORT") || strings.Contains(got, "S_OK") {
		t.Error(got)
	}
}

func TestWireLine(t *testing.T) {
	request := message("GET /a HTTP/1.1", "Host: x")
	cut := message("HTTP/1.1 200 OK")
	cut.Body = transcript.Body{Length: 7}
	whole := message("HTTP/1.1 200 OK")
	whole.Body = transcript.Body{Length: 7, Complete: true}
	short := message("HTTP/1.1 206 Partial Content", "Content-Range: bytes 0-9/10")
	short.Body = transcript.Body{Length: 7, Complete: true}
	packet := message("BITS_POST /a HTTP/1.1", "BITS-Packet-Type: Fragment", "Content-Range: bytes 0-9/10")
	ack := message("HTTP/1.1 200 OK", "BITS-Packet-Type: Ack", "BITS-Received-Content-Range: 10", "BITS-Reply-URL: http://x/r")
	nack := message("HTTP/1.1 500 Internal Server Error", "BITS-Packet-Type: Ack", "BITS-Error-Code: 0x8020001F", "BITS-Error-Context: 0x5")
	for want, x := range map[string]*transcript.Exchange{
		"a#1 1  BITS_POST /a  Fragment bytes 0-9/10 → 200  next is byte 10  reply at http://x/r": {Request: packet, Response: ack, Packet: "Fragment"},
		"a#1 1  BITS_POST /a  Fragment bytes 0-9/10 → 500  error 0x8020001F  context 0x5":        {Request: packet, Response: nack, Packet: "Fragment"},
		"a#1 1  GET /a → nothing":                    {Request: request},
		"a#1 1  GET /a → 200  7 bytes, cut off":      {Request: request, Response: cut},
		"a#1 1  GET /a → 200  7 bytes":               {Request: request, Response: whole},
		"a#1 1  GET /a → 206  bytes 0-9/10  7 bytes": {Request: request, Response: short},
		"a#1 1  GET /a  Negotiate type 1 → nothing":  {Request: request, Tokens: []transcript.Token{{Scheme: "Negotiate", Type: "type1"}}},
		"a#1 1  ? → nothing":                         {},
		"a#1 1  GET /a  NTLM malformed → nothing":    {Request: request, Tokens: []transcript.Token{{Scheme: "NTLM", Type: "malformed"}}},
	} {
		x.Conn, x.N = "a#1", 1
		if got := wireLine(x); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// FuzzReadJSON looks for reports that can be read and not be shown.
func FuzzReadJSON(f *testing.F) {
	var out bytes.Buffer
	if err := WriteJSON(&out, build(options, sampleResults()...)); err != nil {
		f.Fatal(err)
	}
	f.Add(out.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := ReadJSON(bytes.NewReader(data), "x")
		if err != nil {
			return
		}
		SummaryLine(d, Style{})
		if err := WriteJUnit(io.Discard, d); err != nil {
			t.Fatal(err)
		}
		for _, c := range d.Cells {
			for _, view := range Views() {
				if err := WriteView(io.Discard, c, view, Style{Color: true}); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}
