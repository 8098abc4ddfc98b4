package smb

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	smb2 "github.com/cloudsoda/go-smb2"

	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/clock"
)

// Target is a file of a share that is written. It belongs to one goroutine at a time.
type Target struct {
	session *session
	name    Name
	file    *smb2.File // nil once it is closed
	size    int64
}

// Upload connects to the share of a file that is to be written, as Client.Open does;
// nothing is opened or made yet. A failure is an *Error, or of the link.
func (c *Client) Upload(ctx context.Context, h clock.Hold, user string, name Name, class link.Class) (*Target, error) {
	s, err := c.enter(ctx, h, user, name, class)
	if err != nil {
		return nil, err
	}
	return &Target{session: s, name: name}, nil
}

// Make makes the file, empty. The error is an fs.ErrExist when there is one of the name.
func (t *Target) Make(ctx context.Context, h clock.Hold) error {
	return t.open(ctx, h, opMake, os.O_RDWR|os.O_CREATE|os.O_EXCL)
}

// Open opens the file that Make made before. The error is an fs.ErrNotExist when it is
// gone.
func (t *Target) Open(ctx context.Context, h clock.Hold) error {
	return t.open(ctx, h, opOpen, os.O_RDWR)
}

func (t *Target) open(ctx context.Context, h clock.Hold, op string, flags int) error {
	return t.session.do(ctx, h, op, func() (err error) {
		if t.file, err = t.session.share.OpenFile(t.name.Path, flags, 0o666); err != nil {
			return err
		}
		info, err := t.file.Stat()
		if err == nil {
			t.size = info.Size()
		}
		return err
	})
}

// Size returns how many bytes the server had when the file was opened.
func (t *Target) Size() int64 { return t.size }

// SetClass makes the transfer another one for the PC's link.
func (t *Target) SetClass(c link.Class) { t.session.traffic.setClass(c) }

// Piece says how many bytes are best written at a time, at most most.
func (t *Target) Piece(most int64) int64 {
	return t.session.traffic.piece(t.session.traffic.up, most)
}

// WriteAt writes all of b at offset. After an *Error the server may have some of it.
func (t *Target) WriteAt(ctx context.Context, h clock.Hold, b []byte, offset int64) error {
	h.Bind(t.session.conn.NetConn())
	return t.session.do(ctx, h, opWrite, func() error {
		_, err := t.file.WriteAt(b, offset)
		return err
	})
}

// Truncate cuts the file off, or fills it up with zeros.
func (t *Target) Truncate(ctx context.Context, h clock.Hold, size int64) error {
	return t.session.do(ctx, h, opWrite, func() error { return t.file.Truncate(size) })
}

// Finish waits until the server has the bytes on its disk, closes the file and sets its
// time of the last write, in that order: closing a file that was written may touch its
// time.
func (t *Target) Finish(ctx context.Context, h clock.Hold, modified time.Time) error {
	err := t.session.do(ctx, h, opWrite, func() error {
		err := errors.Join(t.file.Sync(), t.file.Close())
		t.file = nil
		return err
	})
	if err != nil {
		return err
	}
	return t.session.do(ctx, h, opStamp, func() error {
		return t.session.share.Chtimes(t.name.Path, modified, modified)
	})
}

// Publish gives a file that is finished the name of another one of the same share,
// which it replaces.
func (t *Target) Publish(ctx context.Context, h clock.Hold, to Name) error {
	return t.session.do(ctx, h, opRename, func() error {
		return t.session.share.Rename(t.name.Path, to.Path)
	})
}

// Stat asks for size and time of a file of the same share. The error is an
// fs.ErrNotExist when there is none.
func (t *Target) Stat(ctx context.Context, h clock.Hold, name Name) (size int64, modified time.Time, err error) {
	err = t.session.do(ctx, h, opOpen, func() error {
		info, err := t.session.share.Stat(name.Path)
		if err == nil {
			size, modified = info.Size(), info.ModTime().UTC()
		}
		return err
	})
	return size, modified, err
}

// Delete deletes the file; one that is not there is no error.
func (t *Target) Delete(ctx context.Context, h clock.Hold) error {
	err := t.session.do(ctx, h, opDelete, func() error { return t.session.share.Remove(t.name.Path) })
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Close leaves the share and ends the connection.
func (t *Target) Close(ctx context.Context, h clock.Hold) error {
	return t.session.leave(ctx, h, func() error {
		if t.file == nil {
			return nil
		}
		return t.file.Close()
	})
}

// Abandon ends the connection and says nothing to the server.
func (t *Target) Abandon() { _ = t.session.conn.Close() }
