package bits

import (
	"path"
	"strings"

	"github.com/wualab/wualab/hresult"
)

// TemporaryName is IBackgroundCopyFile3::GetTemporaryName: the full name of the
// file that has the bytes until Complete. Empty before the first byte (assumed).
// E_NOINTERFACE before BITS 3.0.
func (f *File) TemporaryName() (string, error) {
	f.job.m.mu.Lock()
	defer f.job.m.mu.Unlock()
	if err := f.hasFile3("GetTemporaryName"); err != nil {
		return "", err
	}
	if f.temp == "" {
		return "", nil
	}
	dir := f.local[:strings.LastIndexAny(f.local, `\/`)+1]
	return dir + path.Base(f.temp), nil
}

// SetValidationState tells BITS whether the content of a file that has been
// transferred is right. Content that is not puts the job into ERROR with
// BG_E_VALIDATION_FAILED and the file back to its beginning; Resume fetches it
// again. E_PENDING before the file is there. Assumed: the error's context is the
// remote file.
//
// Source: BITS documentation, IBackgroundCopyFile3::SetValidationState.
func (f *File) SetValidationState(valid bool) error {
	j := f.job
	return j.do(callSetValidation, func() error {
		if !f.complete {
			return called(hresult.E_PENDING, "SetValidationState: %s is not transferred yet", f.local)
		}
		f.valid = valid
		if valid {
			return nil
		}
		f.complete, f.done, f.synced = false, 0, 0
		j.err = f.failure(hresult.BG_E_VALIDATION_FAILED, hresult.BG_ERROR_CONTEXT_REMOTE_FILE, nil, "the program found the content wrong")
		j.errorCount++
		j.halt(Error)
		return j.check(callSetValidation) // it may have been ended meanwhile
	})
}

// ValidationState is IBackgroundCopyFile3::GetValidationState: whether the
// program has found the content right, or has completed the job.
func (f *File) ValidationState() (bool, error) {
	f.job.m.mu.Lock()
	defer f.job.m.mu.Unlock()
	if err := f.hasFile3("GetValidationState"); err != nil {
		return false, err
	}
	return f.valid || f.job.state == Acknowledged && f.complete, nil
}

// DownloadedFromPeer is IBackgroundCopyFile3::IsDownloadedFromPeer; the model
// has no peers.
func (f *File) DownloadedFromPeer() (bool, error) {
	f.job.m.mu.Lock()
	defer f.job.m.mu.Unlock()
	return false, f.hasFile3("IsDownloadedFromPeer")
}

func (f *File) hasFile3(name string) error {
	if v := f.job.m.version(); v.Compare(callSetValidation.Since) < 0 {
		return called(hresult.E_NOINTERFACE, "%s: BITS %v has no %s; it came with %v", name, v, callSetValidation.Interface, callSetValidation.Since)
	}
	return nil
}
