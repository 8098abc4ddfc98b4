package winhttp

import (
	"io"
	"net"
	"syscall"
)

// WriteError says that in CopyN the writer failed, not the body.
type WriteError struct{ Err error }

// Error gives the writer's error.
func (e *WriteError) Error() string { return e.Err.Error() }

// Unwrap gives the writer's error.
func (e *WriteError) Unwrap() error { return e.Err }

const (
	copyBuffer = 128 << 10 // larger ones leave the processor's caches
	minSplice  = 64 << 10  // a pipe costs more than it saves for less
)

// CopyN writes the next n bytes of from to w, and tells wrote of each piece as
// soon as it is written. A writer that fails gives a *WriteError, from its own
// error, and io.EOF when it ends early; a [Response]'s Body ends early with an
// *Error.
//
// A Body goes to an *os.File, or to another w with its SyscallConn, past the
// memory of the process where the kernel can do that: on Linux, from a
// connection without TLS on a clock of real time, of whose bodies the recorder
// wants no more than the length. A piece then is what has arrived, at most 1
// MiB, so that time-outs, ctx and wrote are as prompt as with Read.
func CopyN(w io.Writer, from io.Reader, n int64, wrote func(n int64)) error {
	if b, ok := from.(*body); ok && n >= minSplice {
		moved, err := b.splice(w, n, wrote)
		if err != nil || moved == n {
			return err
		}
		n -= moved
	}
	buf := make([]byte, min(n, copyBuffer))
	for n > 0 {
		got, err := from.Read(buf[:min(n, int64(len(buf)))])
		if got > 0 {
			if err := write(w, buf[:got], wrote); err != nil {
				return err
			}
		}
		n -= int64(got)
		if err != nil && n > 0 {
			return err
		}
	}
	return nil
}

func write(w io.Writer, p []byte, wrote func(n int64)) error {
	n, err := w.Write(p)
	if n > 0 {
		wrote(int64(n))
	}
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	if err != nil {
		return &WriteError{err}
	}
	return nil
}

// splice moves bytes of the body from socket to file, n at most; it ends early,
// without an error, when the kernel does not do that.
func (b *body) splice(w io.Writer, n int64, wrote func(n int64)) (moved int64, err error) {
	file, ok := w.(syscall.Conn)
	from := b.beneath()
	if !ok || from == nil {
		return 0, nil
	}
	if early := int64(b.reply.cn.br.Buffered()); early > 0 { // came with the head
		moved = min(early, n)
		if err := CopyN(w, io.LimitReader(b, moved), moved, wrote); err != nil {
			return 0, err
		}
	}
	p, err := newPipe(from, file)
	if err != nil {
		return moved, nil
	}
	defer p.close()
	for moved < n && !p.refused {
		if _, err := b.receive(func() (int, error) { return b.fill(p, n-moved) }); err != nil && p.holds == 0 {
			return moved, err
		}
		out, err := p.empty(w)
		moved += out
		if out > 0 {
			wrote(out)
		}
		if err != nil {
			return moved, &WriteError{err}
		}
	}
	return moved, nil
}

// beneath gives the TCP connection that the rest of the body comes on as it is;
// nil when it does not, or somebody must see it.
func (b *body) beneath() syscall.Conn {
	cn := b.reply.cn
	if _, plain := b.reply.resp.Body.(*sized); !plain {
		return nil
	}
	beneath := cn.wire
	if cn.tap != nil {
		if !cn.tap.MayBypass() {
			return nil
		}
		beneath = cn.tap.NetConn()
	}
	tcp, ok := beneath.(*net.TCPConn)
	if !ok {
		return nil
	}
	return tcp
}

// fill moves what has arrived of the body into the pipe.
func (b *body) fill(p *pipe, most int64) (int, error) {
	s := b.reply.resp.Body.(*sized)
	n, err := p.fill(min(most, s.left))
	if n > 0 && b.reply.cn.tap != nil {
		b.reply.cn.tap.Bypassed(int64(n))
	}
	return n, s.took(n, err)
}
