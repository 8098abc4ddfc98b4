package bits

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/agent/smb"
	"github.com/wualab/wualab/hresult"
)

// runSMB sends the file of an upload job to a share, with the logon credentials of the
// job's owner; its time goes along (BITS documentation: BG_FILE_INFO). Assumed: what no
// public document tells is as with downloads. Until all bytes are there the file has
// the name BITxxxx.tmp in the folder that it is for; then it gets its own, in place of
// a file that there may be. A job that goes on asks the server how many bytes it has.
func (u *upload) runSMB(source io.ReaderAt) error {
	f := u.file
	if f.up.ID != "" { // the remote name was a URL before
		u.forgetSession()
	}
	name, err := smb.ParseName(f.remote.get())
	if err != nil {
		return f.failure(hresult.ERROR_BAD_NETPATH, hresult.BG_ERROR_CONTEXT_GENERAL_TRANSPORT, nil, "%w", err)
	}
	if f.up.Temp != "" && folderOf(f.up.Temp) != folderOf(name.String()) {
		u.forgetSession() // another share was named; what is there stays
	}
	for again := f.up.Temp != ""; ; again = false {
		done, err := u.sendSMB(source, name, again)
		if err != nil || done {
			return err
		}
		u.forgetSession()
	}
}

// folderOf gives a UNC name without its last part, as names compare.
func folderOf(unc string) string {
	return strings.ToLower(unc[:strings.LastIndexByte(unc, '\\')])
}

// sendSMB is one attempt, which goes on with a temporary file that was begun before.
// Not done and no error means that this one is gone.
func (u *upload) sendSMB(source io.ReaderAt, name smb.Name, again bool) (done bool, err error) {
	to, err := u.openTarget(name, again)
	if to == nil || err != nil {
		return false, err
	}
	defer func() {
		if err != nil {
			to.Abandon()
		}
	}()
	if again && u.file.up.Closing {
		if done, err = u.published(to, name); done || err != nil {
			return done, err
		}
	}
	if again {
		switch err := to.Open(u.ctx, u.hold); {
		case errors.Is(err, fs.ErrNotExist):
			to.Abandon()
			return false, nil
		case err != nil:
			return false, u.smbError(err)
		}
	}
	if err := u.writeSMB(source, to); err != nil {
		return false, err
	}
	return true, u.publish(to, name)
}

// openTarget connects to the share; a temporary file that is not there yet is made.
func (u *upload) openTarget(name smb.Name, again bool) (*smb.Target, error) {
	m := u.job.m
	if again {
		temp, err := smb.ParseName(u.file.up.Temp)
		if err != nil {
			return nil, u.file.failure(hresult.E_FAIL, hresult.BG_ERROR_CONTEXT_GENERAL_QUEUE_MANAGER, nil, "%w", err)
		}
		to, err := m.cfg.SMB.Upload(u.ctx, u.hold, u.job.Owner(), temp, u.class())
		if err != nil {
			return nil, u.smbError(err)
		}
		return to, nil
	}
	for range 100 {
		temp, err := u.nameRemoteTemp(name)
		if err != nil {
			return nil, err
		}
		to, err := m.cfg.SMB.Upload(u.ctx, u.hold, u.job.Owner(), temp, u.class())
		if err != nil {
			u.forgetSession()
			return nil, u.smbError(err)
		}
		if err = to.Make(u.ctx, u.hold); err == nil {
			return to, nil
		}
		to.Abandon()
		if !errors.Is(err, fs.ErrExist) {
			u.keepTempAfter(err)
			return nil, u.smbError(err)
		}
	}
	u.forgetSession()
	return nil, u.file.failure(hresult.ERROR_FILE_EXISTS, hresult.BG_ERROR_CONTEXT_REMOTE_FILE, nil, "no free temporary name in %s", folderOf(name.String()))
}

// keepTempAfter forgets the name of a temporary file that the server refused to make.
// Without an answer it may have been made.
func (u *upload) keepTempAfter(err error) {
	var e *smb.Error
	if errors.As(err, &e) && e.Status != 0 {
		u.forgetSession()
	}
}

// nameRemoteTemp chooses the name of the temporary file, and saves it before there is
// a file of that name, so that no crash leaves one behind that nobody knows of.
func (u *upload) nameRemoteTemp(name smb.Name) (smb.Name, error) {
	m := u.job.m
	m.mu.Lock()
	folder, _ := cutLast(name.Path)
	name.Path = folder + fmt.Sprintf("BIT%X.tmp", u.job.random.Uint32N(0x10000))
	u.file.up.Temp = name.String()
	u.file.done, u.file.synced = 0, 0
	saved := u.job.saveSoon()
	m.mu.Unlock()
	return name, saved()
}

