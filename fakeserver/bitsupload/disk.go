package bitsupload

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"github.com/wualab/wualab/fakeserver/content"
)

// Names of a session's files, as the BITS documentation shows them.
const (
	requestFile  = "request"
	responseFile = "response"
)

// disk is the store beneath a directory. Symbolic links that lead out of it are
// refused by os.Root.
type disk struct {
	root *os.Root
	dir  string     // absolute, for the server application
	mu   sync.Mutex // between the look at a destination and the move to it
}

func newDisk(dir string) (*disk, error) {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("directory of uploads: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("directory of uploads: %w", err)
	}
	return &disk{root: root, dir: absolute}, nil
}

func (d *disk) begin(id string) (upload, error) {
	u := &diskUpload{disk: d, folder: path.Join(sessionsFolder, id)}
	if err := d.root.MkdirAll(u.folder, 0o755); err != nil {
		return nil, fmt.Errorf("folder of session %s: %w", id, err)
	}
	f, err := d.root.OpenFile(u.request(), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
	if err != nil {
		return nil, fmt.Errorf("data of session %s: %w", id, err)
	}
	u.file = f
	return u, nil
}

func (d *disk) look(name string) (place, error) {
	info, err := d.root.Stat(name)
	switch {
	case err == nil && info.IsDir():
		return directory, nil
	case err == nil:
		return regularFile, nil
	case !errors.Is(err, fs.ErrNotExist):
		return free, err
	}
	folder, err := d.root.Stat(path.Dir(name))
	if errors.Is(err, fs.ErrNotExist) || err == nil && !folder.IsDir() {
		return noFolder, nil
	}
	return free, err
}

func (d *disk) read(name string) ([]byte, error) { return d.root.ReadFile(name) }
func (d *disk) remove(name string) error         { return d.root.Remove(name) }
func (d *disk) close() error                     { return d.root.Close() }

func (d *disk) list() ([]FileInfo, error) {
	var all []FileInfo
	err := fs.WalkDir(d.root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == sessionsFolder:
			return fs.SkipDir
		case !entry.Type().IsRegular():
			return nil
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		all = append(all, FileInfo{Name: name, Size: info.Size()})
		return nil
	})
	return all, err
}

// diskUpload is a folder of sessionsFolder.
type diskUpload struct {
	*disk
	folder string
	file   *os.File // closed once the data are placed or dropped; writing then fails
}

func (u *diskUpload) request() string  { return path.Join(u.folder, requestFile) }
func (u *diskUpload) response() string { return path.Join(u.folder, responseFile) }

func (u *diskUpload) Write(p []byte) (int, error) { return u.file.Write(p) }

func (u *diskUpload) open() (io.ReadCloser, error) { return u.root.Open(u.request()) }

func (u *diskUpload) exists() bool {
	_, err := u.root.Lstat(u.request())
	return err == nil
}

func (u *diskUpload) place(name string, overwrite bool) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if _, err := u.root.Lstat(name); err == nil && !overwrite {
		return errOccupied
	}
	return errors.Join(u.closeFile(), u.root.Rename(u.request(), name))
}

// closeFile may be called again.
func (u *diskUpload) closeFile() error {
	if err := u.file.Close(); !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}

func (u *diskUpload) dropData() error {
	err := u.root.Remove(u.request())
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(u.closeFile(), err)
}

func (u *diskUpload) drop() error { return errors.Join(u.closeFile(), u.root.RemoveAll(u.folder)) }

func (u *diskUpload) keepReply(r io.Reader) (content.File, error) {
	f, err := u.root.Create(u.response())
	if err != nil {
		return content.File{}, err
	}
	_, err = io.Copy(f, r)
	return content.File{From: u.response()}, errors.Join(err, f.Close())
}

func (u *diskUpload) writtenReply() (content.File, bool) {
	info, err := u.root.Lstat(u.response())
	return content.File{From: u.response()}, err == nil && info.Mode().IsRegular()
}

// paths are in the spelling of the system that the server runs on.
func (u *diskUpload) paths() (string, string) {
	at := func(name string) string { return filepath.Join(u.dir, filepath.FromSlash(name)) }
	return at(u.request()), at(u.response())
}

// destination gives the name beneath the virtual directory that a request's path
// means. Assumed: names that Windows would take apart, with a backslash or colon, are
// refused as those that lead out are.
func destination(virtual, urlPath string) (string, error) {
	name, ok := strings.CutPrefix(urlPath, virtual)
	if !ok {
		return "", refuse(NoAccess, "%q is not beneath %s", urlPath, virtual)
	}
	if name == "" || strings.HasSuffix(name, "/") {
		return "", refuse(IsDirectory, "%q is a directory", urlPath)
	}
	if !fs.ValidPath(name) || strings.ContainsAny(name, "\\:\x00") {
		return "", refuse(NoAccess, "%q is not a path beneath %s", urlPath, virtual)
	}
	if first, _, _ := strings.Cut(name, "/"); strings.EqualFold(first, sessionsFolder) {
		return "", refuse(NoAccess, "%s belongs to the server", sessionsFolder)
	}
	return name, nil
}
