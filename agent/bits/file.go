package bits

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/wualab/wualab/agent/smb"
	"github.com/wualab/wualab/hresult"
)

// File is IBackgroundCopyFile. Its fields are guarded by the manager's lock,
// save that the job's own transfer, the only writer, reads them freely.
type File struct {
	job    *Job
	remote sharedText  // may be changed while the transfer reads it
	kept   string      // the remote name on the store while a new one is not there yet
	local  string      // as the program gave it
	name   string      // below the PC's disk, with slashes
	ranges []FileRange // what is wanted of the remote file; nil is all of it
	temp   string      // BITxxxx.tmp beside it; empty until bytes arrived

	size     int64     // of the remote file; sizeUnknown until the server told
	sections []section // that ranges stand for, once the size is known
	stamp    string
	modified time.Time
	done     int64 // bytes on disk, all from the beginning
	synced   int64 // of them, that will be there after a loss of power
	best     int64 // the most that done ever was
	complete bool
	valid    bool // the program said so
	http10   bool // the server answered HEAD in HTTP/1.0
	up       session
	security []byte // of the file of a share; see SecurityDescriptor
}

// sharedText is a text that one may change while others read it.
type sharedText struct{ p *atomic.Pointer[string] }

func named(text string) sharedText {
	n := sharedText{new(atomic.Pointer[string])}
	n.set(text)
	return n
}

func (n sharedText) get() string     { return *n.p.Load() }
func (n sharedText) set(text string) { n.p.Store(&text) }

// RemoteName returns the URL.
func (f *File) RemoteName() string {
	return f.remote.get()
}

// LocalName returns the name under which the file will be handed over.
func (f *File) LocalName() string { return f.local }

// Ranges is IBackgroundCopyFile2::GetFileRanges; one range to the end of the
// file when none were given.
func (f *File) Ranges() []FileRange {
	if f.ranges == nil {
		return []FileRange{{Length: LengthToEOF}}
	}
	return slices.Clone(f.ranges)
}

// length gives how many bytes the local file gets, or sizeUnknown.
func (f *File) length() int64 {
	if f.ranges == nil || f.size == sizeUnknown {
		return f.size
	}
	return total(f.sections)
}

// FileProgress is BG_FILE_PROGRESS.
type FileProgress struct {
	BytesTotal       int64 // -1 while unknown
	BytesTransferred int64
	Completed        bool
}

// Progress returns how far the file is.
func (f *File) Progress() FileProgress {
	f.job.m.mu.Lock()
	defer f.job.m.mu.Unlock()
	return FileProgress{BytesTotal: f.length(), BytesTransferred: f.done, Completed: f.complete}
}

// Path returns where the bytes lie now on the host, below Config.Dir: the
// temporary file, or after Complete the file itself.
func (f *File) Path() string {
	f.job.m.mu.Lock()
	defer f.job.m.mu.Unlock()
	name := f.name
	if f.temp != "" {
		name = f.temp
	}
	return filepath.Join(f.job.m.cfg.Dir, filepath.FromSlash(name))
}

// Limits of names (BITS documentation: AddFile).
const (
	maxURL   = 2200
	maxLocal = 260 // MAX_PATH
)

// AddFile adds a file to the job: the remote name that it comes from, a URL or from
// BITS 2.0 on a file of a share such as \\server\share\path\file, and the local
// name, such as C:\dir\file.cab, that it gets. A job that was TRANSFERRED may
// be extended and resumed.
func (j *Job) AddFile(remote, local string) error {
	f, err := j.newFile(callAddFile, remote, local, nil)
	if err != nil {
		return err
	}
	return j.do(callAddFile, func() error { return j.append(f) })
}

// AddFileWithRanges is IBackgroundCopyJob3::AddFileWithRanges: it adds a file of
// whose bytes only the ranges are wanted, one after another in the order given.
func (j *Job) AddFileWithRanges(remote, local string, ranges []FileRange) error {
	f, err := j.newFile(callAddWithRanges, remote, local, slices.Clone(ranges))
	if err != nil {
		return err
	}
	return j.do(callAddWithRanges, func() error {
		if err := checkRanges(ranges); err != nil {
			return err
		}
		return j.append(f)
	})
}

func (j *Job) newFile(c Call, remote, local string, ranges []FileRange) (*File, error) {
	if err := j.checkRemote(remote, ranges != nil); err != nil {
		return nil, fmt.Errorf("%s: %w", c.Name, err)
	}
	name, err := diskName(local)
	if err != nil {
		return nil, called(hresult.E_INVALIDARG, "%s: %w", c.Name, err)
	}
	return &File{job: j, remote: named(remote), local: local, name: name, ranges: ranges, size: sizeUnknown}, nil
}

