package bits

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/wualab/wualab/hresult"
)

// Volume is a PC's disk that can fail, and that outlives the services that use
// it. Each service has a Mount of its own, which dies with it. Make it with
// OpenVolume; it may be used from several goroutines at once.
type Volume struct {
	disk Disk

	mu      sync.Mutex
	fault   *DiskFaultRow
	after   int64 // bytes that are still written before the fault begins
	mount   *mount
	lengths map[string]*flushed
	waiting []*func() // for the end of a fault
}

// flushed is how much of a file survives a loss of power.
type flushed struct{ length, synced int64 }

// OpenVolume gives a folder as a good disk.
func OpenVolume(dir string) (*Volume, error) {
	disk, err := OpenDisk(dir)
	if err != nil {
		return nil, err
	}
	return &Volume{disk: disk, lengths: map[string]*flushed{}}, nil
}

// Close gives the folder back.
func (v *Volume) Close() error { return v.disk.Close() }

// Fail has the disk refuse from now on, or after that many bytes more have been
// written; "" makes it good again.
func (v *Volume) Fail(fault DiskFault, after int64) error {
	row := diskFaultRowOf(fault)
	if row == nil && fault != "" {
		_, err := ParseDiskFault(string(fault))
		return err
	}
	v.mu.Lock()
	was := v.fault
	v.fault, v.after = row, after
	waiting := slices.Clone(v.waiting)
	v.mu.Unlock()
	if was != nil && row == nil {
		for _, f := range waiting {
			(*f)()
		}
	}
	return nil
}

// Mount gives the disk to a service. What the service before has open is not
// written any more.
func (v *Volume) Mount() Disk {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.mount != nil {
		v.mount.dead = true
	}
	v.mount = &mount{v: v, left: -1}
	return v.mount
}

// KillAfter lets the service that has the disk die when that many bytes more
// have been written, or read of files that are uploaded: died is called once, by
// who writes or reads, and nothing gets to the disk any more. A negative number
// calls it off.
func (v *Volume) KillAfter(bytes int64, died func()) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.mount != nil {
		v.mount.left, v.mount.died = bytes, died
	}
}

// Kill lets the service that has the disk die now.
func (v *Volume) Kill() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.mount != nil {
		v.mount.dead = true
	}
}

// LosePower takes away what the service had not waited for the disk to write.
// The service must be dead.
func (v *Volume) LosePower() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	var errs []error
	for name, f := range v.lengths {
		if f.synced == f.length {
			continue
		}
		out, err := v.disk.Open(name)
		if err == nil {
			err = errors.Join(out.Truncate(f.synced), out.Close())
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("lose power: %s: %w", name, err))
		}
		f.length = f.synced
	}
	return errors.Join(errs...)
}

// refuse gives the error of the fault, if it is one for the operation. The lock
// is held.
func (v *Volume) refuse(op diskOp) error {
	if v.fault == nil || v.after > 0 || v.fault.ops&op == 0 {
		return nil
	}
	return &hresult.Error{Code: v.fault.Code, Cause: errors.New("disk: " + v.fault.Help)}
}

// errDead is what a service that has died gets from its disk.
var errDead = errors.New("the service has died")

// mount is the disk of one service.
type mount struct {
	v    *Volume
	dead bool
	left int64 // bytes until the service dies; negative: never
	died func()
}

// may says whether the operation can be done. It takes the lock.
func (m *mount) may(op diskOp) error {
	m.v.mu.Lock()
	defer m.v.mu.Unlock()
	if m.dead {
		return errDead
	}
	return m.v.refuse(op)
}

func (m *mount) MkdirAll(dir string) error {
	if err := m.may(opFolder); err != nil {
		return err
	}
	return m.v.disk.MkdirAll(dir)
}

func (m *mount) Create(name string) (DiskFile, error) { return m.open(name, opCreate, m.v.disk.Create) }
func (m *mount) Open(name string) (DiskFile, error)   { return m.open(name, opOpen, m.v.disk.Open) }

func (m *mount) open(name string, op diskOp, open func(string) (DiskFile, error)) (DiskFile, error) {
	if err := m.may(op); err != nil {
		return nil, err
	}
	f, err := open(name)
	if err != nil {
		return nil, err
	}
	m.v.mu.Lock()
	defer m.v.mu.Unlock()
	if m.v.lengths[name] == nil || op == opCreate {
		m.v.lengths[name] = &flushed{}
	}
	return &mountFile{DiskFile: f, m: m, size: m.v.lengths[name]}, nil
}

