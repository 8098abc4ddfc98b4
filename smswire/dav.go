package smswire

import (
	"encoding/xml"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/wualab/wualab/boundedxml"
)

// Propfind is the body of a request for what lies in a folder (RFC 4918 9.1).
const Propfind = `<?xml version="1.0"?><D:propfind xmlns:D="DAV:"><D:prop><D:resourcetype/><D:getcontentlength/></D:prop></D:propfind>`

// Listed is what a listing names. Its path is that of its URL, escapes undone; a folder's
// ends in a slash.
type Listed struct {
	Path     string
	Folder   bool
	Size     int64
	Modified time.Time // zero: not told
}

type multistatus struct {
	XMLName   xml.Name   `xml:"DAV: multistatus"`
	Responses []response `xml:"DAV: response"`
}

type response struct {
	Href     string     `xml:"DAV: href"`
	Propstat []propstat `xml:"DAV: propstat"`
}

type propstat struct {
	Prop struct {
		Type struct {
			Collection *struct{} `xml:"DAV: collection"`
		} `xml:"DAV: resourcetype"`
		Length string `xml:"DAV: getcontentlength"`
	} `xml:"DAV: prop"`
	Status string `xml:"DAV: status"`
}

// written is a multistatus as it is sent, with the prefix that RFC 4918 uses: package
// xml reads prefixes and does not write them.
type written struct {
	XMLName   xml.Name          `xml:"D:multistatus"`
	Namespace string            `xml:"xmlns:D,attr"`
	Responses []writtenResponse `xml:"D:response"`
}

type writtenResponse struct {
	Href     string    `xml:"D:href"`
	Folder   *struct{} `xml:"D:propstat>D:prop>D:resourcetype>D:collection"`
	Length   string    `xml:"D:propstat>D:prop>D:getcontentlength,omitempty"`
	Modified string    `xml:"D:propstat>D:prop>D:getlastmodified,omitempty"`
	Status   string    `xml:"D:propstat>D:status"`
}

// WriteListing gives a listing as the body of a 207 answer. base is scheme and host, for
// absolute names as IIS gives them; it may be empty.
func WriteListing(base string, list []Listed) []byte {
	m := written{Namespace: "DAV:"}
	for _, l := range list {
		r := writtenResponse{Href: base + (&url.URL{Path: l.Path}).EscapedPath(), Status: "HTTP/1.1 200 OK"}
		if l.Folder {
			r.Folder = &struct{}{}
		} else {
			r.Length = strconv.FormatInt(l.Size, 10)
		}
		if !l.Modified.IsZero() {
			r.Modified = l.Modified.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT")
		}
		m.Responses = append(m.Responses, r)
	}
	return append([]byte(xml.Header), write(m)...)
}

// ReadListing reads the body of a 207 answer. What has no properties with status 200 is
// passed over. A name that leads to another folder than its own is an error.
func ReadListing(text []byte, limits boundedxml.Limits) ([]Listed, error) {
	var m multistatus
	if err := read("listing", text, limits, &m); err != nil {
		return nil, err
	}
	var list []Listed
	for _, r := range m.Responses {
		l, ok, err := r.listed()
		if err != nil {
			return nil, fmt.Errorf("listing: %w", err)
		}
		if ok {
			list = append(list, l)
		}
	}
	return list, nil
}

func (r *response) listed() (l Listed, ok bool, err error) {
	u, err := url.Parse(strings.TrimSpace(r.Href))
	if err != nil {
		return l, false, fmt.Errorf("href: %w", err)
	}
	if !strings.HasPrefix(u.Path, "/") || leadsUp(u.Path) {
		return l, false, fmt.Errorf("href %q is no absolute path", r.Href)
	}
	l.Path = u.Path
	for _, p := range r.Propstat {
		if _, after, _ := strings.Cut(p.Status, " "); !strings.HasPrefix(after, "200") {
			continue
		}
		ok = true
		if l.Folder = p.Prop.Type.Collection != nil; l.Folder {
			l.Path = strings.TrimSuffix(l.Path, "/") + "/"
			continue
		}
		if p.Prop.Length == "" {
			continue
		}
		if l.Size, err = strconv.ParseInt(p.Prop.Length, 10, 64); err != nil || l.Size < 0 {
			return l, false, fmt.Errorf("href %q: getcontentlength %q is no size", r.Href, p.Prop.Length)
		}
	}
	return l, ok, nil
}

// leadsUp reports a path with parts that lead elsewhere, or with what no name of a file
// on Windows has.
func leadsUp(path string) bool {
	for _, part := range strings.Split(path, "/") {
		if part == "." || part == ".." || strings.ContainsAny(part, `\:*?"<>|`) || strings.ContainsFunc(part, func(r rune) bool { return r < ' ' }) {
			return true
		}
	}
	return false
}
