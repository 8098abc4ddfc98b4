package store

import "fmt"

// PutLazy stores new data of known jobs without waiting for the disk: it goes
// with the next change, or after the lazy interval, and later data of a job
// replaces earlier. All and Get give it at once. A crash may lose it, and then
// loses everything lazy since the last change, never an older part alone.
//
// It is for progress. A job that is not stored gives [ErrUnknownJob], and none
// of the records is kept.
func (s *Store) PutLazy(records ...Record) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(); err != nil {
		return err
	}
	for _, r := range records {
		if !s.stored(r.ID) {
			return fmt.Errorf("job %s: %w", r.ID, ErrUnknownJob)
		}
	}
	for _, r := range records {
		s.lazy[r.ID] = clone(r.Data)
	}
	s.arm()
	return nil
}

// Flush writes lazy records now.
func (s *Store) Flush() error {
	return s.Update(func(*Tx) error { return nil })
}

// arm sets the timer for lazy records, unless it runs.
func (s *Store) arm() {
	if s.opts.Clock == nil || s.stop != nil || len(s.lazy) == 0 {
		return
	}
	d := s.opts.LazyInterval
	if d <= 0 {
		d = DefaultLazyInterval
	}
	s.stop = s.opts.Clock.AfterFunc(d, "BITS job queue", s.onTimer)
}

func (s *Store) disarm() {
	if s.stop != nil {
		s.stop()
		s.stop = nil
	}
}

// onTimer writes lazy records; those that it cannot write stay, for the next
// change or the next time.
func (s *Store) onTimer() {
	s.lock()
	defer s.unlock()
	if s.usable() != nil {
		return
	}
	s.stop = nil
	if s.at(BeforeLazy) != nil {
		return
	}
	if s.update(func(*Tx) error { return nil }) != nil && s.gone == nil {
		s.arm()
	}
}
