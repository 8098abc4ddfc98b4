package store

import (
	"errors"
	"fmt"
	"slices"

	bolt "go.etcd.io/bbolt"
)

// Tx is a set of changes being made by [Store.Update]. It belongs to the
// function that it was given to, and only while that runs.
type Tx struct {
	s       *Store
	changes map[string]change
	order   []string // the jobs in changes, as first named
}

// change is what becomes of a job: its new data, or its end.
type change struct {
	data   []byte
	delete bool
	anew   bool // the job was deleted first, and goes to the end of the order
}

// Update makes the changes of f, over several jobs, all or none. They are on
// the disk when it returns nil. When f returns an error nothing is changed and
// Update returns that error. f must not call the store.
//
// After an error of the disk nothing has changed either, save that a fault in
// the very last write leaves open which; All then tells.
func (s *Store) Update(f func(*Tx) error) error {
	s.lock()
	defer s.unlock()
	if err := s.usable(); err != nil {
		return err
	}
	return s.update(f)
}

func (s *Store) update(f func(*Tx) error) error {
	if err := s.writeNext(); err != nil {
		return err
	}
	tx := s.newTx()
	if err := f(tx); err != nil {
		return err
	}
	return s.writeTx(tx)
}

func (s *Store) newTx() *Tx { return &Tx{s: s, changes: map[string]change{}} }

// writeTx writes changes, and with them the lazy records of other jobs.
func (s *Store) writeTx(tx *Tx) error {
	lazy := s.lazy
	for id, data := range lazy {
		if _, newer := tx.changes[id]; !newer {
			tx.change(id, change{data: data})
		}
	}
	if len(tx.changes) == 0 {
		return nil
	}
	s.lazy = map[string][]byte{}
	s.disarm()
	s.now = tx
	err := s.commit(tx.apply)
	s.now = nil
	if err == nil {
		return nil
	}
	if s.gone == nil {
		s.keepLazy(lazy)
	}
	return s.afterFailure(fmt.Errorf("write job queue %s: %w", s.path, err))
}

// Put stores a job, a new one at the end of the order.
func (tx *Tx) Put(r Record) error {
	if len(r.ID) == 0 || len(r.ID) > maxID {
		return fmt.Errorf("job ID %q: want 1 to %d bytes", r.ID, maxID)
	}
	tx.put(r)
	return nil
}

func (tx *Tx) put(r Record) {
	before := tx.changes[r.ID]
	if before.delete {
		tx.order = slices.DeleteFunc(tx.order, func(id string) bool { return id == r.ID })
		delete(tx.changes, r.ID)
	}
	tx.change(r.ID, change{data: clone(r.Data), anew: before.delete || before.anew})
}

// Delete removes a job; an unknown one is no error.
func (tx *Tx) Delete(id string) {
	if _, known := tx.s.index[id]; known || tx.changes[id].data != nil {
		tx.change(id, change{delete: true})
	}
}

// Get gives the data of a job as the changes so far leave it; false when there
// is no such job.
func (tx *Tx) Get(id string) ([]byte, bool, error) {
	if c, ok := tx.changes[id]; ok {
		return clone(c.data), !c.delete, nil
	}
	return tx.s.get(id)
}

func (tx *Tx) change(id string, c change) {
	if _, again := tx.changes[id]; !again {
		tx.order = append(tx.order, id)
	}
	tx.changes[id] = c
}

// places is what changes in the index: 0 for a job that is gone.
type places map[string]uint64

// apply writes the changes.
func (tx *Tx) apply(b *bolt.Bucket) (places, error) {
	moved := places{}
	for _, id := range tx.order {
		if err := tx.applyOne(b, moved, id); err != nil {
			return nil, fmt.Errorf("job %s: %w", id, err)
		}
	}
	return moved, nil
}

func (tx *Tx) applyOne(b *bolt.Bucket, moved places, id string) error {
	c := tx.changes[id]
	place, known := tx.s.index[id]
	if known && (c.delete || c.anew) {
		if err := b.Delete(recordKey(place)); err != nil {
			return err
		}
	}
	if c.delete {
		moved[id] = 0
		return nil
	}
	if !known || c.anew {
		next, err := b.NextSequence()
		if err != nil {
			return err
		}
		place, moved[id] = next, next
	}
	key := recordKey(place)
	return b.Put(key, encodeRecord(key, Record{ID: id, Data: c.data}))
}

// afterFailure brings what is in memory in line with what is on the disk.
func (s *Store) afterFailure(cause error) error {
	if s.gone != nil {
		return cause
	}
	if _, broken := errors.AsType[*panicError](cause); broken {
		return errors.Join(cause, s.end(fmt.Errorf("the job queue failed: %w", cause)))
	}
	index, err := s.loadIndex()
	if err != nil {
		return errors.Join(cause, err, s.end(fmt.Errorf("the job queue failed: %w", cause)))
	}
	s.index = index
	return cause
}
