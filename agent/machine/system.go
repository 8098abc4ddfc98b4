package machine

import (
	"maps"
	"slices"

	"github.com/wualab/wualab/auth/credrule"
)

// Product types of OSVERSIONINFOEX.
const (
	Workstation      = 1
	DomainController = 2
	Server           = 3
)

// Processor architectures of SYSTEM_INFO.
const (
	X86   = 0
	IA64  = 6
	AMD64 = 9
)

// System is what a program can ask Windows about the PC itself: what kind of Windows it
// is, in which language, on which hardware. The zero value of a field is an answer like
// any other.
//
// Source: Windows documentation, OSVERSIONINFOEX, SYSTEM_INFO, GetSystemMetrics.
type System struct {
	ProductType uint8  // Workstation, DomainController or Server
	SuiteMask   uint16 // of OSVERSIONINFOEX
	Language    string // that Windows was localized to, "en"
	// MUILanguages are those of the Multilingual User Interface; none: it is not
	// installed.
	MUILanguages []string

	Architecture       int // of the processor: X86, AMD64
	Level, Revision    int // of the processor
	NumberOfProcessors int
	Metrics            map[int]int // of GetSystemMetrics, by index; others are 0

	Manufacturer, Model   string
	BIOSName, BIOSVersion string
	BIOSReleaseDate       string             // "2004-07-01"
	Products              []InstalledProduct // that Windows Installer has put there
	Devices               []Device
}

// InstalledProduct is a product that Windows Installer has put on the PC.
type InstalledProduct struct {
	ProductCode string // "{...}"
	UpgradeCode string // "{...}", "" where nobody has told
	Version     FileVersion
	Language    int
	Features    []string // those that are installed, by their names in its Feature table
	Components  []string // codes of those that are installed
	Patches     []string // codes of those that it has
}

// Device is a piece of hardware with the driver that it has.
type Device struct {
	HardwareIDs, CompatibleIDs []string
	Driver                     *InstalledDriver // nil: none
}

// InstalledDriver describes the driver of a device.
type InstalledDriver struct {
	MatchingID                           string
	Date                                 string // "2004-07-01"
	Version                              FileVersion
	Class, Manufacturer, Provider, Model string
}

// Is64Bit says whether the PC has the two views of the registry that 64-bit Windows has.
func (s System) Is64Bit() bool { return s.Architecture == AMD64 || s.Architecture == IA64 }

// clone makes a copy that shares nothing that can be changed through it.
func (s System) clone() System {
	s.MUILanguages = slices.Clone(s.MUILanguages)
	s.Products = slices.Clone(s.Products)
	for i := range s.Products {
		p := &s.Products[i]
		p.Features, p.Components, p.Patches = slices.Clone(p.Features), slices.Clone(p.Components), slices.Clone(p.Patches)
	}
	s.Devices = slices.Clone(s.Devices)
	s.Metrics = maps.Clone(s.Metrics)
	return s
}

// system gives what a PC of the profile answers unless it is told otherwise. Assumed:
// no document ties hardware or a language to these systems.
func (p Profile) system() System {
	s := System{ProductType: Workstation, SuiteMask: 0x100, Language: "en", Architecture: X86, Level: 6, Revision: 0x0B01, NumberOfProcessors: 1,
		Manufacturer: "wualab", Model: "Simulated PC", BIOSName: "wualab BIOS", BIOSVersion: "1.0", BIOSReleaseDate: "2003-08-14"}
	if p.OS.Family() == credrule.Server2003 {
		s.ProductType, s.SuiteMask = Server, 0x110
	}
	if p.OS.Major >= 10 {
		s.Architecture = AMD64
	}
	return s
}

// System gives what Windows answers about the PC itself.
func (m *Machine) System() System {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.system.clone()
}

// SetSystem changes what Windows answers about the PC itself.
func (m *Machine) SetSystem(s System) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.system = s.clone()
}

// OS gives the version of the operating system, which begins as the profile's.
func (m *Machine) OS() OSVersion {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.os
}

// SetServicePack says that a service pack has been installed; 0 is none.
func (m *Machine) SetServicePack(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.os.ServicePack = n
}
