package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wualab/wualab/scenarios"
)

// UpdateProbeText tells what came of a probe of an update server: of one PC what it did
// and what crossed the wire, of several how long each part took, and what went wrong how
// often. more holds commands that show more.
func UpdateProbeText(cells []*Cell, style Style, more ...string) string {
	if len(cells) == 1 {
		return updateRound(cells[0], style) + moreText(style, more)
	}
	b := &block{style: style}
	failed := slices.DeleteFunc(slices.Clone(cells), func(c *Cell) bool { return c.Verdict.Good() })
	verdict, color := scenarios.Pass, green
	if len(failed) > 0 {
		verdict, color = failed[0].Verdict, red
	}
	b.line(style.paint(color, word(verdict)) + " " + style.paint(bold, fmt.Sprintf("%d of %d PCs got through", len(cells)-len(failed), len(cells))))
	b.title(cells[0].Title + "; and so on.")
	b.line("")
	b.lines("", fmt.Sprintf("%-10s %6s %9s %9s %9s %9s", "part", "PCs", "p50", "p90", "p99", "max"))
	for _, p := range partsOf(cells) {
		b.lines("", fmt.Sprintf("%-10s %6d %9s %9s %9s %9s", p.name, len(p.took), span(p.at(50)), span(p.at(90)), span(p.at(99)), span(p.at(100))))
	}
	b.failures(failed)
	text := b.out.String()
	if len(failed) > 0 {
		text += "\n" + updateRound(failed[0], style)
	}
	return text + moreText(style, more)
}

// updateRound is what one PC did.
func updateRound(c *Cell, style Style) string {
	if !c.Verdict.Good() {
		return CellText(c, style)
	}
	b := &block{style: style}
	b.line(style.paint(green, word(c.Verdict)) + " " + style.paint(bold, c.ID))
	b.title(c.Title)
	b.line("")
	for _, s := range c.Steps {
		for _, o := range s.Observations {
			b.field(s.Name, o.Actual+", in "+span(time.Duration(s.Virtual)))
		}
	}
	b.wire(c, c.last(1<<20))
	return b.out.String()
}

// failures counts what went wrong, the most frequent first.
func (b *block) failures(failed []*Cell) {
	count := map[string]int{}
	for _, c := range failed {
		text := c.Error
		if i := slices.IndexFunc(c.Steps, func(s Step) bool { return len(s.Failures) > 0 }); i >= 0 {
			first := c.Steps[i].Failures[0]
			text = first.What + ": " + first.Actual
		}
		count[text]++
	}
	var order []string
	for text := range count {
		order = append(order, text)
	}
	slices.SortFunc(order, func(x, y string) int { return 2*(count[y]-count[x]) + strings.Compare(x, y) })
	for _, text := range order {
		b.field("failed", fmt.Sprintf("%d × %s", count[text], text))
	}
}

// part is one step of all PCs.
type part struct {
	name string
	took []time.Duration // sorted
}

// at gives what a share of the PCs did not exceed: the nearest rank.
func (p part) at(percent int) time.Duration {
	return p.took[max(0, (len(p.took)*percent+99)/100-1)]
}

// partsOf gives the parts in their order, with the PCs that came through them. A PC that
// failed lacks parts, so the order is that of the one that has most.
func partsOf(cells []*Cell) (list []part) {
	var longest []Step
	for _, c := range cells {
		if len(c.Steps) > len(longest) {
			longest = c.Steps
		}
	}
	for _, s := range longest {
		list = append(list, part{name: s.Name})
	}
	for _, c := range cells {
		for _, s := range c.Steps {
			i := slices.IndexFunc(list, func(p part) bool { return p.name == s.Name })
			if i >= 0 && s.Verdict.Good() {
				list[i].took = append(list[i].took, time.Duration(s.Virtual))
			}
		}
	}
	list = slices.DeleteFunc(list, func(p part) bool { return len(p.took) == 0 })
	for i := range list {
		slices.Sort(list[i].took)
	}
	return list
}
