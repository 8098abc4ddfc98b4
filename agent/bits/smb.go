package bits

import (
	"errors"
	"io"
	"net/http"

	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/agent/smb"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/smbwire"
)

// maxSMBRead is the most that is asked of a file share at once: what Windows asks
// for since SMB 2.1.
const maxSMBRead = 1 << 20

// runSMB is the download of one file of a share, with the logon credentials of the
// job's owner: credentials of the job and proxies do not count for SMB (BITS
// documentation: SetCredentials, BG_FILE_INFO). A foreground job reads what it can,
// the others block by block as over HTTP.
func (d *download) runSMB() error {
	f, m := d.file, d.job.m
	name, err := smb.ParseName(f.remote.get())
	if err != nil {
		return f.failure(hresult.ERROR_BAD_NETPATH, hresult.BG_ERROR_CONTEXT_GENERAL_TRANSPORT, nil, "%w", err)
	}
	remote, err := m.cfg.SMB.Open(d.ctx, d.hold, d.job.Owner(), name, d.class())
	if err != nil {
		return d.smbError(err)
	}
	err = d.copySMB(remote)
	if err != nil {
		remote.Abandon()
		return err
	}
	if err := remote.Close(d.ctx, d.hold); err != nil && d.ctx.Err() != nil {
		return d.ctx.Err()
	}
	return nil // the bytes are here, however the parting went
}

// class is how the transfer stands to other traffic. The priority may have changed
// while it runs.
func (d *download) class() link.Class {
	if d.job.Settings().Priority == Foreground {
		return link.Foreground
	}
	return link.Background
}

func (d *download) copySMB(remote *smb.File) error {
	if err := d.learnSMB(remote); err != nil {
		return err
	}
	if d.file.done < d.file.length() {
		if err := d.readSMB(remote); err != nil {
			return err
		}
		if err := remote.Refresh(d.ctx, d.hold); err != nil {
			return d.smbError(err)
		}
		if err := d.learnSMB(remote); err != nil { // somebody wrote while we read
			return err
		}
	}
	if err := d.copySecurity(remote); err != nil {
		return err
	}
	return d.finish()
}

// learnSMB takes size and time of the server's file. A file that has others than
// before is another one (BITS documentation: File Transfer Consistency). Assumed: the
// LastWriteTime of a share and the Last-Modified of a web server, which knows only
// seconds, are compared by the second, so that a job may go on from the one at the
// other.
func (d *download) learnSMB(remote *smb.File) error {
	d.job.m.mu.Lock()
	defer d.job.m.mu.Unlock()
	f, size, modified := d.file, remote.Size(), remote.Modified()
	stamp := modified.Format(http.TimeFormat)
	exact := f.modified.Nanosecond() != 0
	switch {
	case f.size != sizeUnknown && f.size != size,
		f.stamp != "" && f.stamp != stamp,
		exact && !f.modified.Equal(modified):
		return errChanged
	}
	if f.size == sizeUnknown && f.ranges != nil {
		sections, err := resolve(f.ranges, size)
		if err != nil {
			return f.failure(hresult.BG_E_INVALID_RANGE, hresult.BG_ERROR_CONTEXT_REMOTE_FILE, nil, "%w", err)
		}
		f.sections = sections
	}
	f.size, f.stamp, f.modified = size, stamp, modified
	return nil
}

// readSMB reads what is missing and writes it to disk.
func (d *download) readSMB(remote *smb.File) error {
	f := d.file
	out, err := f.openTemp()
	if err != nil {
		return f.diskError(err)
	}
	defer func() { _ = out.Close() }()
	defer d.checkpoint(out, 0)
	buffer := make([]byte, min(maxSMBRead, f.length()))
	for block := min(d.tuning.FirstBlock, maxSMBRead); f.done < f.length(); block = min(2*block, d.tuning.MaxBlock, maxSMBRead) {
		class := d.class()
		remote.SetClass(class)
		most := block
		if class == link.Foreground {
			most = maxSMBRead
		}
		from, n := d.nextSMB(remote.Piece(most))
		got, err := remote.ReadAt(d.ctx, d.hold, buffer[:n], from)
		if err := d.arriveSMB(out, buffer[:got]); err != nil {
			return err
		}
		switch {
		case got == 0 && errors.Is(err, io.EOF):
			return errChanged // it is shorter than it was
		case err != nil && !errors.Is(err, io.EOF):
			return d.smbError(err)
		}
		d.checkpoint(out, checkpointBytes)
	}
	return nil
}

