package timelimit_test

import (
	"testing"
	"time"

	"github.com/wualab/wualab/internal/timelimit"
)

// watched is a testing.TB that keeps failures instead of failing.
type watched struct {
	testing.TB
	failures int
}

func (w *watched) Helper()               {}
func (w *watched) Errorf(string, ...any) { w.failures++ }

// busy is work for so long.
func busy(d time.Duration) {
	for begin := timelimit.Spent(); timelimit.Spent()-begin < d; {
	}
}

func TestSlowWorkFails(t *testing.T) {
	w, passes := &watched{TB: t}, 0
	timelimit.Check(w, func() { passes++; busy(timelimit.PerInput + time.Millisecond) })
	if w.failures != 1 || passes < 2 {
		t.Errorf("%d failures after %d passes", w.failures, passes)
	}
}

func TestWorkThatIsSlowOnlyNowAndThenPasses(t *testing.T) {
	w, passes := &watched{TB: t}, 0
	timelimit.Check(w, func() {
		if passes++; passes < 4 {
			busy(timelimit.PerInput + time.Millisecond)
		}
	})
	if w.failures != 0 || passes != 4 {
		t.Errorf("%d failures after %d passes", w.failures, passes)
	}
}

func TestWorkThatHangsIsNotRunOften(t *testing.T) {
	w, passes := &watched{TB: t}, 0
	timelimit.Check(w, func() { passes++; busy(max(600*time.Millisecond, timelimit.PerInput+time.Millisecond)) })
	if w.failures != 1 || passes > 3 {
		t.Errorf("%d failures after %d passes", w.failures, passes)
	}
}

func TestPreparationIsNotMeasured(t *testing.T) {
	w, made, used := &watched{TB: t}, 0, 0
	timelimit.CheckPrepared(w, func() func() {
		made++
		busy(timelimit.PerInput + time.Millisecond)
		return func() { used++ }
	})
	if w.failures != 0 || made != 1 || used != 1 {
		t.Errorf("%d failures, made %d, used %d", w.failures, made, used)
	}
}
