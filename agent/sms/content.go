package sms

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/smswire"
)

// cacheFolder is where packages come to lie, a folder for each.
const cacheFolder = `\system32\CCM\Cache\`

// folderOf gives the folder of a package in the cache, after public logs.
func (r *round) folderOf(a Advertisement) string {
	return fmt.Sprintf("%s%s%s.%d.System", r.cfg.Machine.Profile().Windir, cacheFolder, a.PackageID, a.SourceVersion)
}

// cached finds a package in the cache.
func (c *Client) cached(a Advertisement) (Cached, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, one := range c.state.Cache {
		if one.PackageID == a.PackageID && one.SourceVersion == a.SourceVersion {
			return one, true
		}
	}
	return Cached{}, false
}

// fetch brings the content into the cache: from the distribution points in their order,
// each by BITS where it can, else from its share.
func (r *round) fetch(a Advertisement, found content) error {
	if _, ok := r.cached(a); ok {
		r.logs.write(contentAccess, "Content %s.%d is in the cache", a.PackageID, a.SourceVersion)
		return nil
	}
	folder := r.folderOf(a)
	r.logs.write(contentAccess, "Requesting content %s.%d under context System", a.PackageID, a.SourceVersion)
	var last error
	for _, p := range found.points {
		if now, ok := r.Advertisement(a.AdvertisementID); ok {
			a = now // with the job of the distribution point before
		}
		r.logs.write(contentTransfer, "CTM job started download from '%s' for full content download", p.name())
		files, err := r.from(a, p, folder)
		if err == nil {
			return r.accept(a, p, folder, files, found.hash)
		}
		if r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		last = err
		r.logs.warn(contentTransfer, "CTM job could not download from '%s': %v", p.name(), err)
	}
	if now, ok := r.Advertisement(a.AdvertisementID); ok && now.Job != "" {
		r.logs.write(contentTransfer, "CTM job suspended; no distribution point is left to try")
	}
	return last
}

// from downloads from one distribution point: by BITS from one that is enabled for it,
// else from its share ("About BITS-Enabled Distribution Points").
func (r *round) from(a Advertisement, p point, folder string) ([]remoteFile, error) {
	if p.url == "" {
		return r.bySMB(a, p, folder)
	}
	files, err := r.byBITS(a, p, folder)
	if err == nil || p.share == nil || !r.cfg.Tuning.FallBackToShare || r.ctx.Err() != nil {
		return files, err
	}
	r.logs.warn(contentTransfer, "'%s' could not give its content by BITS (%v); falling back to '%s'", p.url, err, p.share)
	return r.bySMB(a, p, folder)
}

// errHash is the cause of a mismatch.
var errHash = errors.New("the content is not what the site knows")

// accept compares what came with what the site knows, and puts it into the cache. What
// does not fit is removed, and is not fetched from elsewhere: the failure is final
// (KB 907979).
func (r *round) accept(a Advertisement, p point, folder string, files []remoteFile, want string) error {
	r.logs.write(contentAccess, "Download completed for content %s.%d under context System", a.PackageID, a.SourceVersion)
	got, err := r.hash(folder, files)
	if err != nil {
		return &Error{Code: codeOf(err), What: "content of " + a.PackageID, Err: err}
	}
	if want != "" && !strings.EqualFold(got, want) {
		r.logs.fail(contentAccess, "Hash does not match expected %s, actual %s", want, got)
		r.logs.fail(contentAccess, "Download failed for content %s.%d under context System, error 0x%08x", a.PackageID, a.SourceVersion, uint32(hresult.CRYPT_E_HASH_VALUE))
		r.logs.write(contentAccess, "Successfully raised SoftDistHashMismatchEvent event.")
		for _, f := range files {
			_ = r.cfg.Disk.Remove(onDisk(folder + `\` + f.path)) // what cannot be removed is overwritten
		}
		return &Error{Code: hresult.CRYPT_E_HASH_VALUE, What: "content of " + a.PackageID, Err: errHash}
	}
	one := Cached{PackageID: a.PackageID, SourceVersion: a.SourceVersion, Folder: folder, Hash: got}
	for _, f := range files {
		one.Files = append(one.Files, f.path)
	}
	r.mu.Lock()
	r.state.Cache = append(slices.DeleteFunc(r.state.Cache, func(c Cached) bool { return c.PackageID == a.PackageID }), one)
	slices.SortFunc(r.state.Cache, func(a, b Cached) int { return strings.Compare(a.PackageID, b.PackageID) })
	r.mu.Unlock()
	r.update(a.AdvertisementID, func(a *Advertisement) { a.Point = p.server })
	r.logs.write(contentAccess, "Hash verification succeeded for content %s.%d downloaded under context System", a.PackageID, a.SourceVersion)
	return nil
}

// hash gives the hash of files of a folder on the PC.
func (r *round) hash(folder string, files []remoteFile) (string, error) {
	sum := smswire.NewPackageHash()
	for _, f := range files {
		if err := r.addTo(sum, f.path, onDisk(folder+`\`+f.path)); err != nil {
			return "", err
		}
	}
	return sum.String(), nil
}

func (r *round) addTo(sum *smswire.PackageHash, name, at string) error {
	in, err := r.cfg.Disk.Read(at)
	if err != nil {
		return err
	}
	size, _ := in.Stat()
	return errors.Join(sum.Add(name, io.NewSectionReader(in, 0, size)), in.Close())
}
