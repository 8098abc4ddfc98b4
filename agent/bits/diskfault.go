package bits

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/spelling"
)

// DiskFault names a way in which a Volume refuses. The zero value is a good
// disk.
type DiskFault string

// The faults of a Volume.
const (
	DiskFull           DiskFault = "full"            // no byte more can be written
	DiskAccessDenied   DiskFault = "access-denied"   // the owner may not write in the folder
	DiskWriteProtected DiskFault = "write-protected" // nothing can be changed
	DiskLocked         DiskFault = "locked"          // the volume is locked, as chkdsk does it
	DiskVolumeChanged  DiskFault = "volume-changed"  // another medium is in the drive
	DiskNotReady       DiskFault = "not-ready"       // no medium is in the drive
	DiskPathMissing    DiskFault = "path-missing"    // the folder is not there
	DiskInUse          DiskFault = "in-use"          // another program has the file open
	DiskKeepsFiles     DiskFault = "keeps-files"     // nothing can be deleted
	DiskKeepsNames     DiskFault = "keeps-names"     // nothing can be renamed
)

// diskOp is what a service does to the disk, as bits.
type diskOp uint

const (
	opFolder diskOp = 1 << iota // makes sure that a folder is there
	opCreate
	opOpen
	opWrite
	opRename
	opRemove
	opRead
)

// DiskFaultRow says what a fault refuses, and with which code.
type DiskFaultRow struct {
	Fault  DiskFault
	Code   hresult.HRESULT
	ops    diskOp
	Help   string // what is refused
	Source string // of the code
}

const (
	srcReturnValues = "BITS documentation: BITS Return Values"
	srcWin32        = "BITS documentation: BITS Return Values (Windows codes by HRESULT_FROM_WIN32); MS-ERREF 2.2"
)

// DiskFaultTable lists the faults: the codes of BITS itself are documented with their meaning,
// the others are the Windows codes for the condition. That all of them have the
// context LOCAL_FILE follows from BG_ERROR_CONTEXT.
func DiskFaultTable() []DiskFaultRow {
	const every = opFolder | opCreate | opOpen | opWrite | opRename | opRemove | opRead
	return []DiskFaultRow{
		{DiskFull, hresult.ERROR_DISK_FULL, opWrite, "no byte more can be written", srcWin32},
		{DiskAccessDenied, hresult.E_ACCESSDENIED, opFolder | opCreate | opOpen | opRename, "the owner may not write in the folder", "BITS documentation: IBackgroundCopyJob::AddFile"},
		{DiskWriteProtected, hresult.ERROR_WRITE_PROTECT, opFolder | opCreate | opOpen | opWrite | opRename | opRemove, "nothing can be changed", srcWin32},
		{DiskLocked, hresult.BG_E_DESTINATION_LOCKED, every, "the volume is locked, as by chkdsk", srcReturnValues},
		{DiskVolumeChanged, hresult.BG_E_VOLUME_CHANGED, every, "another medium is in the drive", srcReturnValues},
		{DiskNotReady, hresult.ERROR_NOT_READY, every, "no medium is in the drive", srcWin32},
		{DiskPathMissing, hresult.ERROR_PATH_NOT_FOUND, opFolder | opCreate | opOpen | opRename, "the folder is not there", "BITS documentation: BG_FILE_INFO"},
		{DiskInUse, hresult.ERROR_SHARING_VIOLATION, opOpen | opRename | opRemove, "another program has the file open", srcWin32},
		{DiskKeepsFiles, hresult.E_ACCESSDENIED, opRemove, "nothing can be deleted", srcReturnValues},
		{DiskKeepsNames, hresult.E_ACCESSDENIED, opRename, "nothing can be renamed", "BITS documentation: IBackgroundCopyJob::Complete"},
	}
}

// DiskFaults lists the names of the faults.
func DiskFaults() []DiskFault {
	var names []DiskFault
	for _, row := range DiskFaultTable() {
		names = append(names, row.Fault)
	}
	return names
}

