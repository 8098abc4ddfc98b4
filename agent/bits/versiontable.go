package bits

import (
	"fmt"

	"github.com/wualab/wualab/agent/machine"
)

// Feature is a line of the table of what each version of BITS does.
type Feature struct {
	Name    string
	Source  string
	Assumed bool // no document says it of every version
	of      func(machine.BITSRelease) string
}

// Of gives what a version does, in words for a table.
func (f Feature) Of(r machine.BITSRelease) string { return f.of(r) }

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// FeatureTable says what each version of BITS does in the model, on the wire and
// at its interfaces. It is read off the tables that the engine runs by.
func FeatureTable() []Feature {
	of := func(f func(features) string) func(machine.BITSRelease) string {
		return func(r machine.BITSRelease) string { return f(featuresOf(r.BITS)) }
	}
	since := func(v machine.BITSVersion) func(machine.BITSRelease) string {
		return func(r machine.BITSRelease) string { return yes(r.BITS.Compare(v) >= 0) }
	}
	return []Feature{
		{Name: "QMgr.dll", Source: "BITS documentation: Determining the Version of BITS on a Computer",
			of: func(r machine.BITSRelease) string { return fmt.Sprintf("%d.%d", r.QMgr.Major, r.QMgr.Minor) }},
		{Name: "User-Agent", Source: "MC-BUP 4.1; public captures of 6.6, 7.7, 7.8", Assumed: true,
			of: func(r machine.BITSRelease) string { return machine.UserAgentOf(r.QMgr).Value }},
		{Name: "UseLMCompat by default", Source: "BITS documentation: Authentication; KB 842309",
			of: func(r machine.BITSRelease) string { return fmt.Sprint(machine.DefaultUseLMCompat(r.BITS).Value) }},
		{Name: "HEAD before the first GET", Source: "MC-BUP 3.6, notes 15, 29, 30", Assumed: true,
			of: of(func(f features) string {
				if f.headFirst {
					return "always"
				}
				return "several files, or ranges"
			})},
		{Name: "goes on in HTTP/1.0", Source: "MC-BUP 3.6, note 15", of: of(func(f features) string { return yes(f.followsHTTP10) })},
		{Name: "If-Unmodified-Since", Source: "a public capture of 7.8", Assumed: true, of: of(func(f features) string { return yes(f.conditional) })},
		{Name: "ranges past the end", Source: "KB 842309", Assumed: true,
			of: of(func(f features) string { return yes(f.placement == LastBlock) })},
		{Name: "foreground jobs all at once", Source: "BITS documentation: What's New", of: of(func(f features) string { return yes(f.parallel) })},
		{Name: "uploads, command line, SetCredentials", Source: "BITS documentation: What's New", of: since(version15)},
		{Name: "largest fragment of an upload", Source: "MC-BUP 3.1.5.2.4", of: of(func(f features) string {
			if f.maxFragment == 0 {
				return "-"
			}
			return fmt.Sprintf("%d KiB", f.maxFragment>>10)
		})},
		{Name: "Content-Name with Create-Session", Source: "MC-BUP 2.2.2", of: of(func(f features) string { return yes(f.namesSession) })},
		{Name: "BG_JOB_PROXY_USAGE_AUTODETECT", Source: "BITS documentation: BG_JOB_PROXY_USAGE", of: since(version20)},
		{Name: "ranges of a file, SMB names of downloads and uploads", Source: "BITS documentation: What's New", of: since(version20)},
		{Name: "starts and stops beside layered service providers", Source: "KB 842309", of: since(version20)},
		{Name: "custom headers, client certificates, flags for flaws of certificates", Source: "BITS documentation: What's New", of: since(version25)},
		{Name: "notices of files, redirect policies, validation", Source: "BITS documentation: What's New", of: since(version30)},
		{Name: "job properties, dynamic content", Source: "BITS documentation: BITS_JOB_PROPERTY_ID", of: since(version50)},
		{Name: "own HTTP method", Source: "BITS documentation: SetHttpMethod", of: since(version101)},
	}
}
