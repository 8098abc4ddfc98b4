package recording

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"sync"
)

// Limits of what is kept of bodies, unless others are asked for.
const (
	DefaultMaxBody = 256 << 20
	DefaultMaxAll  = 4 << 30
)

// Bodies keeps the bodies of answers in a folder, by the SHA-256 of their content, each
// once. It is safe for concurrent use.
type Bodies struct {
	dir             string
	maxBody, maxAll int64

	mu   sync.Mutex
	all  int64
	have map[string]int64 // size by hash
}

// NewBodies keeps bodies in dir, which must exist: such as have at most maxBody bytes,
// and maxAll bytes of all together. 0 is DefaultMaxBody and DefaultMaxAll.
func NewBodies(dir string, maxBody, maxAll int64) *Bodies {
	if maxBody == 0 {
		maxBody = DefaultMaxBody
	}
	if maxAll == 0 {
		maxAll = DefaultMaxAll
	}
	return &Bodies{dir: dir, maxBody: maxBody, maxAll: maxAll, have: map[string]int64{}}
}

// Size gives the size of a body that was kept.
func (b *Bodies) Size(sum string) (int64, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n, ok := b.have[sum]
	return n, ok
}

// Path is where the body of that hash is.
func (b *Bodies) Path(sum string) string { return filepath.Join(b.dir, sum) }

// Keep keeps what f writes, and gives its hash. It is not kept when there is too much of
// it, or f fails and says so.
func (b *Bodies) Keep(f func(io.Writer) error) (sum string, err error) {
	w := b.begin()
	err = f(w)
	if err != nil {
		return "", errors.Join(err, w.drop())
	}
	return w.commit()
}

// body is one that is being kept. Writing to it never fails: what can't be kept is
// dropped, and cause says why.
type body struct {
	to    *Bodies
	file  *os.File
	sum   hash.Hash
	n     int64
	cause error
}

func (b *Bodies) begin() *body { return &body{to: b, sum: sha256.New()} }

func (w *body) Write(p []byte) (int, error) {
	w.n += int64(len(p))
	w.sum.Write(p)
	if w.cause == nil {
		w.cause = w.write(p)
	}
	return len(p), nil
}

func (w *body) write(p []byte) (err error) {
	if w.n > w.to.maxBody {
		return fmt.Errorf("the body has more than %d bytes", w.to.maxBody)
	}
	if w.file == nil {
		if w.file, err = os.CreateTemp(w.to.dir, "body-"); err != nil {
			return err
		}
	}
	_, err = w.file.Write(p)
	return err
}

// commit gives the body its name. Without an error it is kept.
func (w *body) commit() (string, error) {
	sum := hex.EncodeToString(w.sum.Sum(nil))
	if w.n == 0 {
		return sum, nil
	}
	w.to.mu.Lock()
	defer w.to.mu.Unlock()
	_, known := w.to.have[sum]
	if w.cause == nil && !known && w.to.all+w.n > w.to.maxAll {
		w.cause = fmt.Errorf("all bodies have more than %d bytes", w.to.maxAll)
	}
	if w.cause != nil || known {
		return sum, errors.Join(w.cause, w.drop())
	}
	name := w.file.Name()
	if err := errors.Join(w.file.Close(), os.Chmod(name, 0o644), os.Rename(name, w.to.Path(sum))); err != nil {
		return sum, errors.Join(err, os.Remove(name))
	}
	w.file = nil
	w.to.have[sum], w.to.all = w.n, w.to.all+w.n
	return sum, nil
}

func (w *body) drop() error {
	if w.file == nil {
		return nil
	}
	name := w.file.Name()
	err := errors.Join(w.file.Close(), os.Remove(name))
	w.file = nil
	return err
}
