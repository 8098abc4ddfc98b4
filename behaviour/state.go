package behaviour

import (
	"fmt"
	"maps"
	"strings"
	"sync"
)

// State holds the named values that the behaviours of one fake share, such as
// maintenance: on. The zero value has none. It is safe for concurrent use.
type State struct {
	mu     sync.RWMutex
	values map[string]string
}

// The limits of a State, which programs from outside can set, too.
const (
	maxStates    = 1000
	maxStateName = 128
	maxStateText = 4 << 10
)

// Get gives a value, and whether there is one. A nil State has none.
func (s *State) Get(name string) (string, bool) {
	if s == nil {
		return "", false
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	v, ok := s.values[name]
	return v, ok
}

// All gives a copy of all values by name.
func (s *State) All() map[string]string {
	if s == nil {
		return map[string]string{}
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.values == nil {
		return map[string]string{}
	}
	return maps.Clone(s.values)
}

// Set gives a name a value; the empty one takes it away. Names have 1 to 128 bytes,
// values up to 4 KiB, and there are at most 1000; what is more is an error and changes
// nothing.
func (s *State) Set(name, value string) error {
	if name == "" || len(name) > maxStateName || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return fmt.Errorf("state %q: write a name of 1 to %d bytes without blanks", name, maxStateName)
	}
	if len(value) > maxStateText {
		return fmt.Errorf("state %q: the value has %d bytes, more than %d", name, len(value), maxStateText)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if value == "" {
		delete(s.values, name)
		return nil
	}
	if _, known := s.values[name]; !known && len(s.values) >= maxStates {
		return fmt.Errorf("state %q: there are %d already", name, maxStates)
	}
	if s.values == nil {
		s.values = map[string]string{}
	}
	s.values[name] = value
	return nil
}
