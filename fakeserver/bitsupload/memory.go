package bitsupload

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/wualab/wualab/fakeserver/content"
)

// memory is the store of a server without a directory.
type memory struct {
	mu      sync.Mutex
	files   map[string][]byte
	folders map[string]bool
}

func newMemory(files map[string][]byte, folders []string) (*memory, error) {
	m := &memory{files: map[string][]byte{}, folders: map[string]bool{}}
	for _, name := range slices.Concat(folders, slices.Collect(maps.Keys(files))) {
		if !fs.ValidPath(name) || name == "." {
			return nil, fmt.Errorf("name %q is not a path beneath the virtual directory", name)
		}
	}
	for name, data := range files {
		m.put(name, slices.Clone(data))
	}
	for _, name := range folders {
		m.mkdir(name)
	}
	return m, nil
}

func (m *memory) mkdir(name string) {
	for ; name != "."; name = path.Dir(name) {
		m.folders[name] = true
	}
}

func (m *memory) put(name string, data []byte) {
	m.files[name] = data
	m.mkdir(path.Dir(name))
}

func (m *memory) begin(string) (upload, error) { return &memoryUpload{memory: m}, nil }

func (m *memory) look(name string) (place, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.at(name), nil
}

func (m *memory) at(name string) place {
	if _, ok := m.files[name]; ok {
		return regularFile
	}
	if m.folders[name] {
		return directory
	}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if _, ok := m.files[dir]; ok {
			return noFolder
		}
	}
	return free
}

func (m *memory) read(name string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	data, ok := m.files[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return slices.Clone(data), nil
}

func (m *memory) remove(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.files[name]; !ok {
		return &fs.PathError{Op: "remove", Path: name, Err: fs.ErrNotExist}
	}
	delete(m.files, name)
	return nil
}

func (m *memory) list() ([]FileInfo, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []FileInfo
	for name, data := range m.files {
		all = append(all, FileInfo{Name: name, Size: int64(len(data))})
	}
	slices.SortFunc(all, func(a, b FileInfo) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

func (m *memory) close() error { return nil }

// memoryUpload is guarded by its memory's lock, since a session may be dropped while
// a fragment arrives.
type memoryUpload struct {
	*memory
	data []byte
	gone bool
}

func (u *memoryUpload) Write(p []byte) (int, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.gone {
		return 0, fs.ErrClosed
	}
	u.data = append(u.data, p...)
	return len(p), nil
}

func (u *memoryUpload) open() (io.ReadCloser, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.gone {
		return nil, fs.ErrNotExist
	}
	return io.NopCloser(bytes.NewReader(u.data)), nil
}

func (u *memoryUpload) exists() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return !u.gone
}

func (u *memoryUpload) place(name string, overwrite bool) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	switch at := u.at(name); {
	case u.gone:
		return fs.ErrNotExist
	case at == regularFile && !overwrite:
		return errOccupied
	case at == directory || at == noFolder:
		return &fs.PathError{Op: "place", Path: name, Err: fs.ErrInvalid}
	}
	u.put(name, u.data)
	u.data, u.gone = nil, true
	return nil
}

func (u *memoryUpload) dropData() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.data, u.gone = nil, true
	return nil
}

func (u *memoryUpload) drop() error { return u.dropData() }

func (u *memoryUpload) keepReply(r io.Reader) (content.File, error) {
	data, err := io.ReadAll(r)
	return content.File{Body: data, Size: int64(len(data))}, err
}

func (u *memoryUpload) writtenReply() (content.File, bool) { return content.File{}, false }
func (u *memoryUpload) paths() (string, string)            { return "", "" }
