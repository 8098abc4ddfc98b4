package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

const fileMode = 0o600

// Open opens the job queue in the file at path, and makes it if there is none.
// Its folder must exist.
//
// A file that is cut short, is no job queue or does not add up, and one of a
// newer format, is renamed to path with ".damaged-1" or ".newer-1" behind it
// (or the next free number), and an empty queue is made; Damage then says so.
// A file of an older format is brought to this one. A file that another store
// has open gives [ErrInUse]; one that may not be read, the system's error.
func Open(path string, opts Options) (*Store, error) {
	s := &Store{path: path, opts: opts, lazy: map[string][]byte{}}
	s.lock()
	defer s.unlock()
	err := s.open()
	if damaged(err) {
		if err = s.startAnew(err); err == nil {
			err = s.open()
		}
	}
	if err != nil {
		_ = s.end(ErrClosed) // the first error says more
		return nil, err
	}
	return s, nil
}

func damaged(err error) bool {
	_, unreadable := errors.AsType[*DamagedError](err)
	_, newer := errors.AsType[*NewerError](err)
	return unreadable || newer
}

// open gives a damage error when the file is there but of no use.
func (s *Store) open() error {
	data, err := s.image()
	if err != nil {
		return err
	}
	locked, err := inspect(data)
	if err != nil && locked && s.inUse() {
		return fmt.Errorf("open job queue %s: %w", s.path, ErrInUse)
	}
	if err != nil {
		return &DamagedError{Path: s.path, Err: err}
	}
	if s.db, err = openDB(s.path, bolt.Options{NoSync: s.opts.NoSync}); err != nil {
		return s.sortOut(err)
	}
	return s.takeOver()
}

// image reads the file, which is made if there is none.
func (s *Store) image() ([]byte, error) {
	info, err := os.Stat(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := s.create(); err != nil {
			return nil, fmt.Errorf("make job queue %s: %w", s.path, err)
		}
		info, err = os.Stat(s.path)
	}
	if err != nil {
		return nil, fmt.Errorf("open job queue: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, &DamagedError{Path: s.path, Err: fmt.Errorf("it is no file: %s", info.Mode())}
	}
	data, err := os.ReadFile(s.path)
	if err != nil {
		return nil, fmt.Errorf("open job queue: %w", err)
	}
	return data, nil
}

// sortOut tells a fault of the system from one of the file.
func (s *Store) sortOut(err error) error {
	_, system := errors.AsType[*fs.PathError](err)
	_, died := errors.AsType[*CrashError](err)
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return fmt.Errorf("open job queue %s: %w", s.path, ErrInUse)
	case system || died:
		return fmt.Errorf("open job queue %s: %w", s.path, err)
	}
	return s.refuse(&DamagedError{Path: s.path, Err: err})
}

// inUse asks for the lock without touching what the file holds. The two first
// pages must be good.
func (s *Store) inUse() bool {
	db, err := openDB(s.path, bolt.Options{ReadOnly: true})
	if err == nil {
		_ = db.Close() // nothing was written
	}
	return errors.Is(err, berrors.ErrTimeout)
}

// openDB never waits for the lock.
func openDB(path string, o bolt.Options) (db *bolt.DB, err error) {
	var file *os.File
	o.Timeout = time.Nanosecond
	o.FreelistType = bolt.FreelistMapType
	o.OpenFile = func(name string, flag int, mode os.FileMode) (f *os.File, err error) {
		file, err = os.OpenFile(name, flag, mode)
		return file, err
	}
	err = guard(func() (err error) {
		db, err = bolt.Open(path, fileMode, &o)
		return err
	})
	if err != nil && file != nil {
		_ = file.Close() // bbolt leaves it open when it panics
	}
	return db, err
}

// takeOver reads the opened database.
func (s *Store) takeOver() error {
	var version uint32
	err := s.view(func(tx *bolt.Tx) (err error) {
		version, err = formatVersion(tx)
		return err
	})
	if err != nil {
		return s.refuse(&DamagedError{Path: s.path, Err: err})
	}
	if version > Version {
		return s.refuse(&NewerError{Path: s.path, Version: version, Known: Version})
	}
	if version < Version {
		if err := s.transact(func(tx *bolt.Tx) error { return migrate(tx, version) }); err != nil {
			return s.sortOut(err)
		}
	}
	if s.index, err = s.loadIndex(); err != nil {
		return s.refuse(&DamagedError{Path: s.path, Err: err})
	}
	return nil
}

func (s *Store) refuse(why error) error {
	if s.db == nil {
		return why
	}
	err := s.db.Close()
	s.db = nil
	return errors.Join(why, err)
}

// create makes an empty store beside its place and moves it there, so that a
// crash leaves a whole one or none.
func (s *Store) create() error {
	beside := s.path + ".new"
	if err := os.RemoveAll(beside); err != nil {
		return err
	}
	db, err := openDB(beside, bolt.Options{NoSync: s.opts.NoSync})
	if err != nil {
		return err
	}
	if err := errors.Join(db.Update(writeFormat), db.Close()); err != nil {
		return err
	}
	if err := s.at(BeforeCreate); err != nil {
		return err
	}
	if err := os.Rename(beside, s.path); err != nil {
		return err
	}
	if err := s.syncFolder(); err != nil {
		return err
	}
	return s.at(AfterCreate)
}

// startAnew moves the file out of the way.
func (s *Store) startAnew(why error) error {
	if err := s.at(BeforeSetAside); err != nil {
		return err
	}
	suffix := "damaged"
	newer, isNewer := errors.AsType[*NewerError](why)
	if isNewer {
		suffix = "newer"
	}
	aside, err := s.rename(suffix)
	if err != nil {
		return errors.Join(why, err)
	}
	s.aside = aside
	if isNewer {
		newer.SetAside, s.damage = aside, newer
	} else if d, ok := errors.AsType[*DamagedError](why); ok {
		d.SetAside, s.damage = aside, d
	}
	return s.at(AfterSetAside)
}

func (s *Store) rename(suffix string) (string, error) {
	for n := 1; ; n++ {
		aside := fmt.Sprintf("%s.%s-%d", s.path, suffix, n)
		_, err := os.Lstat(aside)
		if err == nil {
			continue
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("set job queue aside: %w", err)
		}
		if err := os.Rename(s.path, aside); err != nil {
			return "", fmt.Errorf("set job queue aside: %w", err)
		}
		return aside, s.syncFolder()
	}
}

// syncFolder makes a renaming last.
func (s *Store) syncFolder() error {
	if s.opts.NoSync {
		return nil
	}
	folder, err := os.Open(filepath.Dir(s.path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
