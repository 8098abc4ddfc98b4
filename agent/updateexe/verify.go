package updateexe

import (
	"fmt"
	"slices"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/metadata/known"
)

// Line is one line of a verification: what an article says must be there, and what is.
type Line struct {
	Subject string `json:"subject"` // a file's name, or a registry key
	Want    string `json:"want"`
	Have    string `json:"have"`
	OK      bool   `json:"ok"`
}

// String gives the line as one of a report.
func (l Line) String() string {
	if l.OK {
		return fmt.Sprintf("%s: %s", l.Subject, l.Have)
	}
	return fmt.Sprintf("%s: %s, not %s", l.Subject, l.Have, l.Want)
}

// Verify compares the PC with the file table and the registry key of a package, as the
// articles tell to see whether an update is installed: each file with the version, the
// size and the date of the table, or with a later version.
func Verify(pc *machine.Machine, p known.Package) []Line {
	hotfix, _, _ := keys(p)
	key := Line{Subject: hotfix, Want: "there", Have: "absent", OK: pc.Registry().HasKey(hotfix)}
	if key.OK {
		key.Have = "there"
	}
	list := []Line{key}
	for _, f := range p.Files {
		list = append(list, verifyFile(pc, f))
	}
	return list
}

// Verified says whether all lines are right.
func Verified(list []Line) bool {
	return !slices.ContainsFunc(list, func(l Line) bool { return !l.OK })
}

func verifyFile(pc *machine.Machine, f known.File) Line {
	want, err := machine.ParseFileVersion(f.Version)
	l := Line{Subject: f.Name, Want: words(machine.FileInfo{Version: want, Size: f.Size, Modified: f.Modified}) + ", or later"}
	info, there := pc.Files().Info(system(f.Name))
	if !there || err != nil {
		l.Have = "absent"
		return l
	}
	l.Have = words(info)
	order := info.Version.Compare(want)
	l.OK = order > 0 || order == 0 && info.Size == f.Size && info.Modified.Equal(f.Modified)
	return l
}

func words(f machine.FileInfo) string {
	text := fmt.Sprintf("version %v", f.Version)
	if f.Size > 0 {
		text += fmt.Sprintf(", %d bytes", f.Size)
	}
	if !f.Modified.IsZero() {
		text += ", " + f.Modified.UTC().Format("02-Jan-2006 15:04") + " UTC"
	}
	return text
}
