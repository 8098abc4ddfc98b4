package store_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/wualab/wualab/agent/bits/store"
)

// FuzzOpen: whatever the file holds, the service starts and can store a job.
func FuzzOpen(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("garbage"))
	f.Add(make([]byte, 4*4096))
	for _, n := range []int{0, 1, 3} {
		f.Add(seedFile(f, n))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "q")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := store.Open(path, store.Options{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		before := s.Len()
		if s.SetAside() != "" && before != 0 {
			t.Fatal("a new store has jobs")
		}
		if err := s.Put(store.Record{ID: "fuzz", Data: []byte("1")}); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if s, err = store.Open(path, store.Options{NoSync: true}); err != nil || s.SetAside() != "" {
			t.Fatal(err, s.Damage())
		}
		defer s.Close()
		if data, ok, err := s.Get("fuzz"); err != nil || !ok || string(data) != "1" {
			t.Fatal("the job is lost", err)
		}
	})
}

func seedFile(f *testing.F, jobs int) []byte {
	path := filepath.Join(f.TempDir(), "q")
	s, err := store.Open(path, store.Options{NoSync: true})
	if err != nil {
		f.Fatal(err)
	}
	for i := range jobs {
		if err := s.Put(store.Record{ID: string(rune('a' + i)), Data: make([]byte, 1500)}); err != nil {
			f.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		f.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	return data
}
