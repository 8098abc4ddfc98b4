//go:build !linux

package winhttp

import (
	"errors"
	"io"
	"syscall"
)

// pipe is for Linux; elsewhere there is none.
type pipe struct {
	holds   int
	refused bool
}

func newPipe(_, _ syscall.Conn) (*pipe, error) { return nil, errors.ErrUnsupported }

func (*pipe) fill(int64) (int, error)        { return 0, errors.ErrUnsupported }
func (*pipe) empty(io.Writer) (int64, error) { return 0, errors.ErrUnsupported }
func (*pipe) close()                         {}
