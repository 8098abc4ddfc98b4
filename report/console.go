package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/wualab/wualab/scenarios"
)

// Console prints a run for a person: a line for each file when it is done, for
// each cell that is not good what happened and why, and a line at the end. Make
// one with [NewConsole]; it is for one goroutine. The first error of writing is
// kept for Finish, nothing is written after it.
type Console struct {
	style Style
	out   io.Writer
	// Verbose lists every cell.
	Verbose bool
	// More gives commands that show more about a cell; nil gives none.
	More func(*Cell) []string

	cells []*Cell // of the file under way
	block bool    // what was printed last was a block, which an empty line follows
	err   error
}

// NewConsole begins printing to out.
func NewConsole(out io.Writer, style Style) *Console { return &Console{style: style, out: out} }

// Cell takes the next cell. The cells of a file come one after the other.
func (p *Console) Cell(c *Cell) {
	if len(p.cells) > 0 && p.cells[0].File != c.File {
		p.file()
	}
	p.cells = append(p.cells, c)
}

// Finish prints what is still to be said, and the summary.
func (p *Console) Finish(d *Document) error {
	p.file()
	p.print("\n")
	if note := UnjudgedNote(d); note != "" {
		p.print(note + "\n")
	}
	p.print(SummaryLine(d, p.style) + "\n")
	return p.err
}

func (p *Console) print(text string) {
	if p.err == nil {
		_, p.err = io.WriteString(p.out, text)
	}
}

// file prints the cells of a file that is done.
func (p *Console) file() {
	if len(p.cells) == 0 {
		return
	}
	if p.block {
		p.print("\n")
	}
	p.block = false
	p.print(p.fileLine() + "\n")
	for _, c := range p.cells {
		if p.Verbose {
			p.print(p.cellLine(c) + "\n" + p.rateLine(c))
			p.updates(c)
		}
		p.observations(c)
	}
	p.assumed()
	for _, c := range p.cells {
		if !c.Verdict.Good() {
			p.print("\n" + CellText(c, p.style, p.more(c)...))
			p.block = true
		}
	}
	p.cells = nil
}

func (p *Console) more(c *Cell) []string {
	if p.More == nil {
		return nil
	}
	return p.More(c)
}

// fileLine is "ok   bits20/ntlm-proxy  12 cells  0.4 s".
func (p *Console) fileLine() string {
	verdict, wall, tally := scenarios.Pass, time.Duration(0), map[scenarios.Verdict]int{}
	for _, c := range p.cells {
		verdict = scenarios.Worse(verdict, c.Verdict)
		wall += time.Duration(c.Wall)
		tally[c.Verdict]++
	}
	cells := count(len(p.cells), "cell")
	if rest := others(tally); rest != "" {
		cells += ", " + rest
	}
	return fmt.Sprintf("%s %s  %s  %s", p.word(verdict), pad(p.cells[0].Scenario, 40), pad(cells, 12), span(wall))
}

// others counts the verdicts but pass.
func others(tally map[scenarios.Verdict]int) string {
	var parts []string
	for _, v := range []scenarios.Verdict{scenarios.Observed, scenarios.Fail, scenarios.Blocked, scenarios.CouldNotRun} {
		if n := tally[v]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, verdictWord(v)))
		}
	}
	return strings.Join(parts, ", ")
}

// verdictWord is a verdict as it stands behind a number.
func verdictWord(v scenarios.Verdict) string {
	switch v {
	case scenarios.Pass:
		return "passed"
	case scenarios.Fail:
		return "failed"
	case scenarios.CouldNotRun:
		return "could not run"
	}
	return string(v)
}

func (p *Console) word(v scenarios.Verdict) string {
	color := green
	switch {
	case v == scenarios.Observed:
		color = yellow
	case !v.Good():
		color = red
	}
	return p.style.paint(color, word(v))
}

func (p *Console) cellLine(c *Cell) string {
	line := fmt.Sprintf("     %s %s  %s", p.word(c.Verdict), pad(strings.TrimPrefix(c.ID, c.Scenario), 40), span(time.Duration(c.Wall)))
	if c.Virtual > 0 {
		line += fmt.Sprintf("  (%s virtual)", c.Virtual)
	}
	return line
}

// rateLine draws what crossed the PC's link.
func (p *Console) rateLine(c *Cell) string {
	if c.Link == nil || len(c.Link.Points) == 0 {
		return ""
	}
	return fmt.Sprintf("          %s  up to %s\n", p.style.paint(cyan, c.Link.sparkline(60)), rateText(c.Link.coarse(60).peak()))
}

func (p *Console) observations(c *Cell) {
	for _, s := range c.Steps {
		for _, o := range s.Observations {
			where := strings.TrimSpace(strings.TrimPrefix(c.ID, c.Scenario) + " " + s.Name)
			p.print(fmt.Sprintf("     %s %s: %s: %s\n", p.style.paint(yellow, "?"), where, o.What, visible(o.Actual)))
		}
	}
}

// assumed names, beside what was observed, the facts that no document settles.
func (p *Console) assumed() {
	c := p.cells[0]
	if c.Level != "observe" {
		return
	}
	for _, a := range c.Assumed {
		for i, text := range wrap(a, p.style.width()-14) {
			p.print(fmt.Sprintf("     %s %s\n", pad(first(i, "assumed:"), 8), text))
		}
	}
}

// SummaryLine tells a run in one line:
//
//	520 cells in 28 files: 508 passed, 12 observed · 14 d 3 h virtual · 6.2 s · seed 1
func SummaryLine(d *Document, style Style) string {
	s := d.Summary
	verdicts := fmt.Sprintf("%d passed", s.Verdicts[scenarios.Pass])
	if rest := others(s.Verdicts); rest != "" {
		verdicts += ", " + rest
	}
	color, head := green, ""
	if !s.Good() {
		color = red
	}
	if d.Incomplete != "" {
		color, head = red, "incomplete ("+d.Incomplete+"): "
	}
	return fmt.Sprintf("%s%s in %s: %s · %s virtual · %s · seed %d", head, count(s.Cells, "cell"), count(s.Files, "file"),
		style.paint(color, verdicts), s.Virtual, s.Wall, d.Seed)
}