func (m *mount) Read(name string) (SourceFile, error) {
	if err := m.may(opRead); err != nil {
		return nil, err
	}
	f, err := m.v.disk.Read(name)
	if err != nil {
		return nil, err
	}
	return &mountSource{f, m}, nil
}

func (m *mount) Size(name string) (int64, error) { return m.v.disk.Size(name) }

func (m *mount) Rename(from, to string) error {
	if err := m.may(opRename); err != nil {
		return err
	}
	if err := m.v.disk.Rename(from, to); err != nil {
		return err
	}
	m.v.mu.Lock()
	defer m.v.mu.Unlock()
	if size := m.v.lengths[from]; size != nil {
		m.v.lengths[to] = size
	}
	delete(m.v.lengths, from)
	return nil
}

func (m *mount) Remove(name string) error {
	if err := m.may(opRemove); err != nil {
		return err
	}
	if err := m.v.disk.Remove(name); err != nil {
		return err
	}
	m.v.mu.Lock()
	defer m.v.mu.Unlock()
	delete(m.v.lengths, name)
	return nil
}

func (m *mount) SetTime(name string, modified time.Time) error {
	if err := m.may(opOpen); err != nil {
		return err
	}
	return m.v.disk.SetTime(name, modified)
}

// Close leaves the volume open for the next service.
func (m *mount) Close() error { return nil }

// OnUnlock has f called when a fault of the disk ends.
func (m *mount) OnUnlock(f func()) (stop func()) {
	m.v.mu.Lock()
	defer m.v.mu.Unlock()
	m.v.waiting = append(m.v.waiting, &f)
	return func() {
		m.v.mu.Lock()
		defer m.v.mu.Unlock()
		m.v.waiting = slices.DeleteFunc(m.v.waiting, func(other *func()) bool { return other == &f })
	}
}

// CheckFolder says whether files can be made beside the one of that name.
func (m *mount) CheckFolder(string) error {
	m.v.mu.Lock()
	defer m.v.mu.Unlock()
	if m.v.fault == nil || m.v.fault.Fault != DiskAccessDenied && m.v.fault.Fault != DiskPathMissing {
		return nil
	}
	return m.v.refuse(opFolder)
}

// mountFile is an open file of a mount.
type mountFile struct {
	DiskFile
	m    *mount
	at   int64
	size *flushed // guarded by the volume's lock
}

func (f *mountFile) Seek(offset int64, whence int) (int64, error) {
	n, err := f.DiskFile.Seek(offset, whence)
	f.at = n
	return n, err
}

// Write writes up to the byte at which the disk or the service fails.
func (f *mountFile) Write(p []byte) (int, error) {
	v := f.m.v
	v.mu.Lock()
	n, err := f.room(int64(len(p)))
	died := f.m.died
	killed := f.m.dead && died != nil
	if killed {
		f.m.died = nil
	}
	v.mu.Unlock()
	written, werr := f.DiskFile.Write(p[:n])
	v.mu.Lock()
	f.at += int64(written)
	f.size.length = max(f.size.length, f.at)
	v.mu.Unlock()
	if killed {
		died()
	}
	if werr != nil {
		return written, werr
	}
	return written, err
}

// room gives how many bytes can be written, and why no more. The lock is held.
func (f *mountFile) room(n int64) (int64, error) {
	m, v := f.m, f.m.v
	switch {
	case m.dead:
		return 0, errDead
	case v.refuse(opWrite) != nil:
		return 0, v.refuse(opWrite)
	}
	var err error
	if v.fault != nil && v.fault.ops&opWrite != 0 && n > v.after {
		n, v.after = v.after, 0
		err = v.refuse(opWrite)
	} else if v.fault != nil {
		v.after = max(0, v.after-n)
	}
	if m.left >= 0 && n >= m.left {
		n, err, m.dead = m.left, errDead, true
	}
	if m.left >= 0 {
		m.left -= n
	}
	return n, err
}

func (f *mountFile) Truncate(size int64) error {
	if err := f.m.may(opOpen); err != nil {
		return err
	}
	if err := f.DiskFile.Truncate(size); err != nil {
		return err
	}
	f.m.v.mu.Lock()
	defer f.m.v.mu.Unlock()
	f.size.length, f.size.synced = size, min(f.size.synced, size)
	return nil
}

// Sync notes what is safe; the host's disk need not be bothered for that.
func (f *mountFile) Sync() error {
	if err := f.m.may(opWrite); err != nil {
		return err
	}
	f.m.v.mu.Lock()
	defer f.m.v.mu.Unlock()
	f.size.synced = f.size.length
	return nil
}
