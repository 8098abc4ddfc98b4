package applicability

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/metadata"
)

// The rules that have no attributes: they are about the application or the patch that
// the Metadata of the update describes. MsiApplicabilityRules and PatchApplicability
// schemas; Windows Installer documentation, Extracting Patch Information as XML.

// told gives what the update tells under Metadata, or nil.
func (c *call) told(name string) *metadata.Rule {
	e := element(&metadata.Rule{Rules: c.metadata}, name)
	if e == nil {
		c.fail("%s: the update has no %s", c.rule.Name, name)
	}
	return e
}

// application gives the product code of the application of the update.
func (c *call) application() string {
	if m := c.told("MsiApplicationMetadata"); m != nil {
		if code := element(m, "ProductCode"); code != nil {
			return strings.TrimSpace(code.Text)
		}
		c.fail("%s: MsiApplicationMetadata has no ProductCode", c.rule.Name)
	}
	return ""
}

// msiApplicationInstalled: the version does not matter, as the metadata has none.
func (c *call) msiApplicationInstalled() (Truth, string) {
	code := c.application()
	p, ok := c.product(code)
	if !ok {
		return c.result(False, "no product %s is installed", code)
	}
	return c.result(True, "%s is installed in version %v", code, p.Version)
}

// msiApplicationInstallable does not ask whether the application is installed, which
// IsInstalled tells (WSUS documentation, Update Applicability Rules). Assumed: the
// metadata asks for nothing else.
func (c *call) msiApplicationInstallable() (Truth, string) {
	code := c.application()
	return c.result(True, "the metadata of %s asks for nothing", code)
}

// msiApplicationSuperseded is known only where no product is there that could have
// come after the application.
func (c *call) msiApplicationSuperseded() (Truth, string) {
	code := c.application()
	for _, p := range c.system.Products {
		if !sameCode(p.ProductCode, code) {
			c.fail("%s: no public document tells whether %s supersedes %s", c.rule.Name, p.ProductCode, code)
		}
	}
	return c.result(False, "no other product is installed")
}

// patch gives the description of the patch of the update, and its code.
func (c *call) patch() (m *metadata.Rule, code string) {
	told := c.told("MsiPatchMetadata")
	if told == nil {
		return nil, ""
	}
	if m = element(told, "MsiPatch"); m != nil {
		code, _ = m.Get("PatchGUID")
	}
	if code == "" {
		c.fail("%s: MsiPatchMetadata has no MsiPatch with PatchGUID", c.rule.Name)
		return nil, ""
	}
	return m, code
}

// targets gives the installed products that the patch is for, or why there is none.
func (c *call) targets(patch *metadata.Rule) (list []machine.InstalledProduct, why string) {
	why = "the patch names no product"
	for _, target := range elements(patch, "TargetProduct") {
		p, no := c.target(target)
		if no != "" {
			why = no
			continue
		}
		list = append(list, p)
	}
	return list, why
}

// target gives the product of one TargetProduct, or why it is none of the PC's. What
// has Validate="false" is not checked. Assumed: absent it is true, and the Windows
// Installer of the PC is of the version that the patch needs.
func (c *call) target(target *metadata.Rule) (p machine.InstalledProduct, why string) {
	code := element(target, "TargetProductCode")
	if code == nil || !validated(code) {
		c.fail("%s: a TargetProduct that is not told by its product code is not modelled", c.rule.Name)
		return p, "not known"
	}
	p, ok := c.product(code.Text)
	if !ok {
		return p, fmt.Sprintf("no product %s is installed", strings.TrimSpace(code.Text))
	}
	if e := element(target, "TargetLanguage"); validated(e) && strings.TrimSpace(e.Text) != fmt.Sprint(p.Language) {
		return p, fmt.Sprintf("%s is installed in language %d", p.ProductCode, p.Language)
	}
	if e := element(target, "UpgradeCode"); validated(e) {
		if p.UpgradeCode == "" {
			c.fail("%s: the upgrade code of %s is not given", c.rule.Name, p.ProductCode)
		} else if !sameCode(p.UpgradeCode, e.Text) {
			return p, fmt.Sprintf("%s has the upgrade code %s", p.ProductCode, p.UpgradeCode)
		}
	}
	if e := element(target, "TargetVersion"); validated(e) && !c.targetVersion(e, p.Version) {
		return p, fmt.Sprintf("%s is installed in version %v, which the patch is not for", p.ProductCode, p.Version)
	}
	return p, ""
}

