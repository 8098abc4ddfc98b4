package report

import (
	"fmt"
	"strings"

	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/transcript"
)

// ProbeText tells what came of a probe and why: the states of its job, the credential
// decisions, and what crossed the wire. more holds commands that show more.
func ProbeText(c *Cell, style Style, more ...string) string {
	if !c.Verdict.Good() {
		b := &block{style: style}
		b.states(c)
		return CellText(c, style) + b.out.String() + moreText(style, more)
	}
	b := &block{style: style}
	b.line(style.paint(green, word(scenarios.Pass)) + " " + style.paint(bold, c.ID))
	b.title(c.Title)
	b.line("")
	b.field("outcome", fmt.Sprintf("TRANSFERRED in %s", c.Wall))
	b.states(c)
	if c.Record != nil {
		for _, e := range c.Record.Entries {
			if e.Event != nil && e.Event.Kind == transcript.KindDecision {
				b.decision(e.Event.Decision)
			}
		}
	}
	b.wire(c, c.last(1<<20))
	return b.out.String() + moreText(style, more)
}

func moreText(style Style, more []string) string {
	b := &block{style: style}
	b.commands(more)
	return b.out.String()
}

// states writes the way of the job from state to state.
func (b *block) states(c *Cell) {
	if c.Record == nil {
		return
	}
	var states []string
	for _, e := range c.Record.Entries {
		if e.Event == nil || e.Event.Kind != transcript.KindJob || e.Event.Data["to"] == "" {
			continue
		}
		if len(states) == 0 {
			states = append(states, e.Event.Data["from"])
		}
		states = append(states, e.Event.Data["to"])
	}
	b.field("states", strings.Join(states, " → "))
}
