package metadata

import "sync"

// Cores keeps the core fragments that were read, so that agents which are told of the same
// updates read and hold each of them once. The zero value has read none. It is safe for
// concurrent use.
type Cores struct {
	mu   sync.Mutex
	read map[string]*kept
	size int
}

type kept struct {
	text string
	core *Core
}

// mostKept bounds what Cores holds; beyond it begins anew.
const mostKept = 64 << 20 // bytes of fragments

// Read gives what [ParseCore] gives, with a text that may be held at no cost. The core is
// shared and must not be changed. A nil c keeps nothing.
func (c *Cores) Read(fragment string) (*Core, string, error) {
	if c == nil {
		core, err := ParseCore(fragment)
		return core, fragment, err
	}
	c.mu.Lock()
	known := c.read[fragment]
	c.mu.Unlock()
	if known != nil {
		return known.core, known.text, nil
	}
	core, err := ParseCore(fragment)
	if err != nil {
		return nil, fragment, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if known := c.read[fragment]; known != nil {
		return known.core, known.text, nil
	}
	if c.size += len(fragment); c.read == nil || c.size > mostKept {
		c.read, c.size = map[string]*kept{}, len(fragment)
	}
	c.read[fragment] = &kept{fragment, core}
	return core, fragment, nil
}
