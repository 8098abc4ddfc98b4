package behaviour

import (
	"math/rand/v2"
	"sync"
)

// NewRand gives a generator that many connections may draw from at the same time. It
// owns src.
func NewRand(src rand.Source) *rand.Rand { return rand.New(&lockedSource{src: src}) }

type lockedSource struct {
	mu  sync.Mutex
	src rand.Source
}

func (l *lockedSource) Uint64() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.src.Uint64()
}
