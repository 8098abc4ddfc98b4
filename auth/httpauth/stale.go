package httpauth

import (
	"sync"

	"github.com/wualab/wualab/auth/ntlm"
)

// staleChallenge is the Type 2 of a connection that never was, for
// Deviations.StaleType2.
type staleChallenge struct {
	mu    sync.Mutex
	type2 []byte
}

// get makes it for the first client and gives the same to all others.
func (s *staleChallenge) get(acceptor *ntlm.Acceptor, negotiate []byte) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.type2 != nil {
		return s.type2, nil
	}
	var err error
	s.type2, err = acceptor.NewSession().Challenge(negotiate)
	return s.type2, err
}
