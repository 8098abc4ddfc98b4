package sms

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/agent/smb"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/smswire"
)

// pieceSize is what is read from a share at once.
const pieceSize = 64 << 10

// bySMB copies the package from the share of a distribution point into its folder: a
// file that is there already with its size is not copied again (assumed).
func (r *round) bySMB(a Advertisement, p point, folder string) ([]remoteFile, error) {
	r.logs.write(fileBITS, "Copying '%s' to '%s'", p.share, folder)
	r.update(a.AdvertisementID, func(a *Advertisement) { a.Point = p.server })
	entries, err := r.cfg.SMB.List(r.ctx, r.hold, owner, *p.share, link.Background)
	if err != nil {
		return nil, r.shareFailed(p, err)
	}
	var files []remoteFile
	for _, e := range entries {
		files = append(files, remoteFile{path: e.Path, size: e.Size})
	}
	slices.SortFunc(files, func(a, b remoteFile) int { return smswire.LessName(a.path, b.path) })
	for _, f := range files {
		if err := r.copyFile(*p.share, f, folder); err != nil {
			return nil, r.shareFailed(p, err)
		}
	}
	r.logs.write(fileBITS, "Copied %d files from '%s'", len(files), p.share)
	return files, nil
}

func (r *round) shareFailed(p point, err error) error {
	r.logs.fail(fileBITS, "Copying from '%s' failed: %v", p.share, err)
	return &Error{Code: codeOf(err), What: p.share.String(), Err: err}
}

// onDisk gives the name of a file of the PC on its disk: c/WINDOWS/... for
// C:\WINDOWS\....
func onDisk(local string) string {
	drive, rest, _ := strings.Cut(strings.ReplaceAll(local, `\`, "/"), ":/")
	return strings.ToLower(drive) + "/" + rest
}

func (r *round) copyFile(root smb.Name, f remoteFile, folder string) error {
	name := onDisk(folder + `\` + f.path)
	if size, err := r.cfg.Disk.Size(name); err == nil && size == f.size {
		return nil
	}
	root.Path += `\` + f.path
	remote, err := r.cfg.SMB.Open(r.ctx, r.hold, owner, root, link.Background)
	if err != nil {
		return err
	}
	if err := r.pull(remote, name); err != nil {
		remote.Abandon()
		return err
	}
	_ = remote.Close(r.ctx, r.hold) // the bytes are here, however the parting went
	return r.ctx.Err()
}

// pull writes a file of a share to the PC's disk.
func (r *round) pull(remote *smb.File, name string) (err error) {
	if err := r.cfg.Disk.MkdirAll(path.Dir(name)); err != nil {
		return err
	}
	if err := r.cfg.Disk.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	out, err := r.cfg.Disk.Create(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	buffer := make([]byte, pieceSize)
	for at := int64(0); at < remote.Size(); {
		n, err := remote.ReadAt(r.ctx, r.hold, buffer[:min(int64(len(buffer)), remote.Size()-at)], at)
		if _, err := out.Write(buffer[:n]); err != nil {
			return err
		}
		at += int64(n)
		switch {
		case n == 0 && errors.Is(err, io.EOF):
			return &hresult.Error{Code: hresult.ERROR_FILE_CORRUPT, Cause: fmt.Errorf("the file ended at %d of %d bytes", at, remote.Size())}
		case err != nil && !errors.Is(err, io.EOF):
			return err
		}
	}
	return nil
}
