package scenarios

import (
	"sync"

	"github.com/wualab/wualab/scenarios/plan"
)

// faulted keeps what made the world unfit to be judged, such as a script that failed.
type faulted struct {
	mu   sync.Mutex
	err  error
	tell func(error)     // is told of each that is new, up to mostTold; nil: nobody is
	told map[string]bool // by their texts
}

// mostTold bounds what whoever watches is told.
const mostTold = 20

// fault is told by fakes; the first counts.
func (f *faulted) fault(err error) {
	if f.note(err) {
		f.tell(err)
	}
}

// note keeps a fault, and reports whether it is to be told.
func (f *faulted) note(err error) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.err = err
	}
	if f.tell == nil || f.told[err.Error()] || len(f.told) >= mostTold {
		return false
	}
	if f.told == nil {
		f.told = map[string]bool{}
	}
	f.told[err.Error()] = true
	return true
}

// takeFault gives it, once.
func (f *faulted) takeFault() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	err := f.err
	f.err = nil
	return err
}

// firstFault gives it, and leaves it there.
func (f *faulted) firstFault() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

// scriptFailed is the failure of a step in whose time a script failed.
func scriptFailed(pos plan.Pos, err error) Failure {
	return Failure{Pos: pos, What: "script", Expected: "the scripts run", Actual: err.Error()}
}
