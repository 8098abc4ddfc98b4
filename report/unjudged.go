package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wualab/wualab/scenarios"
)

// UnjudgedNote says which steps pass whatever becomes of their jobs, as nothing is
// expected from there on; "" when there are none.
//
//	note: 2 steps pass whatever becomes of their jobs, as no expect follows: a.yaml:11, a.yaml:12
func UnjudgedNote(d *Document) string {
	const most = 5
	var places []string
	for _, c := range d.Cells {
		for _, s := range c.Steps {
			place := fmt.Sprintf("%s:%d", c.File, s.Pos.Line)
			if s.Unjudged && s.Verdict == scenarios.Pass && !slices.Contains(places, place) {
				places = append(places, place)
			}
		}
	}
	if len(places) == 0 {
		return ""
	}
	passes := "steps pass whatever becomes of their jobs"
	if len(places) == 1 {
		passes = "step passes whatever becomes of its job"
	}
	all, more := len(places), ""
	if all > most {
		places, more = places[:most], fmt.Sprintf(" and %d more", all-most)
	}
	return fmt.Sprintf("note: %d %s, as no expect follows: %s%s", all, passes, strings.Join(places, ", "), more)
}