// cutLast splits a path in a share behind its last backslash.
func cutLast(path string) (folder, file string) {
	at := strings.LastIndexByte(path, '\\') + 1
	return path[:at], path[at:]
}

// writeSMB writes what the server does not have yet. A temporary file that is longer
// than the file is none of ours, and begins anew.
func (u *upload) writeSMB(source io.ReaderAt, to *smb.Target) error {
	f := u.file
	have := to.Size()
	if have > f.size {
		have = 0
	}
	if have != to.Size() {
		if err := to.Truncate(u.ctx, u.hold, have); err != nil {
			return u.smbError(err)
		}
	}
	u.acknowledged(have, "")
	buffer := make([]byte, min(maxSMBRead, max(f.size, 1)))
	for block := min(u.tuning.FirstBlock, maxSMBRead); f.done < f.size; block = min(2*block, u.tuning.MaxBlock, maxSMBRead) {
		class, most := u.class(), block
		to.SetClass(class)
		if class == link.Foreground {
			most = maxSMBRead
		}
		n := min(to.Piece(most), f.size-f.done)
		if _, err := source.ReadAt(buffer[:n], f.done); err != nil && !errors.Is(err, io.EOF) {
			return f.diskError(err)
		}
		if err := to.WriteAt(u.ctx, u.hold, buffer[:n], f.done); err != nil {
			return u.smbError(err)
		}
		u.acknowledged(f.done+n, "")
	}
	return nil
}

// publish gives the file on the share its time and its name. That this comes is saved
// before: a temporary file that is gone then has its name already.
func (u *upload) publish(to *smb.Target, name smb.Name) error {
	if err := to.Finish(u.ctx, u.hold, u.file.up.Modified); err != nil {
		return u.smbError(err)
	}
	if err := u.closing(); err != nil {
		return err
	}
	if err := to.Publish(u.ctx, u.hold, name); err != nil {
		return u.smbError(err)
	}
	u.sentSMB()
	return u.leaveSMB(to)
}

// leaveSMB closes what was done; how the parting goes does not matter any more.
func (u *upload) leaveSMB(to *smb.Target) error {
	_ = to.Close(u.ctx, u.hold)
	return u.ctx.Err()
}

// sentSMB marks the file as complete.
func (u *upload) sentSMB() {
	u.job.m.mu.Lock()
	defer u.job.m.mu.Unlock()
	u.file.complete, u.file.up.Temp = true, ""
	u.file.done, u.file.synced = u.file.size, u.file.size
}

// published finds out whether the file got its name before the service died, or the
// connection broke: it has, if the temporary file is gone and there is a file of its
// size and time.
func (u *upload) published(to *smb.Target, name smb.Name) (bool, error) {
	temp, err := smb.ParseName(u.file.up.Temp)
	if err != nil {
		return false, err
	}
	if _, _, err = to.Stat(u.ctx, u.hold, temp); !errors.Is(err, fs.ErrNotExist) {
		return false, u.unlessFound(err)
	}
	size, modified, err := to.Stat(u.ctx, u.hold, name)
	if err != nil {
		return false, u.unlessFound(err)
	}
	const tick = 100 // nanoseconds of a FILETIME
	if size != u.file.size || !modified.Truncate(tick).Equal(u.file.up.Modified.Truncate(tick)) {
		return false, nil
	}
	u.sentSMB()
	return true, u.leaveSMB(to)
}

// unlessFound makes an error of one that is not that there is no such file.
func (u *upload) unlessFound(err error) error {
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return u.smbError(err)
}

// removeSMB deletes the temporary file of an upload that was cancelled, and reports
// whether that should be tried again.
func (u *upload) removeSMB() (again bool) {
	temp, err := smb.ParseName(u.file.up.Temp)
	if err != nil {
		return false
	}
	to, err := u.job.m.cfg.SMB.Upload(u.ctx, u.hold, u.job.Owner(), temp, u.class())
	if err == nil {
		if err = to.Delete(u.ctx, u.hold); err == nil {
			err = to.Close(u.ctx, u.hold)
		}
		to.Abandon()
	}
	if err == nil {
		return false
	}
	return !asJobError(u.smbError(err)).fatal()
}
