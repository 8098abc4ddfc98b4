package bits

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
	"testing"

	"github.com/wualab/wualab/hresult"
)

// TestDiskCode gives the Windows code of each failure of the host's disk.
func TestDiskCode(t *testing.T) {
	for host, want := range map[error]hresult.HRESULT{
		syscall.ENOSPC:                 hresult.ERROR_DISK_FULL,
		syscall.EDQUOT:                 hresult.ERROR_DISK_FULL,
		syscall.EROFS:                  hresult.ERROR_WRITE_PROTECT,
		syscall.ENAMETOOLONG:           hresult.ERROR_FILENAME_EXCED_RANGE,
		syscall.EISDIR:                 hresult.E_ACCESSDENIED,
		syscall.ENOTDIR:                hresult.ERROR_PATH_NOT_FOUND,
		syscall.EBUSY:                  hresult.ERROR_SHARING_VIOLATION,
		syscall.ETXTBSY:                hresult.ERROR_SHARING_VIOLATION,
		syscall.EACCES:                 hresult.E_ACCESSDENIED,
		syscall.EPERM:                  hresult.E_ACCESSDENIED,
		syscall.ENOENT:                 hresult.ERROR_PATH_NOT_FOUND,
		syscall.EEXIST:                 hresult.ERROR_FILE_EXISTS,
		fs.ErrPermission:               hresult.E_ACCESSDENIED,
		errors.New("path escapes"):     hresult.E_ACCESSDENIED,
		&hresult.Error{Code: 0x8007FF}: 0x8007FF,
	} {
		if got := diskCode(&os.PathError{Op: "open", Path: "x", Err: host}); got != want {
			t.Errorf("%v: %v, want %v", host, got, want)
		}
	}
}
