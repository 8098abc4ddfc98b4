package smsdp

import (
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/content"
	"github.com/wualab/wualab/smswire"
)

// VirtualDirectory gives the path of the packages of a distribution point on its web
// site, /SMS_DP_SMSPKGC$/.
func (p Point) VirtualDirectory() string { return "/SMS_DP_SMSPKG" + p.Drive + "$/" }

// ShareName gives the share of its packages, SMSPKGC$.
func (p Point) ShareName() string { return "SMSPKG" + p.Drive + "$" }

func (s *Site) point(server string) (Point, bool) {
	for _, p := range s.Points() {
		if p.Server == server {
			return p, true
		}
	}
	return Point{}, false
}

// Share gives the name and the files of a distribution point's share, by their paths
// with slashes; no name where the site has no such distribution point. The files may be
// asked for at any time.
func (s *Site) Share(server string) (name string, files func() map[string]content.File) {
	p, ok := s.point(server)
	if !ok {
		return "", nil
	}
	return p.ShareName(), func() map[string]content.File {
		p, _ := s.point(server)
		return s.files(p)
	}
}

// files gives what a distribution point has, by package and path.
func (s *Site) files(p Point) map[string]content.File {
	out := map[string]content.File{}
	for i := range s.cfg.Packages {
		pkg := &s.cfg.Packages[i]
		if !p.has(pkg.ID) {
			continue
		}
		for name, f := range pkg.Files {
			if slices.Contains(p.Changed, pkg.ID) {
				f = changed(f)
			}
			out[pkg.ID+"/"+name] = f
		}
	}
	return out
}

func (p Point) has(id string) bool { return p.Packages == nil || slices.Contains(p.Packages, id) }

// changed is another file of the same size.
func changed(f content.File) content.File {
	if f.Body != nil {
		f.Body = append(slices.Clone(f.Body), "changed"...)
		return f
	}
	f.From, f.Size, f.Seed = "", max(f.Size, 1), f.Seed+1
	return f
}

// PointRoutes gives the virtual directory of a distribution point as routes of a
// fakeserver; none for one that is not enabled for BITS, or that is not there.
func (s *Site) PointRoutes(server string) []fakeserver.Route {
	p, ok := s.point(server)
	if !ok || !p.BITS {
		return nil
	}
	root := p.VirtualDirectory()
	all, given := map[string]content.File{}, map[string]content.File{}
	for name, f := range s.files(p) {
		all[root+name] = f
		if !p.hides(name) {
			given[root+name] = f
		}
	}
	isapi := fakeserver.Use{Name: "sms2003-sp1"}
	if p.ISAPI == RTM {
		isapi = fakeserver.Use{Name: "sms2003-rtm"}
		if p.Misbehaviour != "" {
			isapi.Params = map[string]any{"misbehaviour": p.Misbehaviour}
		}
	}
	dav := &listing{site: s, point: p, files: all}
	return []fakeserver.Route{{Path: root, AnyCase: true, Files: given, Behaviours: []fakeserver.Use{isapi}, Handler: dav, Methods: []string{"PROPFIND"}}}
}

func (p Point) hides(name string) bool {
	return slices.ContainsFunc(p.Filtered, func(ending string) bool { return strings.EqualFold(path.Ext(name), ending) })
}

// listing answers PROPFIND (RFC 4918 9.1).
type listing struct {
	site  *Site
	point Point
	files map[string]content.File // by their whole paths
}

func (l *listing) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	depth := strings.ToLower(r.Header.Get("Depth"))
	switch {
	case l.point.WebDAV != 0:
		content.Page(w, r, l.point.WebDAV)
		return
	case depth == "" || depth == "infinity":
		depth = "infinity"
		if l.point.NoInfiniteDepth {
			content.Page(w, r, http.StatusForbidden)
			return
		}
	case depth != "0" && depth != "1":
		content.Page(w, r, http.StatusBadRequest)
		return
	}
	list := l.below(r.URL.Path, depth)
	if len(list) == 0 {
		content.Page(w, r, http.StatusNotFound)
		return
	}
	body := smswire.WriteListing(hostOf(r), list)
	answer(w, http.StatusMultiStatus, "text/xml", body)
}

// below lists what a path names: a file, or a folder with what lies in it as deep as is
// asked for. Folders come before what is in them.
func (l *listing) below(at, depth string) []smswire.Listed {
	if f, ok := l.files[at]; ok {
		one, ok := l.listed(at, f)
		if !ok {
			return nil
		}
		return []smswire.Listed{one}
	}
	folder := strings.TrimSuffix(at, "/") + "/"
	found := map[string]smswire.Listed{}
	for name, f := range l.files {
		rest, inside := strings.CutPrefix(name, folder)
		if !inside {
			continue
		}
		found[folder] = smswire.Listed{Path: folder, Folder: true, Modified: content.DefaultModified()}
		if depth == "0" {
			break
		}
		parts := strings.Split(rest, "/")
		for i := 1; i < len(parts) && (i == 1 || depth != "1"); i++ {
			inner := folder + strings.Join(parts[:i], "/") + "/"
			found[inner] = smswire.Listed{Path: inner, Folder: true, Modified: content.DefaultModified()}
		}
		if one, ok := l.listed(name, f); ok && (depth != "1" || len(parts) == 1) {
			found[name] = one
		}
	}
	var list []smswire.Listed
	for _, name := range slices.Sorted(maps.Keys(found)) {
		list = append(list, found[name])
	}
	return list
}

func (l *listing) listed(name string, f content.File) (smswire.Listed, bool) {
	opened, err := f.Open(l.site.cfg.Root)
	if err != nil {
		return smswire.Listed{}, false
	}
	defer func() { _ = opened.Close() }()
	return smswire.Listed{Path: name, Size: opened.Size, Modified: opened.Modified}, true
}
