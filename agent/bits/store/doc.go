// Package store is the durable job queue of the BITS service: one file that
// holds a record for each job and survives stop, crash and loss of power. It
// stands under agent/bits, which alone knows what is in a record, and keeps
// its records in a bbolt database.
//
// It models what the BITS documentation says of the queue ("About BITS": jobs
// go on after a restart; "BITS and System Restore": a job store that cannot be
// read is dropped and an empty one is made; event MC_STATE_FILE_CORRUPT). The
// real service's file format is its own and is not modelled.
//
// # What is promised
//
//   - When Put, Delete or Update has returned nil the change is on the disk, and
//     a crash at any instant leaves all of it or nothing of it.
//   - Changes reach the disk in the order of the calls. What PutLazy was given
//     goes with the next change, together with it, or at the lazy interval, and
//     may be lost in a crash; nothing else may.
//   - All, Get and Tx read what the calls before gave, lazy records too.
//   - Open always gives a store, if the folder can be written: what it cannot
//     read it sets aside, and says so ([Store.Damage]).
//
// The call most users need:
//
//	s, err := store.Open(path, store.Options{Clock: clk})
//	jobs, err := s.All()                       // in the order of creation
//	err = s.Put(store.Record{ID: guid, Data: state})
package store
