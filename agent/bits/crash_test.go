package bits_test

import (
	"errors"
	"io/fs"
	"sync"
	"time"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/bits/store"
)

var errCrash = errors.New("the machine has crashed")

// crasher counts the instants of a service's life — each touch of the disk, of
// the store and of the server — and ends it at one of them: nothing gets to
// the disk any more.
type crasher struct {
	mu      sync.Mutex
	count   int
	at      int  // the instant of the crash; 0 never
	power   bool // what was not synced is lost, too
	crashed bool
	dead    chan struct{} // closed by the crash
	disk    bits.Disk
	files   map[string]*crashFile
}

func (c *crasher) instant() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.tick()
}

func (c *crasher) tick() error {
	c.count++
	if c.count == c.at {
		c.crashed = true
		close(c.dead)
	}
	if c.crashed {
		return errCrash
	}
	return nil
}

// isDead reports whether the crash has come.
func (c *crasher) isDead() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.crashed
}

// revive begins a life without a crash.
func (c *crasher) revive() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.crashed, c.dead = 0, false, make(chan struct{})
}

func (c *crasher) hook(store.Point) error { return c.instant() }

// after is what a loss of power leaves: files as they were when last synced.
func (c *crasher) after() error {
	if !c.power {
		return nil
	}
	for name, f := range c.files {
		out, err := c.disk.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if err := errors.Join(out.Truncate(f.synced), out.Close()); err != nil {
			return err
		}
	}
	return nil
}

func (c *crasher) MkdirAll(dir string) error {
	if err := c.instant(); err != nil {
		return err
	}
	return c.disk.MkdirAll(dir)
}

func (c *crasher) Create(name string) (bits.DiskFile, error) {
	return c.open(name, c.disk.Create, true)
}

func (c *crasher) Open(name string) (bits.DiskFile, error) { return c.open(name, c.disk.Open, false) }

func (c *crasher) open(name string, open func(string) (bits.DiskFile, error), fresh bool) (bits.DiskFile, error) {
	if err := c.instant(); err != nil {
		return nil, err
	}
	f, err := open(name)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.files[name] == nil || fresh {
		c.files[name] = &crashFile{}
	}
	c.files[name].c, c.files[name].f = c, f
	return c.files[name], nil
}

func (c *crasher) Size(name string) (int64, error) { return c.disk.Size(name) }
func (c *crasher) Close() error                    { return c.disk.Close() }

func (c *crasher) Read(name string) (bits.SourceFile, error) { return c.disk.Read(name) }

func (c *crasher) Rename(from, to string) error {
	if err := c.instant(); err != nil {
		return err
	}
	if err := c.disk.Rename(from, to); err != nil {
		return err
	}
	c.mu.Lock()
	c.files[to] = c.files[from]
	delete(c.files, from)
	c.mu.Unlock()
	return c.instant() // it happened, and nobody was told
}

func (c *crasher) Remove(name string) error {
	if err := c.instant(); err != nil {
		return err
	}
	return c.disk.Remove(name)
}

func (c *crasher) SetTime(name string, t time.Time) error {
	if err := c.instant(); err != nil {
		return err
	}
	return c.disk.SetTime(name, t)
}

// crashFile is an open file of a crasher.
type crashFile struct {
	c      *crasher
	f      bits.DiskFile
	length int64 // the largest offset written
	at     int64
	synced int64
}

func (f *crashFile) Seek(offset int64, whence int) (int64, error) {
	n, err := f.f.Seek(offset, whence)
	f.at = n
	return n, err
}

// Write writes half of what the last write before a crash was to write.
func (f *crashFile) Write(p []byte) (int, error) {
	f.c.mu.Lock()
	was := f.c.crashed
	err := f.c.tick()
	f.c.mu.Unlock()
	if err != nil {
		if !was {
			_, _ = f.f.Write(p[:len(p)/2])
		}
		return 0, err
	}
	n, err := f.f.Write(p)
	f.at += int64(n)
	f.length = max(f.length, f.at)
	return n, err
}

func (f *crashFile) Truncate(size int64) error {
	if err := f.c.instant(); err != nil {
		return err
	}
	f.length, f.synced = size, min(f.synced, size)
	return f.f.Truncate(size)
}

func (f *crashFile) Sync() error {
	if err := f.c.instant(); err != nil {
		return err
	}
	f.synced = f.length
	return nil // the host's disk need not be bothered
}

func (f *crashFile) Close() error { return f.f.Close() }
