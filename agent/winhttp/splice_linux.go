package winhttp

import (
	"errors"
	"io"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// pipeSize is how much a pipe may hold: what an ordinary user may ask for
// (/proc/sys/fs/pipe-max-size). A smaller pipe makes smaller pieces.
const pipeSize = 1 << 20

// pipe moves bytes from a socket to a file within the kernel, by splice(2).
type pipe struct {
	from, to syscall.RawConn
	r, w     int
	holds    int  // bytes taken and not yet written
	refused  bool // the kernel does not do it for this socket or file
}

func newPipe(from, to syscall.Conn) (*pipe, error) {
	source, err := from.SyscallConn()
	if err != nil {
		return nil, err
	}
	file, err := to.SyscallConn()
	if err != nil {
		return nil, err
	}
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC|unix.O_NONBLOCK); err != nil {
		return nil, err
	}
	_, _ = unix.FcntlInt(uintptr(ends[1]), unix.F_SETPIPE_SZ, pipeSize) // works without
	return &pipe{from: source, to: file, r: ends[0], w: ends[1]}, nil
}

func (p *pipe) close() {
	_ = unix.Close(p.r)
	_ = unix.Close(p.w)
}

// refuses reports whether an error says that splice is not to be had here:
// splice(2), "EINVAL: the target filesystem doesn't support splicing; the target
// file is opened in append mode"; seccomp filters give the others.
func refuses(err error) bool {
	return errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EPERM)
}

// fill takes what has arrived on the socket, and waits for something to arrive.
// The pipe must be empty.
func (p *pipe) fill(most int64) (int, error) {
	var err error
	waiting := p.from.Read(func(fd uintptr) bool {
		p.holds, err = splice(int(fd), p.w, int(min(most, pipeSize)))
		return !errors.Is(err, unix.EAGAIN)
	})
	switch {
	case waiting != nil:
		return 0, waiting
	case err != nil && refuses(err):
		p.refused = true
		return 0, nil
	case err != nil:
		return 0, &net.OpError{Op: "read", Net: "tcp", Err: err}
	case p.holds == 0:
		return 0, io.EOF
	}
	return p.holds, nil
}

// empty writes what the pipe holds.
func (p *pipe) empty(w io.Writer) (written int64, err error) {
	for p.holds > 0 && !p.refused {
		var n int
		done := p.to.Write(func(fd uintptr) bool {
			n, err = splice(p.r, int(fd), p.holds)
			return !errors.Is(err, unix.EAGAIN)
		})
		switch {
		case done != nil:
			return written, done
		case err != nil && refuses(err):
			p.refused = true
		case err != nil:
			return written, err
		}
		p.holds -= n
		written += int64(n)
	}
	if p.holds == 0 {
		return written, nil
	}
	n, err := p.emptyByHand(w)
	return written + n, err
}

// emptyByHand writes what the pipe holds to a file that splice has refused.
func (p *pipe) emptyByHand(w io.Writer) (written int64, err error) {
	buf := make([]byte, copyBuffer)
	for p.holds > 0 {
		n, err := unix.Read(p.r, buf)
		if err != nil {
			return written, os.NewSyscallError("read", err)
		}
		p.holds -= n
		n, err = w.Write(buf[:n])
		written += int64(n)
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

// splice is splice(2), at the place where a file stands.
func splice(from, to, most int) (int, error) {
	for {
		n, err := unix.Splice(from, nil, to, nil, most, unix.SPLICE_F_MOVE|unix.SPLICE_F_NONBLOCK)
		if err == nil {
			return int(n), nil
		}
		if !errors.Is(err, unix.EINTR) {
			return 0, os.NewSyscallError("splice", err)
		}
	}
}
