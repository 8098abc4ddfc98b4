package behaviour

import (
	"fmt"
	"maps"
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

// StateNamePattern is what names are like, as a regular expression.
const StateNamePattern = `^[^\x00-\x20\x7f]{1,128}$`

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

// SetAll sets values by name, as Set does, until one is wrong.
func (s *State) SetAll(values map[string]string) error {
	for name, value := range values {
		if err := s.Set(name, value); err != nil {
			return err
		}
	}
	return nil
}

// Set gives a name a value; the empty one takes it away. Names have 1 to 128 bytes,
// values up to 4 KiB, and there are at most 1000; what is more is an error and changes
// nothing.
func (s *State) Set(name, value string) error {
	switch {
	case s == nil:
		return fmt.Errorf("state %q: there is no place for it", name)
	case len(name) > maxStateName || !compiled(StateNamePattern).MatchString(name):
		return fmt.Errorf("state %q: write a name of 1 to %d bytes without blanks", name, maxStateName)
	case len(value) > maxStateText:
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