// ParseDiskFault reads the name of a fault; "none" is a good disk.
func ParseDiskFault(name string) (DiskFault, error) {
	if name == "none" {
		return "", nil
	}
	known := []string{"none"}
	for _, f := range DiskFaults() {
		if string(f) == name {
			return f, nil
		}
		known = append(known, string(f))
	}
	hint := ""
	if near, ok := spelling.Nearest(name, known); ok {
		hint = fmt.Sprintf(", did you mean %q?", near)
	}
	return "", fmt.Errorf("unknown disk fault %q%s (known: %s)", name, hint, strings.Join(known, ", "))
}

func diskFaultRowOf(f DiskFault) *DiskFaultRow {
	for _, row := range DiskFaultTable() {
		if row.Fault == f {
			return &row
		}
	}
	return nil
}

// hostErrors turns what the host's disk says into the Windows code for the same
// condition (MS-ERREF 2.2). The first that fits decides.
var hostErrors = []struct {
	host error
	code hresult.HRESULT
}{
	{syscall.ENOSPC, hresult.ERROR_DISK_FULL},
	{syscall.EDQUOT, hresult.ERROR_DISK_FULL},
	{syscall.EROFS, hresult.ERROR_WRITE_PROTECT},
	{syscall.ENAMETOOLONG, hresult.ERROR_FILENAME_EXCED_RANGE},
	{syscall.EISDIR, hresult.E_ACCESSDENIED}, // a folder has the name
	{syscall.ENOTDIR, hresult.ERROR_PATH_NOT_FOUND},
	{syscall.EBUSY, hresult.ERROR_SHARING_VIOLATION},
	{syscall.ETXTBSY, hresult.ERROR_SHARING_VIOLATION},
	{fs.ErrPermission, hresult.E_ACCESSDENIED},
	{fs.ErrNotExist, hresult.ERROR_PATH_NOT_FOUND},
	{fs.ErrExist, hresult.ERROR_FILE_EXISTS},
}

// diskCode gives the code of a failure of the PC's disk. Assumed: one that has
// no counterpart, such as a name that leads out of the disk, is an access that
// is denied.
func diskCode(err error) hresult.HRESULT {
	if code, ok := hresult.Of(err); ok {
		return code
	}
	for _, row := range hostErrors {
		if errors.Is(err, row.host) {
			return row.code
		}
	}
	return hresult.E_ACCESSDENIED
}

// diskError is a failure of the PC's disk.
func (f *File) diskError(err error) *JobError {
	return f.failure(diskCode(err), hresult.BG_ERROR_CONTEXT_LOCAL_FILE, nil, "%s: %w", f.local, err)
}

// unlockWatcher is a Disk that tells when a fault has ended.
type unlockWatcher interface {
	OnUnlock(func()) (stop func())
}

// waitsForVolume reports whether the job waits for its volume to be unlocked.
func (e *JobError) waitsForVolume() bool { return e.Code == hresult.BG_E_DESTINATION_LOCKED }

// unlocked queues the jobs that waited for their volume. Assumed: the service
// learns at once that a volume is unlocked.
func (m *Manager) unlocked() {
	hold := m.cfg.Clock.Hold("volume unlocked")
	defer hold.Release()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return
	}
	for _, j := range m.jobs {
		if j.state == TransientError && j.err != nil && j.err.waitsForVolume() {
			j.stopTimers()
			j.enqueue()
		}
	}
	m.schedule()
}

// watchVolume has the manager told of unlocked volumes, if the disk can tell.
func (m *Manager) watchVolume() (stop func()) {
	if w, ok := m.disk.(unlockWatcher); ok {
		return w.OnUnlock(m.unlocked)
	}
	return func() {}
}

// checkFolder refuses a local name in whose folder nothing can be written, as
// far as the disk can tell (BITS documentation: AddFile, E_ACCESSDENIED).
// Assumed: a missing folder shows at this call, too.
func (m *Manager) checkFolder(files []*File) error {
	w, ok := m.disk.(interface{ CheckFolder(name string) error })
	if !ok {
		return nil
	}
	for _, f := range files {
		if err := w.CheckFolder(f.name); err != nil {
			return called(diskCode(err), "AddFile: %s: %w", f.local, err)
		}
	}
	return nil
}
