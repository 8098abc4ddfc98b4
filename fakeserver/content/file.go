package content

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"
)

// File says what stands at a path. Of From, Body and generated content the first
// that is set counts; the zero File is empty and generated.
type File struct {
	Size int64  // of generated content, in bytes
	Seed int64  // of generated content
	From string // path beneath the server's directory, with slashes
	Body []byte

	LastModified time.Time // zero: the file's own from disk, else DefaultModified
	ETag         string    // with its quotes; "": made from the stamp and the content
	ContentType  string    // "": application/octet-stream
}

// DefaultModified is the Last-Modified of files that say nothing else: the stamp of
// Qmgr.dll in KB 842309.
func DefaultModified() time.Time { return time.Date(2004, time.July, 1, 22, 8, 0, 0, time.UTC) }

const defaultType = "application/octet-stream"

// Check tells what is wrong with the file: a negative size, an ETag without quotes,
// or From without a directory to read it from.
func (f File) Check(root *os.Root) error {
	switch {
	case f.Size < 0:
		return fmt.Errorf("size %d is negative", f.Size)
	case f.ETag != "" && !isETag(f.ETag):
		return fmt.Errorf("etag %s has no quotes", f.ETag)
	case f.From == "":
		return nil
	case root == nil:
		return fmt.Errorf("file %q can't be read from disk: no directory is set", f.From)
	}
	r, err := f.Open(root)
	if err != nil {
		return err
	}
	return r.Close()
}

// Resource is an open file, as one request sees it.
type Resource struct {
	Size        int64
	Seed        int64     // of generated content
	Modified    time.Time // whole seconds, UTC
	ETag        string
	ContentType string

	body   io.ReaderAt
	closer io.Closer
}

// Open makes the file ready to be read. root may be nil unless From is set; symbolic
// links that lead out of root are refused.
func (f File) Open(root *os.Root) (*Resource, error) {
	r := &Resource{Modified: f.LastModified, ETag: f.ETag, ContentType: f.ContentType}
	if err := r.open(f, root); err != nil {
		return nil, err
	}
	if r.Modified.IsZero() {
		r.Modified = DefaultModified()
	}
	r.Modified = r.Modified.UTC().Truncate(time.Second)
	if r.ContentType == "" {
		r.ContentType = defaultType
	}
	if r.ETag == "" {
		r.ETag = r.defaultETag()
	}
	return r, nil
}

func (r *Resource) open(f File, root *os.Root) error {
	switch {
	case f.From != "":
		return r.openDisk(f.From, root)
	case f.Body != nil:
		r.Size, r.body = int64(len(f.Body)), bytes.NewReader(f.Body)
	default:
		r.Generate(f.Size, f.Seed)
	}
	return nil
}

func (r *Resource) openDisk(path string, root *os.Root) error {
	if root == nil {
		return fmt.Errorf("opening %q: no directory is set", path)
	}
	file, err := root.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // opening a FIFO would block
	if err != nil {
		return fmt.Errorf("opening served file: %w", err)
	}
	info, err := file.Stat()
	if err != nil {
		return errors.Join(fmt.Errorf("opening served file: %w", err), file.Close())
	}
	if !info.Mode().IsRegular() {
		return errors.Join(fmt.Errorf("opening served file: %q is not a regular file", path), file.Close())
	}
	r.Size, r.body, r.closer = info.Size(), file, file
	if r.Modified.IsZero() {
		r.Modified = info.ModTime()
	}
	return nil
}

// Generate replaces the body by generated content.
func (r *Resource) Generate(size, seed int64) {
	r.Size, r.Seed, r.body = size, seed, Generated(size, seed)
}

// Replace has the body read through another reader; size and validators stay.
func (r *Resource) Replace(by func(body io.ReaderAt) io.ReaderAt) { r.body = by(r.body) }

// Touch gives the resource another stamp, and the ETag that goes with it.
func (r *Resource) Touch(modified time.Time) {
	r.Modified = modified.UTC().Truncate(time.Second)
	r.ETag = r.defaultETag()
}

// defaultETag has the shape of IIS's: a hexadecimal stamp, a colon, a number.
// Assumed: what stands for the number.
func (r *Resource) defaultETag() string {
	return fmt.Sprintf(`"%x:%x"`, r.Modified.Unix(), uint64(r.Size)^uint64(r.Seed)<<32)
}

// Close gives the file on disk back.
func (r *Resource) Close() error {
	if r.closer == nil {
		return nil
	}
	return r.closer.Close()
}

// shortStretch is what a socket takes at a time anyway.
const shortStretch = 64 << 10

// stretch reads n bytes from first: of a file on disk, when they are many, from the
// file itself, so that the kernel can send it.
func (r *Resource) stretch(first, n int64) (io.Reader, error) {
	file, ok := r.body.(*os.File)
	if !ok || n <= shortStretch {
		return io.NewSectionReader(r.body, first, n), nil
	}
	if _, err := file.Seek(first, io.SeekStart); err != nil {
		return nil, fmt.Errorf("reading served file: %w", err)
	}
	return io.LimitReader(file, n), nil
}

// ReadAt reads what the file is made of, as io.ReaderAt does.
func (r *Resource) ReadAt(b []byte, offset int64) (int, error) { return r.body.ReadAt(b, offset) }