// nextSMB says which bytes of the remote file come next, most of them at most.
func (d *download) nextSMB(most int64) (from, n int64) {
	f := d.file
	if f.ranges == nil {
		return f.done, min(most, f.size-f.done)
	}
	one := fragment(f.sections, f.done, most, true)[0]
	return one.from, one.to - one.from
}

func (d *download) arriveSMB(out DiskFile, b []byte) error {
	if len(b) == 0 {
		return nil
	}
	n, err := out.Write(b)
	d.job.arrived(d.file, int64(n))
	if err != nil {
		return d.file.diskError(err)
	}
	return nil
}

// copySecurity keeps the parts of the file's security that SetFileACLFlags asks for.
// The PC's disk has no security, so they are kept with the file's entry. A user who
// may not read them gets a transient error (BITS documentation: SetFileACLFlags).
// Assumed: the owner has the privileges on the PC.
func (d *download) copySecurity(remote *smb.File) error {
	flags := d.job.Settings().FileACLFlags
	if flags == 0 {
		return nil
	}
	sd, err := remote.SecurityDescriptor(d.ctx, d.hold, uint32(flags))
	if err != nil {
		var e *smb.Error
		if !errors.As(err, &e) || e.Status == smbwire.StatusSuccess {
			return d.smbError(err)
		}
		failed := d.file.failure(hresult.E_ACCESSDENIED, hresult.BG_ERROR_CONTEXT_REMOTE_FILE, nil, "owner and ACL information, %v: %w", flags, err)
		failed.class = hresult.Transient
		return failed
	}
	d.job.m.mu.Lock()
	defer d.job.m.mu.Unlock()
	d.file.security = sd
	return nil
}

// SecurityDescriptor gives the owner and ACL information that came along with a file
// of a share, a self-relative SECURITY_DESCRIPTOR (MS-DTYP 2.4.6) with the parts that
// SetFileACLFlags names; nil when there is none. No document has this call: the real
// service puts it on the local file.
func (f *File) SecurityDescriptor() []byte {
	f.job.m.mu.Lock()
	defer f.job.m.mu.Unlock()
	return append([]byte(nil), f.security...)
}

// smbError turns a failure of the redirector into the job's error. Assumed: the
// context is REMOTE_FILE when the server answered, GENERAL_TRANSPORT when it did not; a file that
// somebody else has open may be free later, other than one on the PC.
func (d *download) smbError(err error) error {
	if d.ctx.Err() != nil {
		return d.ctx.Err()
	}
	var e *smb.Error
	if !errors.As(err, &e) {
		return d.file.transportError(err)
	}
	context := hresult.BG_ERROR_CONTEXT_GENERAL_TRANSPORT
	if e.Status != smbwire.StatusSuccess {
		context = hresult.BG_ERROR_CONTEXT_REMOTE_FILE
	}
	failed := d.file.failure(e.Code, context, nil, "%w", err)
	if e.Status == smbwire.StatusSharingViolation {
		failed.class = hresult.Transient
	}
	return failed
}

// checkSMB says why a remote name on a share cannot be taken, nil when it can: SMB
// came with 2.0; there is none for upload-reply jobs; ranges of SMB files ended with
// 3.0 (BITS documentation: BG_FILE_INFO, AddFileWithRanges).
func (j *Job) checkSMB(remote string, ranged bool) error {
	v := j.m.version()
	_, err := smb.ParseName(remote)
	switch {
	case v.Compare(version20) < 0:
		return called(hresult.E_INVALIDARG, "remote name %q: BITS %v has no SMB; it came with %v", remote, v, version20)
	case err != nil:
		return called(hresult.E_INVALIDARG, "%w", err)
	case j.kind == UploadReply:
		return called(hresult.E_INVALIDARG, "remote name %q: upload-reply jobs have no SMB", remote)
	case ranged && !j.m.features().smbRanges:
		return called(hresult.E_INVALIDARG, "remote name %q: BITS %v has no ranges of SMB files", remote, v)
	}
	return nil
}