// Files returns the job's files in the order in which they were added.
func (j *Job) Files() []*File {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	return append([]*File(nil), j.files...)
}

// checkRemote says why a remote name cannot be taken: E_INVALIDARG, with few
// exceptions. The protocols are HTTP, HTTPS and, from 2.0 on, SMB (BITS
// documentation: BG_FILE_INFO).
func (j *Job) checkRemote(remote string, ranged bool) error {
	if len(remote) > maxURL {
		return called(hresult.E_INVALIDARG, "the remote name has %d characters, at most %d are allowed", len(remote), maxURL)
	}
	if smb.IsName(remote) {
		return j.checkSMB(remote, ranged)
	}
	u, err := url.Parse(remote)
	if err != nil {
		return called(hresult.E_INVALIDARG, "remote name: %w", err)
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return called(hresult.E_INVALIDARG, `remote name %q: want http://server/path, https://server/path or \\server\share\path`, u.Redacted())
	}
	for part := range strings.SplitSeq(u.EscapedPath(), "/") {
		if len(part) > maxLocal {
			return called(hresult.E_INVALIDARG, "a part of the remote name has %d characters, at most %d are allowed", len(part), maxLocal)
		}
	}
	return nil
}

// diskName turns C:\dir\file into c/dir/file below the PC's disk. A name
// without drive and full path is none (BITS documentation: BG_FILE_INFO,
// AddFile). Local names on shares are not modelled.
func diskName(local string) (string, error) {
	if local == "" || len([]rune(local)) > maxLocal {
		return "", fmt.Errorf("local name %q: want 1 to %d characters", local, maxLocal)
	}
	name := strings.ReplaceAll(local, `\`, "/")
	drive, rest, full := strings.Cut(name, ":/")
	name = strings.ToLower(drive) + "/" + rest
	if !full || len(drive) != 1 || drive[0]|0x20 < 'a' || drive[0]|0x20 > 'z' || !fs.ValidPath(name) || strings.ContainsAny(rest, `:*?"<>|`) {
		return "", fmt.Errorf(`local name %q: want a full name such as C:\dir\file`, local)
	}
	return name, nil
}

// openTemp opens the temporary file for writing at the end of what is done,
// and makes it beside the file's own place when there is none yet. Its name is
// saved before it is made, so that no crash leaves one behind that nobody
// knows of.
func (f *File) openTemp() (DiskFile, error) {
	disk := f.job.m.disk
	if f.temp == "" {
		if err := f.nameTemp(); err != nil {
			return nil, err
		}
	}
	out, err := disk.Open(f.temp)
	if errors.Is(err, fs.ErrNotExist) {
		out, err = disk.Create(f.temp)
	}
	if err != nil {
		return nil, err
	}
	if err := out.Truncate(f.done); err != nil {
		return nil, errors.Join(err, out.Close())
	}
	_, err = out.Seek(f.done, io.SeekStart)
	if err != nil {
		return nil, errors.Join(err, out.Close())
	}
	return out, nil
}

// nameTemp chooses a free name for the temporary file.
func (f *File) nameTemp() error {
	m := f.job.m
	dir := path.Dir(f.name)
	if err := m.disk.MkdirAll(dir); err != nil {
		return err
	}
	if err := f.chooseTemp(dir); err != nil {
		return err
	}
	m.mu.Lock()
	saved := f.job.saveSoon()
	m.mu.Unlock()
	return saved()
}

func (f *File) chooseTemp(dir string) error {
	m := f.job.m
	m.mu.Lock()
	defer m.mu.Unlock()
	for range 100 {
		temp := path.Join(dir, fmt.Sprintf("BIT%X.tmp", f.job.random.Uint32N(0x10000)))
		if _, err := m.disk.Size(temp); errors.Is(err, fs.ErrNotExist) && !m.tempTaken(temp) {
			f.temp = temp
			m.keepTemp(f)
			return nil
		}
	}
	return fmt.Errorf("no free temporary name in %s", dir)
}

// handOver gives the file its own name. The manager's lock is held.
func (f *File) handOver() error {
	if f.temp == "" {
		return nil
	}
	if err := f.job.m.disk.Rename(f.temp, f.name); err != nil {
		return err
	}
	f.job.m.dropTemp(f)
	return nil
}

// discard deletes what was transferred. The manager's lock is held.
func (f *File) discard() error {
	if f.temp == "" {
		return nil
	}
	err := f.job.m.disk.Remove(f.temp)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		f.job.m.dropTemp(f)
		return nil
	}
	return err
}

// restart forgets all that is known of a file that changed at the server.
func (f *File) restart() {
	f.job.m.mu.Lock()
	defer f.job.m.mu.Unlock()
	f.size, f.sections, f.stamp, f.modified, f.done, f.synced = sizeUnknown, nil, "", time.Time{}, 0, 0
}
