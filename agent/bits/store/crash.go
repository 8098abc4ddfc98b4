package store

import (
	"errors"
	"fmt"
	"io"
	"os"

	bolt "go.etcd.io/bbolt"
)

// Point is a place in the store's work at which Options.Hook may end it.
type Point string

// The points, in the order in which work passes them.
const (
	BeforeCreate   Point = "before-create"    // a new store is written beside its place
	AfterCreate    Point = "after-create"     // and moved to its place
	BeforeSetAside Point = "before-set-aside" // a store was found damaged
	AfterSetAside  Point = "after-set-aside"  // it is moved away, none is in its place
	BeforeDelete   Point = "before-delete"    // Delete was called
	BeforeLazy     Point = "before-lazy"      // the lazy interval is over
	BeforeCommit   Point = "before-commit"    // nothing of a change is on the disk
	MidCommit      Point = "mid-commit"       // the change is written, the page that makes it valid is not
	TornCommit     Point = "torn-commit"      // half of that page is written
	AfterCommit    Point = "after-commit"     // the change is on the disk, its caller does not know
	BeforeClose    Point = "before-close"     // Close was called
)

// Points lists all points.
func Points() []Point {
	return []Point{BeforeCreate, AfterCreate, BeforeSetAside, AfterSetAside, BeforeDelete, BeforeLazy,
		BeforeCommit, MidCommit, TornCommit, AfterCommit, BeforeClose}
}

// CrashError is what every call gives at and after the point at which
// Options.Hook ended the store.
type CrashError struct {
	Point Point
	Err   error // what the hook returned
}

// Error names the point and the hook's error.
func (e *CrashError) Error() string {
	return fmt.Sprintf("the job queue crashed at %s: %v", e.Point, e.Err)
}

// Unwrap gives the hook's error.
func (e *CrashError) Unwrap() error { return e.Err }

// ask asks the hook without ending anything.
func (s *Store) ask(p Point) error {
	if s.opts.Hook == nil {
		return nil
	}
	if err := s.opts.Hook(p); err != nil {
		return &CrashError{Point: p, Err: err}
	}
	return nil
}

// at passes a point outside of any transaction.
func (s *Store) at(p Point) error {
	err := s.ask(p)
	if err != nil {
		_ = s.end(err) // a process that dies sees no errors
	}
	return err
}

// commit makes one change of the file, past its points.
func (s *Store) commit(apply func(*bolt.Bucket) (places, error)) error {
	var moved places
	err := s.transact(func(tx *bolt.Tx) (err error) {
		moved, err = apply(tx.Bucket(bucketJobs))
		return err
	})
	if err != nil {
		return err
	}
	for id, place := range moved {
		if place == 0 {
			delete(s.index, id)
		} else {
			s.index[id] = place
		}
	}
	return nil
}

// transact runs change in a bbolt transaction and commits it.
func (s *Store) transact(change func(*bolt.Tx) error) error {
	err := guard(func() error {
		tx, err := s.db.Begin(true)
		if err != nil {
			return err
		}
		defer func() {
			s.stuck = true
			_ = tx.Rollback() // after a commit it does nothing
			s.stuck = false
		}()
		if err := change(tx); err != nil {
			return err
		}
		return s.write(tx)
	})
	if crash, died := errors.AsType[*CrashError](err); died {
		_ = s.end(crash)
	}
	return err
}

func (s *Store) write(tx *bolt.Tx) error {
	if err := s.ask(BeforeCommit); err != nil {
		return err
	}
	for _, p := range []Point{MidCommit, TornCommit} {
		if crash := s.ask(p); crash != nil {
			return errors.Join(crash, s.writePart(tx, p))
		}
	}
	if err := s.waitForDisk(tx); err != nil {
		return err
	}
	return s.ask(AfterCommit)
}

// waitForDisk lets others submit changes meanwhile.
func (s *Store) waitForDisk(tx *bolt.Tx) error {
	s.mu.Unlock()
	defer s.mu.Lock()
	return tx.Commit()
}

// writePart leaves the file as a crash within the commit does. bbolt writes the
// change to pages that the state before does not use, syncs, and then writes
// one of the two first pages, which makes the change valid.
func (s *Store) writePart(tx *bolt.Tx, p Point) error {
	size := s.db.Info().PageSize
	f, err := os.OpenFile(s.path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	before, after := make([]byte, 2*size), make([]byte, 2*size)
	if _, err := f.ReadAt(before, 0); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	if _, err := f.ReadAt(after, 0); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if p == TornCommit {
		copyChangedHalves(before, after, size)
	}
	_, err = f.WriteAt(before, 0)
	return err
}

// copyChangedHalves takes over the first half of what lies in each page's meta.
func copyChangedHalves(before, after []byte, size int) {
	for page := 0; page < len(before); page += size {
		half := page + pageHeader + metaSize/2
		copy(before[page:half], after[page:half])
	}
}
