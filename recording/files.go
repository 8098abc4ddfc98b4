package recording

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/wualab/wualab/fakeserver/byterange"
)

// file is something that was fetched with GET, and what is known of it.
type file struct {
	server *server
	target string

	status  int    // of the last answer that was no step of a login; 0 is none
	denied  int    // 401 or 407 when nothing else came
	sum     string // of the whole, when it was kept
	size    int64  // of the whole, -1 when nobody knows
	head    *answer
	ranges  []byterange.Range // that were fetched, when they are not the whole
	unsized bool              // the whole came without a length
	reached bool              // by a redirect, so nobody has to ask for it
	aside   string            // where a redirect leads
}

// urlPath is what the scenario language takes for the path of a file.
var urlPath = regexp.MustCompile(`^/[^\s?#%]*$`)

// files lists what was fetched, in the order of servers and paths.
func (s *Story) files() []*file {
	var list []*file
	for _, one := range s.servers {
		for _, k := range one.order {
			i := slices.IndexFunc(list, func(f *file) bool { return f.server == one && f.target == k.target })
			if k.method != http.MethodGet || i >= 0 || !requestLine.MatchString("GET "+k.target) {
				continue
			}
			list = append(list, s.file(one, k.target))
		}
	}
	for _, f := range list {
		if f.aside == "" {
			continue
		}
		for _, other := range list {
			if other != f && other.url() == f.aside {
				other.reached = true
			}
		}
	}
	return list
}

// url is the file's, as the client wrote it.
func (f *file) url() string { return f.server.origin.URL() + f.target }

// file gathers what the answers tell of one path.
func (s *Story) file(one *server, target string) *file {
	f := &file{server: one, target: target, size: -1}
	var parts []part
	for _, k := range one.order {
		if k.method != http.MethodGet || k.target != target {
			continue
		}
		list := one.answers[k]
		if len(list) == 0 {
			f.denied = http.StatusUnauthorized
			if s.proxy != nil && len(one.login.schemes) == 0 {
				f.denied = http.StatusProxyAuthRequired
			}
		}
		for _, a := range list {
			parts = f.learn(a, parts, s.opt.Bodies)
		}
	}
	if f.status == http.StatusPartialContent {
		s.join(f, parts)
	}
	return f
}

// part is a range that came.
type part struct {
	byterange.Range
	total int64
	sum   string // "" when it was not kept
	a     *answer
}

// learn takes in one answer.
func (f *file) learn(a *answer, parts []part, bodies *Bodies) []part {
	if a.dropped || a.status == http.StatusNotModified || a.broke(http.MethodGet) && f.status != 0 {
		return parts
	}
	if f.size < 0 || a.status == http.StatusOK { // a range of what came whole tells nothing more
		f.status, f.head = a.status, a
	}
	switch {
	case isRedirect(a.status):
		if base, err := url.Parse(f.url()); err == nil {
			if to, err := base.Parse(a.get("Location")); err == nil {
				f.aside = to.String()
			}
		}
	case a.broke(http.MethodGet):
	case a.status == http.StatusOK:
		f.size, f.sum, f.unsized = a.body.Length, "", a.framing() != "length"
		if _, kept := bodies.Size(a.body.SHA256); kept {
			f.sum = a.body.SHA256
		}
	case a.status == http.StatusPartialContent:
		first, last, total, ok := byterange.ParseContentRange(a.get("Content-Range"))
		if ok && last-first+1 == a.body.Length {
			one := part{byterange.Range{First: first, Last: last}, total, a.body.SHA256, a}
			if _, kept := bodies.Size(a.body.SHA256); !kept {
				one.sum = ""
			}
			parts = append(parts, one)
		}
	}
	return parts
}

// join makes the whole of ranges when they are all of it and of the same file, and else
// lists them.
func (s *Story) join(f *file, parts []part) {
	slices.SortStableFunc(parts, func(a, b part) int { return int(min(max(a.First-b.First, -1), 1)) })
	kept, same := true, true
	for _, p := range parts {
		kept = kept && p.sum != ""
		same = same && p.total == parts[0].total && p.a.get("ETag") == parts[0].a.get("ETag") && p.a.get("Last-Modified") == parts[0].a.get("Last-Modified")
		if n := len(f.ranges); n > 0 && p.First <= f.ranges[n-1].Last+1 {
			f.ranges[n-1].Last = max(f.ranges[n-1].Last, p.Last)
			continue
		}
		f.ranges = append(f.ranges, p.Range)
	}
	if len(f.ranges) != 1 || !same || f.ranges[0].First != 0 || f.ranges[0].Last != parts[0].total-1 {
		return
	}
	f.size, f.ranges = parts[0].total, nil
	if !kept {
		return
	}
	sum, err := s.opt.Bodies.Keep(func(w io.Writer) error { return s.assemble(w, parts) })
	if err != nil {
		s.skip("the whole of %s: %v", f.url(), err)
		return
	}
	f.sum = sum
}

// assemble writes ranges that follow each other or overlap.
func (s *Story) assemble(w io.Writer, parts []part) error {
	at := int64(0)
	for _, p := range parts {
		if p.Last < at {
			continue
		}
		from, err := os.Open(s.opt.Bodies.Path(p.sum))
		if err != nil {
			return err
		}
		_, err = io.Copy(w, io.NewSectionReader(from, at-p.First, p.Last-at+1))
		if err = errors.Join(err, from.Close()); err != nil {
			return err
		}
		at = p.Last + 1
	}
	return nil
}

// standsBeside reports whether the file can be one of the server's own, beside the
// recorded answers, for ranges that nobody asked and to compare with.
func (f *file) standsBeside() bool {
	return (f.status == http.StatusOK || f.status == http.StatusPartialContent) && f.size >= 0 && !f.unsized && urlPath.MatchString(f.target)
}

// fileText writes the files of a server.
func (s *Story) fileText(p *page, one *server, files []*file) {
	var own []*file
	for _, f := range files {
		if f.server == one && f.standsBeside() {
			own = append(own, f)
		}
	}
	if len(own) == 0 {
		return
	}
	p.comment("the wholes, for ranges that nobody asked")
	p.line("files:")
	p.in(func() {
		for _, f := range own {
			p.line("%s: {%s}", text(f.target), strings.Join(s.fileSpec(f), ", "))
		}
	})
}

var entityTag = regexp.MustCompile(`^(W/)?"[^"]*"$`)

func (s *Story) fileSpec(f *file) []string {
	spec := []string{"size: " + size(f.size), "seed: 1"}
	if f.sum != "" {
		spec = []string{"from: " + text(s.bodyPath(f.sum))}
	}
	if tag := f.head.get("ETag"); entityTag.MatchString(tag) {
		spec = append(spec, "etag: "+text(tag))
	}
	if t, err := http.ParseTime(f.head.get("Last-Modified")); err == nil {
		spec = append(spec, "last-modified: "+t.UTC().Format(time.RFC3339))
	}
	if kind := f.head.get("Content-Type"); kind != "" && !strings.HasPrefix(kind, "multipart/") {
		spec = append(spec, "type: "+text(printable(kind)))
	}
	return spec
}

// spans writes ranges as AddFileWithRanges takes them.
func spans(list []byterange.Range) string {
	var out []string
	for _, r := range list {
		out = append(out, fmt.Sprintf("%d-%d", r.First, r.Last))
	}
	return strings.Join(out, ", ")
}
