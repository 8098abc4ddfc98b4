package plan

import (
	"fmt"
	"net/url"
	"strings"
)

// unknownSuffix ends names of hosts (RFC 2606), shares and folders that are there
// to be unknown.
const unknownSuffix = ".invalid"

// remote is the name of a file on a server as a step writes it.
type remote struct {
	host, path string
	share      bool // the first part of path is a share
}

func (f *DownloadFile) remote() (r remote, ok bool) {
	text := f.URL.Value
	if unc, share := strings.CutPrefix(text, `\\`); share {
		r.host, r.path, _ = strings.Cut(unc, `\`)
		r.share = true
		return r, true
	}
	if !isFullURL(text) {
		host, path, _ := strings.Cut(text, "/")
		path, _, _ = strings.Cut(path, "?")
		return remote{host: host, path: "/" + path}, true
	}
	u, err := url.Parse(text)
	if err != nil {
		return remote{}, false // refused when it was read
	}
	return remote{host: u.Hostname(), path: u.Path, share: u.Scheme == "file"}, true
}

// checkURL sees that a job's file is on a server of the scenario, and in a share
// of it if it is on a share.
func (c *checker) checkURL(f *DownloadFile) {
	at, ok := f.remote()
	if !ok || strings.HasSuffix(at.host, unknownSuffix) {
		return
	}
	name := c.hosts[strings.ToLower(at.host)]
	if name == "" {
		c.failName(f.URL.Pos, fmt.Sprintf("url: no server has the host name %s", quote(at.host)), at.host, func() []string { return keysOf(c.hosts) })
		return
	}
	if s := c.s.Server(name); at.share && s != nil {
		c.checkShareName(f, s, at)
	}
}

func (c *checker) checkShareName(f *DownloadFile, s *Server, at remote) {
	share, _, _ := strings.Cut(strings.TrimPrefix(strings.ReplaceAll(at.path, "/", `\`), `\`), `\`)
	if strings.HasSuffix(share, unknownSuffix) {
		return
	}
	var known []string
	for i := range s.Shares {
		if strings.EqualFold(s.Shares[i].Name, share) {
			return
		}
		known = append(known, s.Shares[i].Name)
	}
	msg := fmt.Sprintf("url: the server %s has no share %s", s.Name, quote(share))
	if len(known) == 0 {
		c.fail(f.URL.Pos, msg, fmt.Sprintf("give it one, shares: {%s: {}}; a share that is to be unknown is written with %s at its end", share, unknownSuffix))
		return
	}
	c.failName(f.URL.Pos, msg, share, func() []string { return known })
}

// checkUploadURL sees that an upload goes to a directory of a server that has some.
// One that has none is one that knows no uploads.
func (c *checker) checkUploadURL(f *DownloadFile) {
	at, ok := f.remote()
	if !ok || at.share || strings.Contains(at.path, unknownSuffix+"/") {
		return
	}
	s := c.s.Server(c.hosts[strings.ToLower(at.host)])
	if s == nil || len(s.Uploads) == 0 {
		return
	}
	var known []string
	for i := range s.Uploads {
		if strings.HasPrefix(at.path, s.Uploads[i].Path) {
			return
		}
		known = append(known, s.Uploads[i].Path)
	}
	folder := at.path[:strings.LastIndex(at.path, "/")+1]
	c.failName(f.URL.Pos, fmt.Sprintf("to: %s has no upload directory %s", s.Name, quote(folder)), folder, func() []string { return known })
}
