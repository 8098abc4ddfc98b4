package sms

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/smswire"
)

// remoteFile is a file of a package on a distribution point.
type remoteFile struct {
	path string // from the package's folder on, with backslashes
	size int64
	url  string // "" on a share
}

// Bounds on what a distribution point may list. Assumed.
const (
	maxFiles   = 20_000
	maxFolders = 2_000
)

// list asks a distribution point for the files of the package, by WebDAV.
func (r *round) list(p point) ([]remoteFile, error) {
	base, err := url.Parse(p.url)
	if err != nil {
		return nil, err
	}
	depth := "infinity"
	if r.cfg.Tuning.ListByFolder {
		depth = "1"
	}
	root := strings.TrimSuffix(base.Path, "/") + "/"
	var files []remoteFile
	folders, seen := []string{root}, map[string]bool{root: true}
	for len(folders) > 0 {
		at := folders[0]
		folders = folders[1:]
		list, err := r.propfind(base, at, depth)
		if err != nil {
			return nil, err
		}
		for _, l := range list {
			rest, inside := cutFolder(l.Path, root)
			switch {
			case !inside || rest == "":
			case l.Folder && depth == "1" && !seen[l.Path]:
				seen[l.Path], folders = true, append(folders, l.Path)
			case !l.Folder:
				files = append(files, remoteFile{path: strings.ReplaceAll(rest, "/", `\`), size: l.Size, url: resolve(base, l.Path)})
			}
		}
		if len(files) > maxFiles || len(seen) > maxFolders {
			return nil, &Error{Code: hresult.ERROR_INVALID_DATA, What: fmt.Sprintf("listing of %s: more than %d files or %d folders", p.url, maxFiles, maxFolders)}
		}
	}
	slices.SortFunc(files, func(a, b remoteFile) int { return smswire.LessName(a.path, b.path) })
	return slices.CompactFunc(files, func(a, b remoteFile) bool { return strings.EqualFold(a.path, b.path) }), nil
}

// cutFolder gives the part of a path behind a folder's; the case does not count, as on IIS.
func cutFolder(path, folder string) (rest string, inside bool) {
	if len(path) < len(folder) || !strings.EqualFold(path[:len(folder)], folder) {
		return "", false
	}
	return path[len(folder):], true
}

// resolve gives the URL of a path on the server of base.
func resolve(base *url.URL, path string) string {
	u := url.URL{Scheme: base.Scheme, Host: base.Host, Path: path}
	return u.String()
}

func (r *round) propfind(base *url.URL, path, depth string) ([]smswire.Listed, error) {
	at := strings.TrimSuffix(resolve(base, path), "/")
	r.logs.write(dataTransfer, "Sending PROPFIND request using URL %s (Depth: %s)", at, depth)
	answer, text, err := r.request("PROPFIND", at, []winhttp.Field{{Name: "Content-Type", Value: `text/xml; charset="utf-8"`}, {Name: "Depth", Value: depth}}, []byte(smswire.Propfind))
	switch {
	case err != nil:
		return nil, err
	case answer.Status != 207:
		return nil, &Error{Code: hresult.FromHTTPStatus(answer.Status), What: fmt.Sprintf("PROPFIND %s: status %d", at, answer.Status)}
	}
	list, err := smswire.ReadListing(text, r.cfg.Tuning.Limits)
	if err != nil {
		return nil, &Error{Code: hresult.ERROR_INVALID_DATA, What: "PROPFIND " + at, Err: err}
	}
	return list, nil
}
