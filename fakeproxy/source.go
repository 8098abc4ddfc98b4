package fakeproxy

import (
	"encoding/binary"
	"math/rand/v2"
	"sync"

	"github.com/wualab/wualab/behaviour"
)

// source is a reproducible stream of bytes that many connections draw from.
type source struct {
	mu     sync.Mutex
	stream *rand.ChaCha8
}

func newSource(seed int64) *source {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], uint64(seed))
	return &source{stream: rand.NewChaCha8(key)}
}

// Read fills p.
func (s *source) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stream.Read(p)
}

// fork gives a generator of its own to whoever needs more than bytes.
func (s *source) fork() *rand.Rand {
	s.mu.Lock()
	defer s.mu.Unlock()
	return behaviour.NewRand(rand.NewPCG(s.stream.Uint64(), s.stream.Uint64()))
}
