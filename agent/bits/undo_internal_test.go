package bits

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/wualab/wualab/clock"
)

// TestSettleEdit has calls of one job wait for the disk at the same time.
func TestSettleEdit(t *testing.T) {
	failed := errors.New("failed")
	for _, c := range []struct {
		name string
		ends []int // the calls in the order in which they learn what became of theirs; negative: it failed
		want string
		left int
	}{
		{"all are taken", []int{1, 2, 3}, "123", 0},
		{"the last is not", []int{1, 2, -3}, "12", 0},
		{"none is", []int{-1, -2, -3}, "", 0},
		{"none is, and the last hears first", []int{-3, -2, -1}, "", 0},
		{"none is, in any order", []int{-2, -3, -1}, "", 0},
		{"a later record has what was refused before", []int{-1, 2, 3}, "123", 0},
		{"a later record that is taken first", []int{3, -1, -2}, "123", 0},
		{"one is refused while others wait", []int{-2}, "123", 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := clock.NewVirtual(time.Unix(0, 0))
			m := &Manager{cfg: Config{Clock: v}, closed: true, queue: newQueue()}
			j := &Job{m: m, state: Suspended}
			edits := map[int]*edit{}
			for i, text := range []string{"1", "2", "3"} {
				edits[i+1] = &edit{before: j.keepsake()}
				j.set.description += text
				j.edits = append(j.edits, edits[i+1])
			}
			for _, n := range c.ends {
				if n < 0 {
					j.settleEdit(edits[-n], failed)
				} else {
					j.settleEdit(edits[n], nil)
				}
			}
			if j.set.description != c.want || len(j.edits) != c.left {
				t.Errorf("the job has %q and %d calls wait, want %q and %d", j.set.description, len(j.edits), c.want, c.left)
			}
			if slices.Contains(j.edits, nil) {
				t.Error("a call was forgotten")
			}
		})
	}
}
