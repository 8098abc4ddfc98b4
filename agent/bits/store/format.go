package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	bolt "go.etcd.io/bbolt"
)

// Version is the format that this package writes.
const Version uint32 = 1

// The layout of version 1. Bucket "format" holds the magic words and the
// version, four bytes, high byte first. Bucket "jobs" holds a record for each
// job under its place in the order of creation, eight bytes, high byte first:
//
//	CRC-32C of the key and of all that follows, 4 bytes, high byte first
//	length of the ID, 1 byte; the ID; the data
//
// Version 0 had no version in "format", and in "jobs" the data under the ID.
const magic = "wualab BITS job queue"

const maxID = 255

var (
	bucketFormat = []byte("format")
	bucketJobs   = []byte("jobs")
	keyMagic     = []byte("magic")
	keyVersion   = []byte("version")
	castagnoli   = crc32.MakeTable(crc32.Castagnoli)
)

// migrations has for each older version the step to the next one.
var migrations = []func(*bolt.Tx) error{
	0: numberJobs,
}

func recordKey(place uint64) []byte { return binary.BigEndian.AppendUint64(nil, place) }

func encodeRecord(key []byte, r Record) []byte {
	b := make([]byte, 4, 5+len(r.ID)+len(r.Data))
	b = append(b, byte(len(r.ID)))
	b = append(b, r.ID...)
	b = append(b, r.Data...)
	binary.BigEndian.PutUint32(b, checksum(key, b[4:]))
	return b
}

func checksum(key, rest []byte) uint32 {
	return crc32.Update(crc32.Checksum(key, castagnoli), castagnoli, rest)
}

// decodeRecord gives a record whose data lies in b.
func decodeRecord(key, b []byte) (Record, error) {
	if len(key) != 8 || len(b) < 5 || len(b) < 5+int(b[4]) {
		return Record{}, fmt.Errorf("record %x is too short", key)
	}
	if binary.BigEndian.Uint32(b) != checksum(key, b[4:]) {
		return Record{}, fmt.Errorf("record %x does not match its checksum", key)
	}
	end := 5 + int(b[4])
	if end == 5 {
		return Record{}, fmt.Errorf("record %x has no job ID", key)
	}
	return Record{ID: string(b[5:end]), Data: b[end:]}, nil
}

// eachRecord calls f in the order of creation; the data is valid only then.
func eachRecord(tx *bolt.Tx, f func(place uint64, r Record) error) error {
	return tx.Bucket(bucketJobs).ForEach(func(k, v []byte) error {
		r, err := decodeRecord(k, v)
		if err != nil {
			return err
		}
		return f(binary.BigEndian.Uint64(k), r)
	})
}

// loadIndex reads the place of every job, and so every record.
func (s *Store) loadIndex() (map[string]uint64, error) {
	index := map[string]uint64{}
	err := s.view(func(tx *bolt.Tx) error {
		return eachRecord(tx, func(place uint64, r Record) error {
			if _, twice := index[r.ID]; twice || place == 0 {
				return fmt.Errorf("job %s has a false place %d", r.ID, place)
			}
			index[r.ID] = place
			return nil
		})
	})
	return index, err
}

// writeFormat makes an empty database a store of this version.
func writeFormat(tx *bolt.Tx) error {
	if _, err := tx.CreateBucketIfNotExists(bucketJobs); err != nil {
		return err
	}
	b, err := tx.CreateBucketIfNotExists(bucketFormat)
	if err != nil {
		return err
	}
	if err := b.Put(keyMagic, []byte(magic)); err != nil {
		return err
	}
	return b.Put(keyVersion, binary.BigEndian.AppendUint32(nil, Version))
}

// formatVersion fails when the database is none of ours.
func formatVersion(tx *bolt.Tx) (uint32, error) {
	b := tx.Bucket(bucketFormat)
	if b == nil || string(b.Get(keyMagic)) != magic {
		return 0, errors.New("it is the database of another program")
	}
	if tx.Bucket(bucketJobs) == nil {
		return 0, errors.New("it has no list of jobs")
	}
	v := b.Get(keyVersion)
	switch len(v) {
	case 0:
		return 0, nil
	case 4:
		return binary.BigEndian.Uint32(v), nil
	}
	return 0, fmt.Errorf("its version number has %d bytes", len(v))
}

// migrate brings an older store to this version, in one transaction.
func migrate(tx *bolt.Tx, from uint32) error {
	for v := from; v < Version; v++ {
		if err := migrations[v](tx); err != nil {
			return fmt.Errorf("migrate from version %d: %w", v, err)
		}
	}
	return writeFormat(tx)
}

// numberJobs goes from version 0 to 1. The order of creation was not kept, so
// that jobs come in the order of their IDs.
func numberJobs(tx *bolt.Tx) error {
	var records []Record
	err := tx.Bucket(bucketJobs).ForEach(func(k, v []byte) error {
		if len(k) > maxID {
			return fmt.Errorf("job ID of %d bytes", len(k))
		}
		records = append(records, Record{ID: string(k), Data: clone(v)})
		return nil
	})
	if err != nil {
		return err
	}
	if err := tx.DeleteBucket(bucketJobs); err != nil {
		return err
	}
	b, err := tx.CreateBucket(bucketJobs)
	if err != nil {
		return err
	}
	for i, r := range records {
		key := recordKey(uint64(i) + 1)
		if err := b.Put(key, encodeRecord(key, r)); err != nil {
			return err
		}
	}
	return b.SetSequence(uint64(len(records)))
}
