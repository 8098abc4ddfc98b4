package applicability

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/wualab/wualab/agent/machine"
)

// folders are those of SHGetFolderPath that paths of files are joined to, by CSIDL
// (Windows documentation, CSIDL). Those of a user are not modelled.
var folders = map[int64]string{
	0x23: `C:\Documents and Settings\All Users\Application Data`, // CSIDL_COMMON_APPDATA
	0x24: `%windir%`,                                             // CSIDL_WINDOWS
	0x25: `%windir%\System32`,                                    // CSIDL_SYSTEM
	0x26: `C:\Program Files`,                                     // CSIDL_PROGRAM_FILES
	0x29: `%windir%\System32`,                                    // CSIDL_SYSTEMX86
	0x2a: `C:\Program Files`,                                     // CSIDL_PROGRAM_FILESX86
	0x2b: `C:\Program Files\Common Files`,                        // CSIDL_PROGRAM_FILES_COMMON
	0x2c: `C:\Program Files\Common Files`,                        // CSIDL_PROGRAM_FILES_COMMONX86
}

// path gives the file that a rule means: Path below the folder of Csidl, or below the
// folder that a registry value names (the rules with PrependRegSz); duplicate
// backslashes are removed. False where the registry has no such value, with the reason.
func (c *call) path() (string, string, bool) {
	path := c.text("Path")
	switch {
	case strings.HasSuffix(c.rule.Name, "PrependRegSz"):
		value, why, ok := c.regText()
		if !ok {
			return "", why, false
		}
		path = value + `\` + path
	case c.has("Csidl"):
		folder, ok := folders[c.number("Csidl")]
		if !ok {
			c.fail("%s: the folder of Csidl %s is not known here", c.rule.Name, c.text("Csidl"))
		}
		path = folder + `\` + path
	}
	path = strings.ReplaceAll(path, "/", `\`)
	for strings.Contains(path, `\\`) {
		path = strings.ReplaceAll(path, `\\`, `\`)
	}
	return path, "", true
}

// file gives what the PC knows of the file that a rule means. Assumed: a rule about a
// file that is not there is false.
func (c *call) file() (path string, info machine.FileInfo, why string) {
	path, why, ok := c.path()
	if !ok {
		return "", info, why
	}
	info, ok = c.pc.Files().Info(path)
	if !ok {
		return path, info, fmt.Sprintf("there is no file %s", path)
	}
	return path, info, ""
}

// fileExists checks also what else is given of the file.
func (c *call) fileExists() (Truth, string) {
	path, info, why := c.file()
	if why != "" {
		return c.result(False, "%s", why)
	}
	switch {
	case c.has("Version") && info.Version != c.version("Version"):
		return c.result(False, "%s has version %v", path, info.Version)
	case c.has("Size") && info.Size != c.number("Size"):
		return c.result(False, "%s has %d bytes", path, info.Size)
	case c.has("Created") && !info.Created.Equal(c.time("Created")):
		return c.result(False, "%s was created at %s", path, stamp(info.Created))
	case c.has("Modified") && !info.Modified.Equal(c.time("Modified")):
		return c.result(False, "%s was modified at %s", path, stamp(info.Modified))
	case c.has("Language") && int64(info.Language) != c.number("Language"):
		return c.result(False, "%s has language %d", path, info.Language)
	}
	return c.result(True, "%s is there", path)
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

func (c *call) fileVersion() (Truth, string) {
	path, info, why := c.file()
	wanted, o := c.version("Version"), c.scalar()
	if why != "" {
		return c.result(False, "%s", why)
	}
	holds := o.holds(info.Version.Compare(wanted))
	return c.result(truth(holds), "%s has version %v, %s", path, info.Version, o.said(holds, wanted))
}

func (c *call) fileSize() (Truth, string) {
	path, info, why := c.file()
	wanted, o := c.number("Size"), c.scalar()
	if why != "" {
		return c.result(False, "%s", why)
	}
	holds := o.holds(cmp.Compare(info.Size, wanted))
	return c.result(truth(holds), "%s has %d bytes, %s", path, info.Size, o.said(holds, wanted))
}

func (c *call) fileCreated() (Truth, string) {
	return c.fileTime("Created", func(f machine.FileInfo) time.Time { return f.Created })
}

func (c *call) fileModified() (Truth, string) {
	return c.fileTime("Modified", func(f machine.FileInfo) time.Time { return f.Modified })
}

func (c *call) fileTime(name string, of func(machine.FileInfo) time.Time) (Truth, string) {
	path, info, why := c.file()
	wanted, o := c.time(name), c.scalar()
	if why != "" {
		return c.result(False, "%s", why)
	}
	holds := o.holds(of(info).Compare(wanted))
	return c.result(truth(holds), "%s was %s at %s, %s", path, strings.ToLower(name), stamp(of(info)), o.said(holds, stamp(wanted)))
}
