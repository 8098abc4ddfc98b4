package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/transcript"
)

// maxExchanges is how many exchanges of a failure are shown: the first half and
// the last half of them.
const maxExchanges = 12

// indent is how far a cell's text is moved to the right.
const indent = "     "

// block writes what happened in a cell that is not good, and why.
type block struct {
	style Style
	out   strings.Builder
	said  string // the explanation that was written last
}

// CellText tells what happened in a cell that failed or could not run, and why,
// in a text that needs nothing else to be understood. more holds commands that
// show more. For a good cell it gives nothing.
func CellText(c *Cell, style Style, more ...string) string {
	if c.Verdict.Good() {
		return ""
	}
	b := &block{style: style}
	b.line(style.paint(red, word(c.Verdict)) + " " + style.paint(bold, c.ID))
	b.title(c.Title)
	if c.Error != "" {
		b.field("error", c.Error)
	}
	for i := range c.Steps {
		b.step(c, &c.Steps[i])
	}
	if c.Error != "" {
		b.wire(c, c.last(maxExchanges/2))
	}
	if c.Level != "" { // a probe has none
		b.field("level", levelText(c))
	}
	for _, a := range c.Assumed {
		b.field("assumed", a)
	}
	b.commands(more)
	return b.out.String()
}

// word is the first word of a cell's line.
func word(v scenarios.Verdict) string {
	switch v {
	case scenarios.Pass:
		return "ok  "
	case scenarios.Observed:
		return "seen"
	case scenarios.CouldNotRun:
		return "ERR "
	}
	return "FAIL"
}

func levelText(c *Cell) string {
	refs := strings.Join(c.Refs, "; ")
	switch c.Level {
	case "required":
		return "required: documented in " + refs
	case "expected":
		return "expected: well founded but not documented; rests on " + refs
	}
	return string(c.Level) + "; rests on " + refs
}

func (b *block) title(text string) {
	for _, line := range wrap(text, b.style.width()-len(indent)) {
		b.line(indent + b.style.paint(faint, line))
	}
}

func (b *block) line(text string) {
	b.out.WriteString(strings.TrimRight(text, " ") + "\n")
}

func (b *block) field(label, text string) {
	b.out.WriteString(FieldText(b.style, len(indent), Field{label, text}))
}

// lines writes a label and lines that are not wrapped.
func (b *block) lines(label string, lines ...string) {
	for _, text := range lines {
		b.line(indent + b.style.paint(cyan, pad(label, labelWidth)) + text)
		label = ""
	}
}

func (b *block) step(c *Cell, s *Step) {
	switch {
	case s.Verdict == scenarios.Blocked:
		b.field("blocked", fmt.Sprintf("step %q was not played, since an earlier one failed", s.Name))
	case len(s.Failures) > 0:
		for i := range s.Failures {
			b.line("")
			b.field(first(i, "step"), first(i, s.Name))
			b.failure(c, &s.Failures[i])
		}
		b.updates(s)
	}
}

func (b *block) failure(c *Cell, f *Failure) {
	if f.Pos != (Place{}) {
		b.lines("at", f.Pos.String())
	}
	b.field("what", f.What)
	b.field("expected", f.Expected)
	b.field("actual", f.Actual)
	b.explanation(c, f)
}

// explanation tells why, unless the failure before had the same reasons.
func (b *block) explanation(c *Cell, f *Failure) {
	e := &block{style: b.style}
	for i, why := range f.Why {
		e.field(first(i, "why"), why)
	}
	for _, code := range f.Codes {
		e.code(f, code)
	}
	e.decision(f.Decision)
	e.wire(c, f.Exchanges)
	text := e.out.String()
	switch {
	case text == "":
	case text == b.said:
		b.field("why", "as above")
	default:
		b.out.WriteString(text)
		b.said = text
	}
}

// first gives a text for the first of several, and nothing for the others.
func first(i int, label string) string {
	if i == 0 {
		return label
	}
	return ""
}

// code explains a result code. The remedies of a credential decision say more
// than what to check about 401 and 407.
func (b *block) code(f *Failure, c Code) {
	text := c.Meaning
	if len(f.Codes) > 1 && c.Name != "" {
		text = c.Name + ": " + text
	}
	b.field("means", text)
	if f.Decision == nil || !aboutCredentials(c) {
		b.field("check", c.Check)
	}
}

func aboutCredentials(c Code) bool {
	h, err := hresult.Parse(c.Code)
	return err == nil && (h == hresult.BG_E_HTTP_ERROR_401 || h == hresult.BG_E_HTTP_ERROR_407)
}

func (b *block) decision(d *transcript.Decision) {
	if d == nil {
		return
	}
	b.field("decision", decisionText(d))
	b.field("", d.Words)
	b.field("rule", fmt.Sprintf("%s (%s): %s", d.Rule, documented(d.Documented), d.Source))
	for i, r := range d.Remedies {
		b.field(first(i, "remedies"), "- "+r)
	}
}

// decisionText is the outcome of a credential decision.
func decisionText(d *transcript.Decision) string {
	if !d.Send {
		return fmt.Sprintf("no credentials are sent to the %s", d.Target)
	}
	text := fmt.Sprintf("%s are sent to the %s", whose(d.Kind), d.Target)
	if d.Scheme != "" {
		text += " by " + d.Scheme
	}
	return text
}

// whose names the credentials of a kind.
func whose(kind string) string {
	switch kind {
	case "implicit":
		return "the logon credentials of the job's owner"
	case "explicit":
		return "the credentials that the program set"
	case "url-embedded":
		return "the credentials in the URL"
	}
	return kind + " credentials"
}

func documented(yes bool) string {
	if yes {
		return "documented"
	}
	return "rests on an assumption"
}

// wire writes exchanges, and the time between them when the world's clock moved.
func (b *block) wire(c *Cell, seqs []int) {
	label, before := "wire", time.Time{}
	for i, seq := range seqs {
		if left := leftOut(len(seqs)); left > 0 && i >= maxExchanges/2 && i < maxExchanges/2+left {
			if i == maxExchanges/2 {
				b.lines(label, fmt.Sprintf("… %s more …", count(left, "exchange")))
			}
			continue
		}
		x := c.exchange(seq)
		if x == nil {
			continue
		}
		if d := x.Start.Sub(before); !before.IsZero() && d > 0 {
			b.lines("", fmt.Sprintf("    (%s later)", span(d)))
		}
		b.exchange(label, x)
		label, before = "", x.Start
	}
}

func (b *block) exchange(label string, x *transcript.Exchange) {
	b.lines(label, b.style.wireLines(x, len(indent)+labelWidth)...)
	for _, r := range remarks(x) {
		b.remark(r)
	}
}

// leftOut is how many of n exchanges are not shown.
func leftOut(n int) int { return max(0, n-maxExchanges) }

// remark writes a further line of an exchange, moved to the right of it.
func (b *block) remark(text string) {
	for _, line := range wrap(text, b.style.width()-len(indent)-labelWidth-4) {
		b.lines("", "    "+line)
	}
}

func (b *block) commands(more []string) {
	if len(more) > 0 {
		b.line("")
		b.lines("more", more...)
	}
}
