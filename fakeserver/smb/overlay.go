package smb

import (
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/wualab/wualab/fakeserver/content"
	"github.com/wualab/wualab/smbwire"
)

// maxWritten is what a share without FreeSpace takes: a client cannot fill the host's
// memory.
const maxWritten = 1 << 30

// overlay is what clients changed of a share that can be written: files of their own,
// and files of Share.Files that are gone or have another content. Keys are paths in
// lower case.
type overlay struct {
	mu      sync.Mutex
	files   map[string]*written
	removed map[string]bool
	used    int64 // bytes of files
}

// written is a file that a client wrote. Its fields are guarded by the overlay's lock.
type written struct {
	name     string // as the client spelled it
	data     []byte
	modified time.Time
	set      bool // the time was set by a client: writing does not change it any more
}

func newOverlay() *overlay {
	return &overlay{files: map[string]*written{}, removed: map[string]bool{}}
}

// find gives a file of the overlay; gone reports one that was deleted or renamed.
func (o *overlay) find(name string) (w *written, gone bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	key := strings.ToLower(name)
	return o.files[key], o.removed[key]
}

// put makes a file, in place of one that there may be.
func (o *overlay) put(name string, data []byte, modified time.Time) *written {
	o.mu.Lock()
	defer o.mu.Unlock()
	w := &written{name: name, data: data, modified: modified}
	o.place(name, w)
	o.used += int64(len(data))
	return w
}

// place gives a file its name; the lock is held.
func (o *overlay) place(name string, w *written) {
	key := strings.ToLower(name)
	if old := o.files[key]; old != nil && old != w {
		o.used -= int64(len(old.data))
	}
	w.name, o.files[key] = name, w
	delete(o.removed, key)
}

// remove takes a file away, of either kind.
func (o *overlay) remove(name string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.drop(name)
}

func (o *overlay) drop(name string) {
	key := strings.ToLower(name)
	if old := o.files[key]; old != nil {
		o.used -= int64(len(old.data))
	}
	delete(o.files, key)
	o.removed[key] = true
}

// rename gives a file of the overlay another name.
func (o *overlay) rename(w *written, to string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.files, strings.ToLower(w.name))
	o.removed[strings.ToLower(w.name)] = true
	o.place(to, w)
}

// resize gives a file another length, as far as there is room.
func (o *overlay) resize(w *written, size, limit int64) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.grow(w, size, limit)
}

func (o *overlay) grow(w *written, size, limit int64) error {
	old := int64(len(w.data))
	if size > old && size-old > limit-o.used {
		return smbwire.StatusDiskFull
	}
	if size > old {
		w.data = append(w.data, make([]byte, size-old)...)
	}
	w.data = w.data[:size]
	o.used += size - old
	return nil
}

// write puts bytes at an offset.
func (o *overlay) write(w *written, b []byte, offset, limit int64, now time.Time) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if end := offset + int64(len(b)); end > int64(len(w.data)) {
		if err := o.grow(w, end, limit); err != nil {
			return err
		}
	}
	copy(w.data[offset:], b)
	if !w.set {
		w.modified = now
	}
	return nil
}

// stamp sets the time of a file.
func (o *overlay) stamp(w *written, modified time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	w.modified, w.set = modified, true
}

// stat gives size and time of a file.
func (o *overlay) stat(w *written) (int64, time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return int64(len(w.data)), w.modified
}

// read copies bytes of a file and reports how many there were.
func (o *overlay) read(w *written, b []byte, offset int64) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	if offset >= int64(len(w.data)) {
		return 0
	}
	return copy(b, w.data[offset:])
}

// names lists all files of a share: those that it began with, and what became of them.
func (sh *share) names() []string {
	sh.over.mu.Lock()
	defer sh.over.mu.Unlock()
	var all []string
	for at := range sh.base() {
		at = strings.Trim(at, "/")
		if key := strings.ToLower(at); !sh.over.removed[key] && sh.over.files[key] == nil {
			all = append(all, at)
		}
	}
	for _, w := range sh.over.files {
		all = append(all, w.name)
	}
	slices.Sort(all)
	return all
}

// folder reports whether there is such a folder: the share itself, or one that files
// lay in from the beginning.
func (sh *share) folder(name string) bool {
	if name == "" || name == "." {
		return true
	}
	for at := range sh.base() {
		if below(strings.Trim(at, "/"), name) {
			return true
		}
	}
	return false
}

// base gives the files that the share was made with.
func (sh *share) base() map[string]content.File {
	if sh.Files == nil {
		return nil
	}
	return sh.Files()
}

// limit is how many bytes of written files the share takes.
func (sh *share) limit() int64 {
	if sh.FreeSpace > 0 {
		return sh.FreeSpace
	}
	return maxWritten
}

// Names lists the files of a share as clients see them, by their paths with slashes;
// nil for a share that is not there.
func (s *Server) Names(name string) []string {
	sh := s.share(name)
	if sh == nil {
		return nil
	}
	return sh.names()
}

// Written gives a file that a client wrote to a share, and its LastWriteTime; ok is
// false when there is none. path has slashes; case does not count.
func (s *Server) Written(name, path string) (data []byte, modified time.Time, ok bool) {
	sh := s.share(name)
	if sh == nil {
		return nil, time.Time{}, false
	}
	w, _ := sh.over.find(clean(path))
	if w == nil {
		return nil, time.Time{}, false
	}
	sh.over.mu.Lock()
	defer sh.over.mu.Unlock()
	return slices.Clone(w.data), w.modified, true
}

// clean gives a path in a share without slashes at its ends.
func clean(name string) string { return strings.Trim(path.Clean("/"+name), "/") }
