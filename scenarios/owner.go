package scenarios

import (
	"fmt"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/scenarios/plan"
)

// owner judges what a job says of its owner's token.
func (j *judge) owner(e *plan.ExpectJob, job *bits.Job, about string) {
	if e.Integrity.Set {
		level, err := job.OwnerIntegrityLevel()
		got := answered(level, err)
		check(j, e.Integrity, about+"integrity level of the owner", got, func(want string) bool { return want == got })
	}
	if e.Elevated.Set {
		elevated, err := job.OwnerElevationState()
		check(j, e.Elevated, about+"elevation of the owner", answered(elevated, err), func(want bool) bool { return err == nil && want == elevated })
	}
}

// answered gives what a call returned, or its error.
func answered(value any, err error) string {
	if err != nil {
		return err.Error()
	}
	return fmt.Sprint(value)
}
