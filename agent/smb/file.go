package smb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	smb2 "github.com/cloudsoda/go-smb2"

	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
)

// File is a file of a share, open for reading. It belongs to one goroutine at a time.
type File struct {
	session *session
	name    Name
	file    *smb2.File
	size    int64
	written time.Time
}

func (f *File) open(ctx context.Context, h clock.Hold) error {
	s := f.session
	if err := s.do(ctx, h, opOpen, func() (err error) { f.file, err = s.share.Open(f.name.Path); return err }); err != nil {
		return err
	}
	return f.Refresh(ctx, h)
}

// Refresh asks the server for the file's size and time anew.
func (f *File) Refresh(ctx context.Context, h clock.Hold) error {
	return f.session.do(ctx, h, opOpen, func() error {
		info, err := f.file.Stat()
		switch {
		case err != nil:
			return err
		case info.IsDir():
			return &hresult.Error{Code: hresult.E_ACCESSDENIED, Cause: errors.New("it is a directory")}
		case info.Size() < 0:
			return fmt.Errorf("the server says that the file has %d bytes", info.Size())
		}
		f.size, f.written = info.Size(), info.ModTime().UTC()
		return nil
	})
}

// SetClass makes the transfer another one for the PC's link, as after a job's
// priority was changed.
func (f *File) SetClass(c link.Class) { f.session.traffic.setClass(c) }

// Piece says how many bytes are best read at a time, at most most: on a slow link
// about what it carries in a second, so that progress is seen.
func (f *File) Piece(most int64) int64 {
	t := &f.session.traffic
	return t.piece(t.down, most)
}

// Size returns the length that the file had when it was opened, or last refreshed.
func (f *File) Size() int64 { return f.size }

// Modified returns the LastWriteTime that the file had then.
func (f *File) Modified() time.Time { return f.written }

// ReadAt reads into b from offset on, as io.ReaderAt does: fewer bytes come with
// io.EOF at the file's end, or with an *Error.
func (f *File) ReadAt(ctx context.Context, h clock.Hold, b []byte, offset int64) (n int, err error) {
	h.Bind(f.session.conn.NetConn())
	err = f.session.do(ctx, h, opRead, func() (err error) {
		n, err = f.file.ReadAt(b, offset)
		return err
	})
	if err == nil && n < len(b) {
		err = io.EOF
	}
	return n, err
}

// SecurityDescriptor reads the parts of the file's security descriptor that flags, a
// SECURITY_INFORMATION of MS-DTYP 2.4.7, names.
func (f *File) SecurityDescriptor(ctx context.Context, h clock.Hold, flags uint32) (sd []byte, err error) {
	err = f.session.do(ctx, h, opQuery, func() (err error) {
		sd, err = f.session.share.SecurityInfoRaw(f.name.Path, smb2.SecurityInformationRequestFlags(flags))
		return err
	})
	return sd, err
}

// Close closes the file, leaves the share and ends the connection. After a failure of
// ReadAt only the connection is left to end.
func (f *File) Close(ctx context.Context, h clock.Hold) error {
	return f.session.leave(ctx, h, f.file.Close)
}

// Abandon ends the connection and says nothing to the server.
func (f *File) Abandon() { _ = f.session.conn.Close() }
