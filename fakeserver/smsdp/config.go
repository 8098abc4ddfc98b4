package smsdp

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/wualab/wualab/boundedxml"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/content"
	"github.com/wualab/wualab/smswire"
)

// Config describes a site. The zero value is one without packages.
type Config struct {
	SiteCode       string // three characters; "" is "LAB"
	Name           string // of the management point; "" is "mp"
	Packages       []Package
	Advertisements []Advertisement
	Points         []Point
	Faults         []Fault
	Limits         boundedxml.Limits
	Clock          clock.Clock // nil is clock.Wall
	Root           *os.Root    // that files From disk are beneath; nil allows none
}

// Package is software to distribute.
type Package struct {
	ID            string // site code and five hexadecimal digits: LAB00001
	Name          string
	SourceVersion int                        // of the content; 0 is 1
	Files         map[string]fakeserver.File // by path in the package, with slashes
	Programs      []Program
}

// Program is what of a package a client may run.
type Program struct {
	Name        string
	CommandLine string
	MaxRunTime  time.Duration // whole minutes; 0: not told
}

// Advertisement offers a program to the clients of the site.
type Advertisement struct {
	ID               string // LAB20000
	Package, Program string
	Mandatory        bool // it runs by itself
	Active, Expires  time.Time
	// FromLocal and FromRemote say what clients do with a local and with a remote
	// distribution point: smswire.DownloadContent, which "" is, RunFromNet or DoNotRun.
	FromLocal, FromRemote string
}

// The ISAPI programs of a distribution point that answer for its virtual directories.
const (
	RTM = "rtm" // SMS 2003: misbehaves at ranges past the end of a file (KB 842309)
	SP1 = "sp1" // SMS 2003 with service pack 1
)

// Point is a distribution point.
type Point struct {
	Server   string   // its name, by which clients reach it: "dp"
	URL      string   // scheme and host of its web site; "" is "http://" and Server
	Drive    string   // of its packages; "" is C
	BITS     bool     // it is enabled for BITS, and has a virtual directory
	Packages []string // that it has; nil: all
	ADSite   string
	Subnets  []string
	Metric   int  // lower is nearer
	Remote   bool // for the clients of this site

	ISAPI        string // RTM or SP1; "" is SP1
	Misbehaviour string // of RTM: that of the behaviour sms2003-rtm; "" is its default
	// WebDAV is the status that a listing is refused with: 501 where WebDAV is
	// prohibited on IIS 6, 405 where it is off on IIS 7; 0: it works.
	WebDAV int
	// NoInfiniteDepth refuses listings of a folder with all below it, as RFC 4918 9.1
	// allows.
	NoInfiniteDepth bool
	// Filtered are the endings of names that request filtering of IIS 7 hides: 404.
	Filtered []string
	// Changed are packages whose content here is another one than the site knows of
	// (KB 907979).
	Changed []string
}

// Fault makes the management point fail. Of several that fit the first counts.
type Fault struct {
	// On is an endpoint (smswire.PolicyManager, ...), MPLIST, or smswire.PolicyBodyPath
	// for policy bodies; "" is all.
	On     string
	Nth    int    // the how many-th request for it, from 1; 0 is every one
	Status int    // that is answered; 0 answers 200 with Body
	Body   []byte // in place of the message
}

func (c Config) withDefaults() Config {
	if c.SiteCode == "" {
		c.SiteCode = "LAB"
	}
	if c.Name == "" {
		c.Name = "mp"
	}
	if c.Clock == nil {
		c.Clock = clock.Wall{}
	}
	c.Packages = slices.Clone(c.Packages)
	for i := range c.Packages {
		if c.Packages[i].SourceVersion == 0 {
			c.Packages[i].SourceVersion = 1
		}
	}
	c.Points = slices.Clone(c.Points)
	for i := range c.Points {
		c.Points[i] = c.Points[i].withDefaults()
	}
	return c
}

func (p Point) withDefaults() Point {
	if p.URL == "" {
		p.URL = "http://" + p.Server
	}
	if p.Drive == "" {
		p.Drive = "C"
	}
	if p.ISAPI == "" {
		p.ISAPI = SP1
	}
	p.Drive = strings.ToUpper(p.Drive)
	return p
}

// objectID is the form of the IDs of packages and advertisements.
var objectID = regexp.MustCompile(`^[A-Za-z0-9]{3}[0-9A-Fa-f]{5}$`)

func (c *Config) check() error {
	if len(c.SiteCode) != 3 {
		return fmt.Errorf("site code %q: want three characters", c.SiteCode)
	}
	seen := map[string]bool{}
	for _, p := range c.Packages {
		switch {
		case !objectID.MatchString(p.ID):
			return fmt.Errorf("package %q: want a site code and five hexadecimal digits, such as LAB00001", p.ID)
		case seen[p.ID]:
			return fmt.Errorf("package %s is there twice", p.ID)
		}
		seen[p.ID] = true
	}
	for _, a := range c.Advertisements {
		if err := c.checkAdvertisement(a); err != nil {
			return err
		}
	}
	for _, p := range c.Points {
		if err := c.checkPoint(p); err != nil {
			return fmt.Errorf("distribution point %s: %w", p.Server, err)
		}
	}
	return nil
}

func (c *Config) checkAdvertisement(a Advertisement) error {
	if !objectID.MatchString(a.ID) {
		return fmt.Errorf("advertisement %q: want a site code and five hexadecimal digits, such as LAB20000", a.ID)
	}
	p := c.findPackage(a.Package)
	if p == nil {
		return fmt.Errorf("advertisement %s: there is no package %q", a.ID, a.Package)
	}
	if p.program(a.Program) == nil {
		return fmt.Errorf("advertisement %s: package %s has no program %q", a.ID, a.Package, a.Program)
	}
	return nil
}

func (c *Config) checkPoint(p Point) error {
	if p.Server == "" {
		return fmt.Errorf("it has no name")
	}
	if len(p.Drive) != 1 || p.Drive < "A" || p.Drive > "Z" {
		return fmt.Errorf("drive %q: want one letter", p.Drive)
	}
	if p.ISAPI != RTM && p.ISAPI != SP1 {
		return fmt.Errorf("ISAPI %q: want %s or %s", p.ISAPI, RTM, SP1)
	}
	for _, list := range [][]string{p.Packages, p.Changed} {
		for _, id := range list {
			if c.findPackage(id) == nil {
				return fmt.Errorf("there is no package %q", id)
			}
		}
	}
	return nil
}

func (c *Config) findPackage(id string) *Package {
	for i := range c.Packages {
		if c.Packages[i].ID == id {
			return &c.Packages[i]
		}
	}
	return nil
}

func (p *Package) program(name string) *Program {
	for i := range p.Programs {
		if p.Programs[i].Name == name {
			return &p.Programs[i]
		}
	}
	return nil
}

// hash is what clients compare the content with.
func (p *Package) hash(root *os.Root) (string, error) {
	var names []string
	for name := range p.Files {
		names = append(names, name)
	}
	slices.SortFunc(names, smswire.LessName)
	sum := smswire.NewPackageHash()
	for _, name := range names {
		if err := addFile(sum, name, p.Files[name], root); err != nil {
			return "", fmt.Errorf("package %s: file %s: %w", p.ID, name, err)
		}
	}
	return sum.String(), nil
}

func addFile(sum *smswire.PackageHash, name string, f content.File, root *os.Root) error {
	opened, err := f.Open(root)
	if err != nil {
		return err
	}
	defer func() { _ = opened.Close() }()
	return sum.Add(name, sectionOf(opened))
}
