package store

import "fmt"

// group is changes of several callers that go to the disk together.
type group struct {
	tx    *Tx
	older map[string][]byte // the lazy records that it takes the place of
	done  bool
	err   error
}

// Submit takes records as Put does, and gives the function that waits until
// they are on the disk and tells what became of them, which must be called.
// Callers that wait at the same time share the syncs of the disk. All or none
// of the records of one call are stored; the changes of the calls between which
// nobody waited stand or fall together.
func (s *Store) Submit(records ...Record) (wait func() error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.usable()
	for _, r := range records {
		if len(r.ID) == 0 || len(r.ID) > maxID {
			err = fmt.Errorf("job ID %q: want 1 to %d bytes", r.ID, maxID)
		}
	}
	if err != nil || len(records) == 0 {
		return func() error { return err }
	}
	if s.next == nil {
		s.next = &group{tx: s.newTx(), older: map[string][]byte{}}
	}
	g := s.next
	for _, r := range records {
		g.tx.put(r)
		if data, ok := s.lazy[r.ID]; ok {
			g.older[r.ID] = data
			delete(s.lazy, r.ID)
		}
	}
	return func() error { return s.await(g) }
}

// await writes the group, unless another caller has.
func (s *Store) await(g *group) error {
	s.lock()
	defer s.unlock()
	if !g.done {
		_ = s.writeNext() // it is the next one, as those before are done
	}
	return g.err
}

// writeNext writes what was submitted so far.
func (s *Store) writeNext() error {
	g := s.next
	if g == nil {
		return nil
	}
	s.next = nil
	for id, data := range s.lazy { // what came after a job was submitted
		if _, same := g.tx.changes[id]; same {
			g.older[id] = data
			g.tx.change(id, change{data: data})
			delete(s.lazy, id)
		}
	}
	g.finish(s.writeTx(g.tx))
	if g.err != nil && s.gone == nil {
		s.keepLazy(g.older)
	}
	return g.err
}

func (g *group) finish(err error) { g.done, g.err = true, err }

// keepLazy takes lazy records back that were not written, unless newer ones
// have come, or their jobs are not stored.
func (s *Store) keepLazy(records map[string][]byte) {
	for id, data := range records {
		_, newer := s.lazy[id]
		if _, known := s.index[id]; known && !newer {
			s.lazy[id] = data
		}
	}
	s.arm()
}

// stored reports whether there is a job, as the calls so far leave it.
func (s *Store) stored(id string) bool {
	if s.next != nil {
		if _, coming := s.next.tx.changes[id]; coming {
			return true
		}
	}
	if s.now != nil {
		if c, changing := s.now.changes[id]; changing {
			return !c.delete
		}
	}
	_, known := s.index[id]
	return known
}
