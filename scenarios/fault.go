package scenarios

import "sync"

// faulted keeps what made the world unfit to be judged, such as a script that failed.
type faulted struct {
	mu  sync.Mutex
	err error
}

// fault is told by fakes; the first counts.
func (f *faulted) fault(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.err = err
	}
}

// takeFault gives it, once.
func (f *faulted) takeFault() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	err := f.err
	f.err = nil
	return err
}
