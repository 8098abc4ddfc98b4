package machine

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

// FileVersion is the four numbers of a Windows file version. The zero value is
// 0.0.0.0; versions compare with == and [FileVersion.Compare].
type FileVersion struct{ Major, Minor, Build, Private uint16 }

// ParseFileVersion reads "6.6.2600.1569". All four numbers are needed.
func ParseFileVersion(s string) (FileVersion, error) {
	parts := strings.Split(s, ".")
	if len(parts) != 4 {
		return FileVersion{}, fmt.Errorf("file version %q: want four numbers, as in 6.6.2600.1569", s)
	}
	var n [4]uint16
	for i, part := range parts {
		u, err := strconv.ParseUint(part, 10, 16)
		if err != nil {
			return FileVersion{}, fmt.Errorf("file version %q: %q is not a number from 0 to 65535", s, part)
		}
		n[i] = uint16(u)
	}
	return FileVersion{n[0], n[1], n[2], n[3]}, nil
}

// String gives the form that ParseFileVersion reads.
func (v FileVersion) String() string {
	return fmt.Sprintf("%d.%d.%d.%d", v.Major, v.Minor, v.Build, v.Private)
}

// Compare gives -1, 0 or +1 as v is lower than, equal to or higher than w.
func (v FileVersion) Compare(w FileVersion) int {
	return cmp.Or(cmp.Compare(v.Major, w.Major), cmp.Compare(v.Minor, w.Minor),
		cmp.Compare(v.Build, w.Build), cmp.Compare(v.Private, w.Private))
}

// Files is the table of the versioned files on a simulated machine. Paths are
// compared without regard to case; / and \ are the same, and %windir% and
// %SystemRoot% stand for the Windows folder. It may be used from several
// goroutines at once.
type Files struct {
	mu     sync.RWMutex
	windir string
	known  map[string]FileInfo
}

// FileInfo is what the machine knows of one file. The zero value is a file without a
// version, of 0 bytes, from no known time.
type FileInfo struct {
	Version  FileVersion
	Size     int64
	Created  time.Time
	Modified time.Time
	Language int // of the version resource, 1033
}

func newFiles(windir string) *Files {
	return &Files{windir: windir, known: map[string]FileInfo{}}
}

// Set puts a file of that version there, or changes the version of the one there. A path without a folder is in
// System32.
func (f *Files) Set(path string, v FileVersion) {
	f.mu.Lock()
	defer f.mu.Unlock()
	info := f.known[f.key(path)]
	info.Version = v
	f.known[f.key(path)] = info
}

// SetInfo puts a file there with all that is known of it, or replaces it.
func (f *Files) SetInfo(path string, info FileInfo) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.known[f.key(path)] = info
}

// Info gives all that is known of the file at a path; false when there is none.
func (f *Files) Info(path string) (FileInfo, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	info, ok := f.known[f.key(path)]
	return info, ok
}

// Remove takes a file away; an absent one is no error.
func (f *Files) Remove(path string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.known, f.key(path))
}

// Version gives the version of the file at a path; false when there is none.
func (f *Files) Version(path string) (FileVersion, bool) {
	info, ok := f.Info(path)
	return info.Version, ok
}

// QMgr gives the version of the QMgr.dll that the BITS service loads: of
// those in System32 and in System32\Bits the higher one. False when BITS is
// not installed.
//
// Source: BITS documentation, "Determining the Version of BITS on a Computer".
func (f *Files) QMgr() (FileVersion, bool) {
	v, inSystem := f.Version(`%windir%\System32\qmgr.dll`)
	w, inBits := f.Version(`%windir%\System32\Bits\qmgr.dll`)
	if inBits && (!inSystem || w.Compare(v) > 0) {
		return w, true
	}
	return v, inSystem
}

func (f *Files) key(path string) string {
	path = fold(strings.ReplaceAll(path, "/", `\`))
	if !strings.Contains(path, `\`) {
		path = `%WINDIR%\SYSTEM32\` + path
	}
	for _, variable := range []string{"%WINDIR%", "%SYSTEMROOT%"} {
		if rest, ok := strings.CutPrefix(path, variable); ok {
			return fold(f.windir) + rest
		}
	}
	return path
}
