// Package known holds updates of Windows that wualab knows by heart, as data: what their
// Knowledge Base articles tell of files, of what they apply to and of how they are
// detected, the update metadata that follows from it, and what their setup programs put
// on a PC. agent/updateexe runs those; an update server offers [Update.Metadata].
//
//	kb, err := known.Find("KB842773")
//	document := kb.Metadata().Document()
//
// What no article settles is listed in [Update.Assumed].
package known

import (
	"fmt"
	"strings"
	"time"

	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/spelling"
	"github.com/wualab/wualab/wusp"
)

// Update is an update that is known. Each call of [All] and [Find] makes a new one, which
// the caller may change.
type Update struct {
	KB       string // "KB842773"
	Title    string
	Identity wusp.UpdateIdentity
	Product  metadata.Update // the category that it is for; its prerequisite
	Package  Package
	Sources  []string // the articles
	Assumed  []string // what no article settles

	update metadata.Update
}

// Package is a package with the setup program Update.exe: what it checks and what it
// puts on a PC.
type Package struct {
	KB        string // "KB842773": names its registry keys and its undo folder
	FileName  string
	Title     string // of its entry in Add or Remove Programs
	Language  string // of the systems that it is for, "en"
	System    string // their name below the registry key of updates: "Windows XP"
	Major     byte   // of the version of Windows that it is for
	Minor     byte   // of it
	Included  int    // the service pack that has the update already
	Lowest    int    // the lowest service pack that it can be put on
	Arguments string // that an agent runs it with
	Files     []File // for System32
	Service   string // that uses the files, and is turned on if it was off
}

// File is a file of a package.
type File struct {
	Name     string
	Version  string // "6.6.2600.1569"
	Size     int64  // in bytes
	Modified time.Time
}

// All lists the updates that are known.
func All() []Update { return []Update{kb842773()} }

// Find finds an update by the number of its article, "KB842773" or "842773", or by the
// ID of its metadata, without regard to case. The error for another one names the nearest.
func Find(name string) (Update, error) {
	var names []string
	for _, u := range All() {
		if strings.EqualFold(u.KB, name) || strings.EqualFold(u.KB, "KB"+name) || strings.EqualFold(string(u.Identity.UpdateID), name) {
			return u, nil
		}
		names = append(names, u.KB)
	}
	hint := ""
	if near, ok := spelling.Nearest(name, names); ok {
		hint = fmt.Sprintf(", did you mean %s?", near)
	}
	return Update{}, fmt.Errorf("unknown update %q%s (known: %s)", name, hint, strings.Join(names, ", "))
}

// Metadata gives the update as a catalogue holds it. Size and digests of its file are
// left out; they are those of what a server has.
func (u Update) Metadata() *metadata.Update {
	m := u.update
	return &m
}

// Named gives the file of that name, without regard to case.
func (p Package) Named(name string) (File, bool) {
	for _, f := range p.Files {
		if strings.EqualFold(f.Name, name) {
			return f, true
		}
	}
	return File{}, false
}
