package bits

import (
	"fmt"
	"strings"
)

// State is BG_JOB_STATE, with its numbers.
type State int

// The states of a job (BITS documentation: BG_JOB_STATE).
const (
	Queued         State = 0
	Connecting     State = 1
	Transferring   State = 2
	Suspended      State = 3
	Error          State = 4
	TransientError State = 5
	Transferred    State = 6
	Acknowledged   State = 7
	Cancelled      State = 8
)

var stateNames = [...]string{"QUEUED", "CONNECTING", "TRANSFERRING", "SUSPENDED",
	"ERROR", "TRANSIENT_ERROR", "TRANSFERRED", "ACKNOWLEDGED", "CANCELLED"}

// String gives the name without its prefix: "TRANSIENT_ERROR".
func (s State) String() string {
	if s < 0 || int(s) >= len(stateNames) {
		return fmt.Sprintf("state %d", int(s))
	}
	return stateNames[s]
}

// ParseState reads "ERROR" or "BG_JOB_STATE_ERROR".
func ParseState(name string) (State, error) {
	short := strings.TrimPrefix(name, "BG_JOB_STATE_")
	for i, n := range stateNames {
		if n == short {
			return State(i), nil
		}
	}
	return 0, fmt.Errorf("unknown job state %q: want one of %s", name, strings.Join(stateNames[:], ", "))
}

// Final reports whether the job has left the queue for good.
func (s State) Final() bool { return s == Acknowledged || s == Cancelled }

// running reports whether a transfer is under way.
func (s State) running() bool { return s == Connecting || s == Transferring }

// Priority is BG_JOB_PRIORITY, with its numbers. A new job has Normal.
type Priority int

// The priorities (BITS documentation: BG_JOB_PRIORITY). Foreground jobs use
// the whole bandwidth, the others only what is idle.
const (
	Foreground Priority = 0
	High       Priority = 1
	Normal     Priority = 2
	Low        Priority = 3
)

var priorityNames = [...]string{"FOREGROUND", "HIGH", "NORMAL", "LOW"}

// String gives the name without its prefix.
func (p Priority) String() string {
	if p < 0 || int(p) >= len(priorityNames) {
		return fmt.Sprintf("priority %d", int(p))
	}
	return priorityNames[p]
}

// ParsePriority reads "FOREGROUND" or "BG_JOB_PRIORITY_FOREGROUND".
func ParsePriority(name string) (Priority, error) {
	short := strings.TrimPrefix(name, "BG_JOB_PRIORITY_")
	for i, n := range priorityNames {
		if n == short {
			return Priority(i), nil
		}
	}
	return 0, fmt.Errorf("unknown job priority %q: want one of %s", name, strings.Join(priorityNames[:], ", "))
}
