package store

import (
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/wualab/wualab/clock"
)

// DefaultLazyInterval is how long a lazy record waits for another change to go
// with. Assumed: no document says how often the service saves progress.
const DefaultLazyInterval = 10 * time.Second

// ErrClosed is returned by a store that was closed.
var ErrClosed = errors.New("the job queue is closed")

// ErrInUse is returned by Open when another store has the file open.
var ErrInUse = errors.New("the job queue is in use")

// ErrUnknownJob is returned by PutLazy for a job that is not stored, so that
// late progress cannot bring a deleted job back.
var ErrUnknownJob = errors.New("no such job in the queue")

// Record is one stored job. Data is the caller's; the store keeps it as it is.
type Record struct {
	ID   string // the job's GUID, compared byte for byte; 1 to 255 bytes
	Data []byte
}

// Options sets a store up. The zero value is the durable store of a service
// that flushes its lazy records only with other changes.
type Options struct {
	// Clock times the lazy records; nil: they go with the next change, at
	// Flush or at Close.
	Clock clock.Clock
	// LazyInterval is the longest that a lazy record waits; 0: DefaultLazyInterval.
	LazyInterval time.Duration
	// NoSync leaves out waiting for the disk. A crash of the process then
	// still loses nothing, a loss of power may.
	NoSync bool
	// Hook is asked at every Point; an error makes the store behave as if the
	// process had died there. It must not call the store.
	Hook func(Point) error
}

// Store is an open job queue. Its methods may be called from several
// goroutines. They take turns, save that Put, Submit and PutLazy need not wait
// for a change that is being written, and what Put and Submit were given
// meanwhile is written at once. Make one with [Open] and end with Close.
type Store struct {
	path string
	opts Options

	damage error // why the file was set aside; not changed after Open, as aside
	aside  string

	writing sync.Mutex // held while the file is used, and taken before mu

	mu    sync.Mutex // given up while the disk is waited for
	db    *bolt.DB
	index map[string]uint64 // the place of each job in the order of creation
	lazy  map[string][]byte
	next  *group      // that waits to be written; nil: none
	now   *Tx         // that is being written; nil: none
	stop  func() bool // of the timer for lazy, while there is one
	gone  error       // why nothing can be done any more
	stuck bool        // a transaction could not be ended
}

// Put stores the records, all or none: new ones at the end of the order, known
// ones in their place. When it returns nil they are on the disk.
func (s *Store) Put(records ...Record) error { return s.Submit(records...)() }

// lock is for what uses the file.
func (s *Store) lock() {
	s.writing.Lock()
	s.mu.Lock()
}

func (s *Store) unlock() {
	s.mu.Unlock()
	s.writing.Unlock()
}

// Delete removes jobs, all or none; unknown ones are no error.
func (s *Store) Delete(ids ...string) error {
	s.lock()
	defer s.unlock()
	if err := s.usable(); err != nil {
		return err
	}
	if err := s.at(BeforeDelete); err != nil {
		return err
	}
	return s.update(func(tx *Tx) error {
		for _, id := range ids {
			tx.Delete(id)
		}
		return nil
	})
}

// All gives every job in the order of creation.
func (s *Store) All() ([]Record, error) {
	s.lock()
	defer s.unlock()
	if err := s.settled(); err != nil {
		return nil, err
	}
	return s.read(maps.Clone(s.lazy))
}

// Get gives the data of one job; false when there is none.
func (s *Store) Get(id string) ([]byte, bool, error) {
	s.lock()
	defer s.unlock()
	if err := s.settled(); err != nil {
		return nil, false, err
	}
	return s.get(id)
}

// Len gives the number of jobs, 0 for a store that is closed.
func (s *Store) Len() int {
	s.lock()
	defer s.unlock()
	_ = s.settled() // whoever submitted what could not be written is told
	return len(s.index)
}

// Damage says why the file that Open found was set aside, as a [*DamagedError]
// or a [*NewerError]; nil when it was not.
func (s *Store) Damage() error { return s.damage }

// SetAside gives the path under which the file that Open could not use is kept;
// empty when there was none.
func (s *Store) SetAside() string { return s.aside }

// Path gives the path of the store's file.
func (s *Store) Path() string { return s.path }

// Close writes lazy records and closes the file. The error is that of the
// writing; the file is closed anyhow. Closing twice, or after a crash that Hook
// made, does nothing.
func (s *Store) Close() error {
	s.lock()
	defer s.unlock()
	if s.gone != nil {
		return nil
	}
	err := s.at(BeforeClose)
	if err == nil {
		err = s.update(func(*Tx) error { return nil })
	}
	if s.gone == nil {
		err = errors.Join(err, s.end(ErrClosed))
	}
	return err
}

// usable says why the store is not. Callers hold the locks, here and below.
func (s *Store) usable() error { return s.gone }

// settled writes what was submitted, so that it can be read.
func (s *Store) settled() error {
	if err := s.usable(); err != nil {
		return err
	}
	return s.writeNext()
}

// end closes the file without writing.
func (s *Store) end(why error) error {
	s.gone = why
	s.disarm()
	if s.next != nil {
		s.next.finish(why)
	}
	s.index, s.lazy, s.next = nil, nil, nil
	if s.db == nil || s.stuck {
		return nil // closing a database that is stuck would wait for ever
	}
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("close job queue %s: %w", s.path, err)
	}
	return nil
}

// read lists what is on the disk with changes laid over it.
func (s *Store) read(over map[string][]byte) ([]Record, error) {
	records := make([]Record, 0, len(s.index))
	err := s.view(func(tx *bolt.Tx) error {
		return eachRecord(tx, func(_ uint64, r Record) error {
			if data, ok := over[r.ID]; ok {
				r.Data = data
			}
			r.Data = clone(r.Data)
			records = append(records, r)
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return records, nil
}

func (s *Store) get(id string) ([]byte, bool, error) {
	if data, ok := s.lazy[id]; ok {
		return clone(data), true, nil
	}
	place, ok := s.index[id]
	if !ok {
		return nil, false, nil
	}
	var data []byte
	err := s.view(func(tx *bolt.Tx) error {
		key := recordKey(place)
		r, err := decodeRecord(key, tx.Bucket(bucketJobs).Get(key))
		data = clone(r.Data)
		return err
	})
	return data, err == nil, err
}

func (s *Store) view(f func(*bolt.Tx) error) error {
	err := guard(func() error { return s.db.View(f) })
	if err != nil {
		return fmt.Errorf("read job queue %s: %w", s.path, err)
	}
	return nil
}

// clone never gives nil, so that a job without data is not mistaken for none.
func clone(data []byte) []byte { return append([]byte{}, data...) }
