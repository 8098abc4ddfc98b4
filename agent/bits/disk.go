package bits

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"time"
)

// Disk is the PC's disk as the service uses it. Names have slashes and are
// below its root. OpenDisk gives the host's file system; tests put a disk
// around it that crashes.
type Disk interface {
	MkdirAll(dir string) error
	Create(name string) (DiskFile, error) // fails when there is such a file
	Open(name string) (DiskFile, error)   // for writing
	Read(name string) (SourceFile, error)
	Size(name string) (int64, error)
	Rename(from, to string) error
	Remove(name string) error
	SetTime(name string, modified time.Time) error
	Close() error
}

// DiskFile is an open file of a Disk.
type DiskFile interface {
	io.WriteSeeker
	Truncate(size int64) error
	Sync() error
	Close() error
}

// SourceFile is an open file of a Disk that is read.
type SourceFile interface {
	io.ReaderAt
	Stat() (size int64, modified time.Time)
	Close() error
}

// OpenDisk gives the folder as a disk; nothing outside it is touched, not
// even through links.
func OpenDisk(dir string) (Disk, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return folder{root}, nil
}

// folder is a Disk on the host's file system.
type folder struct{ root *os.Root }

func (d folder) MkdirAll(dir string) error { return d.root.MkdirAll(dir, 0o755) }

func (d folder) Create(name string) (DiskFile, error) {
	return openFile(d.root, name, os.O_WRONLY|os.O_CREATE|os.O_EXCL)
}

func (d folder) Open(name string) (DiskFile, error) { return openFile(d.root, name, os.O_WRONLY) }

func openFile(root *os.Root, name string, flags int) (DiskFile, error) {
	f, err := root.OpenFile(name, flags, 0o644)
	if err != nil {
		return nil, err // not a typed nil
	}
	return f, nil
}

func (d folder) Read(name string) (SourceFile, error) {
	f, err := d.root.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return sourceFile{f, info}, nil
}

type sourceFile struct {
	*os.File
	info fs.FileInfo
}

func (s sourceFile) Stat() (int64, time.Time) { return s.info.Size(), s.info.ModTime() }

func (d folder) Size(name string) (int64, error) {
	info, err := d.root.Stat(name)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func (d folder) Rename(from, to string) error { return d.root.Rename(from, to) }
func (d folder) Remove(name string) error     { return d.root.Remove(name) }
func (d folder) Close() error                 { return d.root.Close() }

func (d folder) SetTime(name string, modified time.Time) error {
	return d.root.Chtimes(name, modified, modified)
}
