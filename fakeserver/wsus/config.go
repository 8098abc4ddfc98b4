package wsus

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/wualab/wualab/boundedxml"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeserver/content"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

// AllComputers is the group that every computer is in, UnassignedComputers the one of
// those that are in no other.
const (
	AllComputers        = "All Computers"
	UnassignedComputers = "Unassigned Computers"
)

// Config describes the server. The zero value is one of WSUS 3.0 SP2 without updates.
type Config struct {
	Name      string // in notes; "" is "wsus"
	Updates   []Update
	Groups    []string // that computers may name as theirs; AllComputers and UnassignedComputers are there
	Approvals []Approval
	// Members are the computers that the administrator has put into groups, by the group:
	// their names, with or without the domain. What those name themselves does not count.
	Members map[string][]string

	// ProtocolVersion is the server's property of that name: "3.2" is WSUS 3.0 SP2 and
	// later, "2.0" is WSUS 2.0, which tells none (MS-WUSP product note 12). "" is "3.2".
	ProtocolVersion    string
	NoRegistration     bool          // IsRegistrationRequired is false
	MaxExtendedUpdates int           // MaxExtendedUpdatesPerRequest; 0 is 50
	MaxNewUpdates      int           // that one SyncUpdates gives; 0 is 200 (MS-WUSP product note 55)
	CookieLife         time.Duration // 0 is an hour. Assumed: no document tells how long a cookie is good
	PackageServerShare string        // a UNC path; "" is \\<name>\UpdateServicesPackages
	AllowedEventIDs    []int
	ContentURL         string // scheme and host of the files, "http://wsus:8530"; "" takes what the client used
	OmitProperties     bool   // GetConfig tells no properties, as broken servers do
	IgnoreCachedIDs    bool   // SyncUpdates offers everything each time, as stateless servers do
	NoCompression      bool   // answers are not compressed even when a client asks for xpress (MS-WUSP 2.1)
	SelfUpdate         SelfUpdate
	Faults             []Fault
	Limits             boundedxml.Limits
	Clock              clock.Clock // nil is clock.Wall
	Root               *os.Root    // that files From disk are beneath; nil allows none
	Seed               int64       // of cookies and of the identifiers of faults
}

// Update is one revision in the catalogue. Exactly one of Document and Metadata is set.
type Update struct {
	RevisionID int              // this server's number of it; 0: the next free one from 101 on
	Document   []byte           // a whole update as XML
	Metadata   *metadata.Update // the same as a value
	Content    map[string]File  // the files by their names in the metadata
	Categories []wusp.GUID      // what StartCategoryScan may limit a scan to
	// TermsDeclined says that the administrator has not accepted the license terms of the
	// update. Then it can't be approved for installation: he accepts on behalf of the
	// clients (MS-WUSP 3.1.1.1).
	TermsDeclined bool
}

// File is the content of a file of an update.
type File struct {
	content.File
	// Corrupt serves other content of the same size than the metadata's digests are of.
	Corrupt bool
	Missing bool // is not served: 404
}

// Approval makes an update available to a group, MS-WUSP 3.1.1 (Deployment Table).
type Approval struct {
	UpdateID         wusp.GUID
	Group            string // "" is AllComputers
	Action           wusp.Action
	Deadline         time.Time // zero for none
	IsAssigned       *bool     // nil: assigned when the action is Install or Uninstall
	DownloadPriority string    // "High", "Medium", "Low"; "" is not told
	Changed          time.Time // zero: when the server began
}

func (a Approval) assigned() bool {
	if a.IsAssigned != nil {
		return *a.IsAssigned
	}
	return a.Action == wusp.ActionInstall || a.Action == wusp.ActionUninstall
}

// Fault makes an operation fail. Of several that fit the first counts.
type Fault struct {
	Operation string // "SyncUpdates"; "" is any
	Nth       int    // the how many-th call of the operation is the first to fail, from 1; 0 is every one
	Times     int    // how many calls fail; 0 is one with Nth, else all
	// ErrorCode is of the SOAP fault; "" with Code is a fault without the protocol's
	// detail.
	ErrorCode wusp.ErrorCode
	Code      string // of SOAP; "" is Client
	Message   string
	// Body answers with status 200 and these bytes in place of a fault.
	Body []byte
}

func (c Config) withDefaults() Config {
	if c.Name == "" {
		c.Name = "wsus"
	}
	if c.ProtocolVersion == "" {
		c.ProtocolVersion = "3.2"
	}
	if c.MaxExtendedUpdates == 0 {
		c.MaxExtendedUpdates = 50
	}
	if c.MaxNewUpdates == 0 {
		c.MaxNewUpdates = 200
	}
	if c.CookieLife == 0 {
		c.CookieLife = time.Hour
	}
	if c.PackageServerShare == "" {
		c.PackageServerShare = `\\` + c.Name + `\UpdateServicesPackages`
	}
	if c.Clock == nil {
		c.Clock = clock.Wall{}
	}
	return c
}

// version is a two-part version string.
type version struct{ major, minor int }

func parseVersion(s string) (version, error) {
	major, minor, ok := strings.Cut(s, ".")
	a, err1 := strconv.Atoi(major)
	b, err2 := strconv.Atoi(minor)
	if !ok || err1 != nil || err2 != nil || a < 0 || b < 0 {
		return version{}, fmt.Errorf("%q is not a two-part version; write 1.8", s)
	}
	return version{a, b}, nil
}

func (v version) atLeast(major, minor int) bool {
	return v.major > major || v.major == major && v.minor >= minor
}
