package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/wualab/wualab/scenarios"
)

// The elements of a JUnit report, as the Jenkins xUnit plugin's junit-10.xsd
// has them.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name       string          `xml:"name,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Time       string          `xml:"time,attr"`
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase     `xml:"testcase"`
		file       string
		wall       time.Duration
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Name      string       `xml:"name,attr"`
		Classname string       `xml:"classname,attr"`
		Time      string       `xml:"time,attr"`
		Error     *junitDetail `xml:"error,omitempty"`
		Failure   *junitDetail `xml:"failure,omitempty"`
		Out       *junitOutput `xml:"system-out,omitempty"`
	}
	junitOutput struct {
		Text string `xml:",cdata"`
	}
	junitDetail struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",cdata"`
	}
)

// WriteJUnit writes the document as a JUnit report: a testsuite for each file
// in the order of the cells, a testcase for each cell. The text of a failure is
// that of the console; a cell that could not run is an error; observations are
// the testcase's output. The same document gives the same bytes.
func WriteJUnit(w io.Writer, d *Document) error {
	report := junitSuites{Name: "wualab", Time: junitTime(time.Duration(d.Summary.Wall))}
	for _, c := range d.Cells {
		if n := len(report.Suites); n == 0 || report.Suites[n-1].file != c.File {
			report.Suites = append(report.Suites, newSuite(d, c))
		}
		report.Suites[len(report.Suites)-1].add(c)
	}
	for _, s := range report.Suites {
		report.Tests += s.Tests
		report.Failures += s.Failures
		report.Errors += s.Errors
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("junit report: %w", err)
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(report); err != nil {
		return fmt.Errorf("junit report: %w", err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func newSuite(d *Document, c *Cell) junitSuite {
	s := junitSuite{Name: c.Scenario, file: c.File, Properties: []junitProperty{
		{"title", c.Title}, {"file", c.File}, {"level", string(c.Level)},
		{"seed", strconv.FormatInt(d.Seed, 10)}, {"refs", strings.Join(c.Refs, "; ")},
	}}
	for _, a := range c.Assumed {
		s.Properties = append(s.Properties, junitProperty{"assumed", a})
	}
	return s
}

func (s *junitSuite) add(c *Cell) {
	tc := junitCase{Name: c.ID, Classname: c.Scenario, Time: junitTime(time.Duration(c.Wall))}
	if text := observationText(c) + updateText(c); text != "" {
		tc.Out = &junitOutput{visible(text)}
	}
	detail := &junitDetail{Message: headline(c), Type: string(c.Verdict), Text: "\n" + visible(CellText(c, Style{}))}
	switch {
	case c.Verdict == scenarios.CouldNotRun:
		s.Errors++
		tc.Error = detail
	case !c.Verdict.Good():
		s.Failures++
		tc.Failure = detail
	}
	s.Tests++
	s.wall += time.Duration(c.Wall)
	s.Time = junitTime(s.wall)
	s.Cases = append(s.Cases, tc)
}

// headline is a failure in one line.
func headline(c *Cell) string {
	if c.Error != "" {
		return c.Error
	}
	for _, s := range c.Steps {
		for _, f := range s.Failures {
			return fmt.Sprintf("%s: %s: expected %s, got %s", s.Name, f.What, f.Expected, f.Actual)
		}
	}
	return string(c.Verdict)
}

// observationText lists what a cell observed, a line each.
func observationText(c *Cell) string {
	var out strings.Builder
	for _, s := range c.Steps {
		for _, o := range s.Observations {
			fmt.Fprintf(&out, "%s: %s: %s\n", s.Name, o.What, o.Actual)
		}
	}
	return out.String()
}

func junitTime(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }
