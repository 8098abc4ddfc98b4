package machine

import (
	"fmt"
	"slices"
	"sync"
)

// Registry is a registry in memory. Names of keys and values compare without
// regard to case and keep the case in which they were first written. A key is
// named by its path, with the hive in its long or its short form:
// HKLM\SOFTWARE\Microsoft or HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft.
//
// HKEY_CURRENT_USER is HKEY_USERS\<SID> of the user named by
// [Registry.SetCurrentUser], and HKEY_USERS\S-1-5-18 is HKEY_USERS\.DEFAULT.
// Assumed, to keep the model small: HKEY_CLASSES_ROOT, HKEY_CURRENT_CONFIG and
// CurrentControlSet are keys of their own and not views of other keys.
//
// Make one with [NewRegistry]. All methods may be called from several
// goroutines at once.
type Registry struct {
	mu          sync.RWMutex
	root        *regKey
	currentUser string
}

// NamedValue is a value with its name; the name of a key's default value is
// empty.
type NamedValue struct {
	Name  string
	Value Value
}

// TypeError says that a value is there but has another type than the reader
// of the setting takes.
type TypeError struct {
	Key, Name string
	Err       error
}

// Error names the key, the value and the mismatch.
func (e *TypeError) Error() string { return fmt.Sprintf(`%s\%s: %v`, e.Key, e.Name, e.Err) }

// Unwrap gives the mismatch.
func (e *TypeError) Unwrap() error { return e.Err }

// NewRegistry makes a registry with its hives and no keys. HKEY_CURRENT_USER
// is HKEY_USERS\.DEFAULT until SetCurrentUser.
func NewRegistry() *Registry {
	r := &Registry{root: newRegKey(""), currentUser: defaultUser}
	for _, hive := range storedHives() {
		r.root.child(hive, true)
	}
	return r
}

// SetCurrentUser makes HKEY_CURRENT_USER the hive of the user with this SID;
// the empty SID makes it HKEY_USERS\.DEFAULT again. The SID is not checked.
func (r *Registry) SetCurrentUser(sid string) {
	if sid == "" {
		sid = defaultUser
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.currentUser = sid
}

// Set writes a value and creates the key if it is missing. It fails on a bad
// path or name and then changes nothing.
func (r *Registry) Set(key, name string, v Value) error {
	path, err := parsePath(key)
	if err != nil {
		return err
	}
	if err := checkValueName(name); err != nil {
		return fmt.Errorf("registry key %q: %w", key, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open(path, true).set(name, v)
	return nil
}

// Get reads a value; false when the key or the value does not exist.
func (r *Registry) Get(key, name string) (Value, bool) {
	path, err := parsePath(key)
	if err != nil {
		return Value{}, false
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	k := r.open(path, false)
	if k == nil {
		return Value{}, false
	}
	v, ok := k.values[fold(name)]
	return v.Value, ok
}

// DWORD reads a REG_DWORD; false when it is absent, a [*TypeError] when it is
// there with another type.
func (r *Registry) DWORD(key, name string) (uint32, bool, error) {
	return read(r, key, name, Value.DWORD)
}

// String reads a REG_SZ or REG_EXPAND_SZ (not expanded); false when it is
// absent, a [*TypeError] when it is there with another type.
func (r *Registry) String(key, name string) (string, bool, error) {
	return read(r, key, name, Value.Text)
}

func read[T any](r *Registry, key, name string, as func(Value) (T, error)) (T, bool, error) {
	var none T
	v, ok := r.Get(key, name)
	if !ok {
		return none, false, nil
	}
	t, err := as(v)
	if err != nil {
		return none, true, &TypeError{Key: key, Name: name, Err: err}
	}
	return t, true, nil
}

// CreateKey creates a key and those above it; an existing key is left as it is.
func (r *Registry) CreateKey(key string) error {
	path, err := parsePath(key)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open(path, true)
	return nil
}

// HasKey says whether the key exists.
func (r *Registry) HasKey(key string) bool {
	path, err := parsePath(key)
	if err != nil {
		return false
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.open(path, false) != nil
}

// DeleteValue removes a value; an absent one is no error.
func (r *Registry) DeleteValue(key, name string) error {
	path, err := parsePath(key)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.deleteValue(path, name)
	return nil
}

// DeleteKey removes a key with all below it; an absent one is no error. A hive
// cannot be removed.
func (r *Registry) DeleteKey(key string) error {
	path, err := parsePath(key)
	if err != nil {
		return err
	}
	if err := path.deletable(); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.deleteKey(path)
	return nil
}

// Keys lists the names of the keys directly below a key, sorted without regard
// to case; nil when the key does not exist.
func (r *Registry) Keys(key string) []string {
	path, err := parsePath(key)
	if err != nil {
		return nil
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	var names []string
	for _, k := range r.open(path, false).sortedKeys() {
		names = append(names, k.name)
	}
	return names
}

// Values lists a key's values, the default value first and the others sorted
// by name without regard to case; nil when the key does not exist.
func (r *Registry) Values(key string) []NamedValue {
	path, err := parsePath(key)
	if err != nil {
		return nil
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.open(path, false).sortedValues()
}

// Clone makes an independent copy.
func (r *Registry) Clone() *Registry {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return &Registry{root: r.root.clone(), currentUser: r.currentUser}
}

// open walks to a key; nil when it is absent and not to be created. Callers
// hold the lock.
func (r *Registry) open(path keyPath, create bool) *regKey {
	path = path.stored(r.currentUser)
	k := r.root.child(path.hive, false)
	for _, name := range path.names {
		if k = k.child(name, create); k == nil {
			return nil
		}
	}
	return k
}

func (r *Registry) deleteValue(path keyPath, name string) {
	if k := r.open(path, false); k != nil {
		delete(k.values, fold(name))
	}
}

func (r *Registry) deleteKey(path keyPath) {
	last := len(path.names) - 1
	if parent := r.open(keyPath{path.hive, path.names[:last]}, false); parent != nil {
		delete(parent.keys, fold(path.stored(r.currentUser).leaf()))
	}
}

func (p keyPath) leaf() string { return p.names[len(p.names)-1] }

func (p keyPath) deletable() error {
	if len(p.names) == 0 {
		return fmt.Errorf("delete registry key: %s is a hive", p.hive)
	}
	return nil
}

// regKey is one key. Methods that only look accept nil, the absent key.
type regKey struct {
	name   string
	keys   map[string]*regKey
	values map[string]NamedValue
}

func newRegKey(name string) *regKey {
	return &regKey{name: name, keys: map[string]*regKey{}, values: map[string]NamedValue{}}
}

func (k *regKey) child(name string, create bool) *regKey {
	if c := k.keys[fold(name)]; c != nil || !create {
		return c
	}
	c := newRegKey(name)
	k.keys[fold(name)] = c
	return c
}

func (k *regKey) set(name string, v Value) {
	if old, ok := k.values[fold(name)]; ok {
		name = old.Name
	}
	k.values[fold(name)] = NamedValue{name, v}
}

func (k *regKey) sortedKeys() []*regKey {
	if k == nil {
		return nil
	}
	return sorted(k.keys)
}

func (k *regKey) sortedValues() []NamedValue {
	if k == nil {
		return nil
	}
	return sorted(k.values)
}

func sorted[V any](m map[string]V) []V {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	list := make([]V, 0, len(m))
	for _, name := range names {
		list = append(list, m[name])
	}
	return list
}

func (k *regKey) clone() *regKey {
	c := newRegKey(k.name)
	for name, v := range k.values {
		c.values[name] = v
	}
	for name, sub := range k.keys {
		c.keys[name] = sub.clone()
	}
	return c
}
