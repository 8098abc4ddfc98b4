package applicability

import (
	"cmp"
	"slices"
	"strings"

	"github.com/wualab/wualab/agent/machine"
)

// windowsVersion is VerifyVersionInfo: the parts of the version and of the service pack
// are compared from the left, a later one only where those before it are equal; the
// build is compared by itself. BaseApplicabilityRules schema; Windows documentation,
// VerifyVersionInfo.
func (c *call) windowsVersion() (Truth, string) {
	os, o := c.pc.OS(), c.scalar()
	parts := []struct {
		name  string
		value int64
	}{{"MajorVersion", int64(os.Major)}, {"MinorVersion", int64(os.Minor)}, {"ServicePackMajor", int64(os.ServicePack)}, {"ServicePackMinor", 0}}
	order, asked := 0, false
	for _, part := range parts {
		if c.has(part.name) {
			asked = true
			order = cmp.Or(order, cmp.Compare(part.value, c.number(part.name)))
		}
	}
	if asked && !o.holds(order) {
		return c.result(False, "Windows is %v, which is not %s what is asked for", os, o.words)
	}
	if c.has("BuildNumber") && !o.holds(cmp.Compare(int64(os.Build), c.number("BuildNumber"))) {
		return c.result(False, "the build of Windows is %d, which is not %s what is asked for", os.Build, o.words)
	}
	if c.has("ProductType") && int64(c.system.ProductType) != c.number("ProductType") {
		return c.result(False, "the product type is %d, %s", c.system.ProductType, productTypes[c.system.ProductType])
	}
	if c.has("SuiteMask") {
		mask := uint16(c.number("SuiteMask"))
		found := c.system.SuiteMask & mask
		if found == 0 || c.boolean("AllSuitesMustBePresent") && found != mask {
			return c.result(False, "of the suites 0x%X the PC has 0x%X", mask, found)
		}
	}
	return c.result(True, "Windows is %v, %s", os, productTypes[c.system.ProductType])
}

var productTypes = map[uint8]string{machine.Workstation: "a workstation", machine.DomainController: "a domain controller", machine.Server: "a server"}

// platform compares with VER_PLATFORM_WIN32_NT of OSVERSIONINFOEX, the only one
// modelled.
func (c *call) platform() (Truth, string) {
	const windowsNT = 2
	return c.result(truth(c.number("PlatformID") == windowsNT), "the platform is %d, Windows NT", windowsNT)
}

// windowsLanguage is always false where the Multilingual User Interface is installed.
func (c *call) windowsLanguage() (Truth, string) {
	if len(c.system.MUILanguages) > 0 {
		return c.result(False, "the Multilingual User Interface is installed")
	}
	return c.result(truth(strings.EqualFold(c.text("Language"), c.system.Language)), "Windows is localized to %s", c.system.Language)
}

func (c *call) muiInstalled() (Truth, string) {
	if len(c.system.MUILanguages) == 0 {
		return c.result(False, "the Multilingual User Interface is not installed")
	}
	return c.result(True, "the Multilingual User Interface is installed")
}

func (c *call) muiLanguageInstalled() (Truth, string) {
	language := c.text("Language")
	found := slices.ContainsFunc(c.system.MUILanguages, func(l string) bool { return strings.EqualFold(l, language) })
	if len(c.system.MUILanguages) == 0 {
		return c.muiInstalled()
	}
	return c.result(truth(found), "the languages of the Multilingual User Interface are %s", strings.Join(c.system.MUILanguages, ", "))
}

func (c *call) systemMetric() (Truth, string) {
	index := int(c.number("Index"))
	value, wanted, o := int64(c.system.Metrics[index]), c.number("Value"), c.scalar()
	holds := o.holds(cmp.Compare(value, wanted))
	return c.result(truth(holds), "GetSystemMetrics(%d) is %d, %s", index, value, o.said(holds, wanted))
}

// processor checks what is given of architecture, level and revision.
func (c *call) processor() (Truth, string) {
	s := c.system
	matches := true
	for _, part := range []struct {
		name  string
		value int
	}{{"Architecture", s.Architecture}, {"Level", s.Level}, {"Revision", s.Revision}} {
		if c.has(part.name) && c.number(part.name) != int64(part.value) {
			matches = false
		}
	}
	return c.result(truth(matches), "the processor has architecture %d, level %d, revision %d", s.Architecture, s.Level, s.Revision)
}

func (c *call) numberOfProcessors() (Truth, string) {
	value, wanted, o := int64(c.system.NumberOfProcessors), c.number("Number"), c.scalar()
	holds := o.holds(cmp.Compare(value, wanted))
	return c.result(truth(holds), "the PC has %d processors, %s", value, o.said(holds, wanted))
}