func validated(e *metadata.Rule) bool {
	if e == nil {
		return false
	}
	text, ok := e.Get("Validate")
	return !ok || text == "true" || text == "1"
}

// targetVersion compares as many parts of the installed version as ComparisonFilter
// says, in the way of ComparisonType. Windows Installer documentation,
// MsiCreateTransformSummaryInfo, has the same choices. Assumed: absent these are Equal
// and MajorMinorUpdate, as Windows Installer heeds no fourth part.
func (c *call) targetVersion(e *metadata.Rule, installed machine.FileVersion) bool {
	base, err := machine.ParseFileVersion(fourParts(strings.TrimSpace(e.Text)))
	if err != nil {
		c.fail("%s: TargetVersion: %v", c.rule.Name, err)
		return false
	}
	filter, _ := e.Get("ComparisonFilter")
	parts, ok := map[string]int{"": 3, "Major": 1, "MajorMinor": 2, "MajorMinorUpdate": 3}[filter]
	kind, _ := e.Get("ComparisonType")
	compare, known := targetComparisons[kind]
	if !ok || !known {
		c.fail("%s: TargetVersion: ComparisonType %q with ComparisonFilter %q is not known here", c.rule.Name, kind, filter)
		return false
	}
	order := cmp.Compare(installed.Major, base.Major)
	if parts > 1 {
		order = cmp.Or(order, cmp.Compare(installed.Minor, base.Minor))
	}
	if parts > 2 {
		order = cmp.Or(order, cmp.Compare(installed.Build, base.Build))
	}
	return comparison{name: compare}.holds(order)
}

var targetComparisons = map[string]string{"": "EqualTo", "Equal": "EqualTo", "LessThan": "LessThan", "LessThanOrEqual": "LessThanOrEqualTo",
	"GreaterThan": "GreaterThan", "GreaterThanOrEqual": "GreaterThanOrEqualTo"}

// named gives the installed products that the patch names, in whatever version: a patch
// may have changed it.
func (c *call) named(patch *metadata.Rule) (list []machine.InstalledProduct) {
	for _, target := range elements(patch, "TargetProduct") {
		if code := element(target, "TargetProductCode"); code != nil {
			if p, ok := c.product(code.Text); ok {
				list = append(list, p)
			}
		}
	}
	return list
}

// msiPatchInstalled is not known where only some of the products that it is for have
// the patch.
func (c *call) msiPatchInstalled() (Truth, string) {
	m, code := c.patch()
	if m == nil {
		return c.result(Unknown, "")
	}
	products, patched := c.named(m), 0
	for _, p := range products {
		if hasCode(p.Patches, code) {
			patched++
		}
	}
	if patched > 0 && patched < len(products) {
		c.fail("%s: %d of %d products have the patch %s, and no public document tells what that is", c.rule.Name, patched, len(products), code)
	}
	return c.result(truth(patched > 0), "%d of %d products that it is for have the patch %s", patched, len(products), code)
}

// msiPatchInstallable does not ask whether the patch is installed, which IsInstalled
// tells (WSUS documentation, Update Applicability Rules).
func (c *call) msiPatchInstallable() (Truth, string) {
	m, code := c.patch()
	if m == nil {
		return c.result(Unknown, "")
	}
	list, why := c.targets(m)
	if len(list) == 0 {
		return c.result(False, "%s", why)
	}
	return c.result(True, "the patch %s is for %s in version %v", code, list[0].ProductCode, list[0].Version)
}

// msiPatchSuperseded is known only where no other patch is there: which replaces which
// is in the patches themselves, which the PC does not have.
func (c *call) msiPatchSuperseded() (Truth, string) {
	m, code := c.patch()
	if m == nil {
		return c.result(Unknown, "")
	}
	for _, p := range c.named(m) {
		for _, other := range p.Patches {
			if !sameCode(other, code) {
				c.fail("%s: whether the patch %s of %s supersedes %s is not modelled", c.rule.Name, other, p.ProductCode, code)
			}
		}
	}
	return c.result(False, "no other patch is installed")
}
