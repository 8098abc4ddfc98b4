package applicability

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/metadata"
)

// The rules about what Windows Installer has put on the PC. MsiApplicabilityRules schema.

// product gives the products of the PC with a product code; Windows Installer writes
// it in braces and capitals, and rules are compared without regard to either.
func (j *judge) product(code string) (machine.InstalledProduct, bool) {
	for _, p := range j.system.Products {
		if sameCode(p.ProductCode, code) {
			return p, true
		}
	}
	return machine.InstalledProduct{}, false
}

func sameCode(a, b string) bool {
	return strings.EqualFold(strings.Trim(a, "{} \n\t"), strings.Trim(b, "{} \n\t"))
}

func hasCode(codes []string, code string) bool {
	return slices.ContainsFunc(codes, func(c string) bool { return sameCode(c, code) })
}

// filtered gives the product that a rule is about: only ProductCode is required, the
// others are checked when they are there. Without one it says why.
func (c *call) filtered() (p machine.InstalledProduct, why string) {
	code := c.text("ProductCode")
	p, ok := c.product(code)
	if !ok {
		return p, fmt.Sprintf("no product %s is installed", code)
	}
	if c.has("VersionMin") {
		if order := p.Version.Compare(c.installerVersion("VersionMin")); order < 0 || order == 0 && c.boolean("ExcludeVersionMin") {
			return p, fmt.Sprintf("%s is installed in version %v, below those asked for", code, p.Version)
		}
	}
	if c.has("VersionMax") {
		if order := p.Version.Compare(c.installerVersion("VersionMax")); order > 0 || order == 0 && c.boolean("ExcludeVersionMax") {
			return p, fmt.Sprintf("%s is installed in version %v, above those asked for", code, p.Version)
		}
	}
	if c.has("Language") && int64(p.Language) != c.number("Language") {
		return p, fmt.Sprintf("%s is installed in language %d", code, p.Language)
	}
	return p, ""
}

// installerVersion reads a version of one to four numbers. Assumed: those that are
// missing are 0.
func (c *call) installerVersion(name string) machine.FileVersion {
	v, err := machine.ParseFileVersion(fourParts(c.text(name)))
	if err != nil {
		c.fail("%s: %s: %v", c.rule.Name, name, err)
	}
	return v
}

func fourParts(text string) string {
	for strings.Count(text, ".") < 3 {
		text += ".0"
	}
	return text
}

func (c *call) msiProductInstalled() (Truth, string) {
	p, why := c.filtered()
	if why != "" {
		return c.result(False, "%s", why)
	}
	return c.result(True, "%s is installed in version %v", c.text("ProductCode"), p.Version)
}

func (c *call) msiPatchInstalledForProduct() (Truth, string) {
	patch := c.text("PatchCode")
	p, why := c.filtered()
	switch {
	case why != "":
		return c.result(False, "%s", why)
	case hasCode(p.Patches, patch):
		return c.result(True, "%s has the patch %s", p.ProductCode, patch)
	}
	return c.result(False, "%s has not the patch %s", p.ProductCode, patch)
}

func (c *call) msiFeatureInstalledForProduct() (Truth, string) {
	return c.partsInstalled("Feature", func(p machine.InstalledProduct, name string) bool { return slices.Contains(p.Features, name) })
}

func (c *call) msiComponentInstalledForProduct() (Truth, string) {
	return c.partsInstalled("Component", func(p machine.InstalledProduct, code string) bool { return hasCode(p.Components, code) })
}

// partsInstalled looks for features or components of one of the products, with
// AllProductsRequired of each. Assumed: without AllFeaturesRequired or
// AllComponentsRequired one of them is enough, with it one product has all.
func (c *call) partsInstalled(kind string, has func(p machine.InstalledProduct, part string) bool) (Truth, string) {
	parts, codes := c.texts(kind), c.texts("Product")
	allParts, allProducts := c.boolean("All"+kind+"sRequired"), c.boolean("AllProductsRequired")
	var said []string
	holding := 0
	for _, code := range codes {
		p, ok := c.product(code)
		if !ok {
			said = append(said, fmt.Sprintf("no product %s is installed", code))
			continue
		}
		found := slices.DeleteFunc(slices.Clone(parts), func(part string) bool { return !has(p, part) })
		if len(found) == len(parts) || len(found) > 0 && !allParts {
			holding++
		}
		said = append(said, fmt.Sprintf("%s has %s", code, listed(kind, found)))
	}
	return c.result(truth(holding > 0 && (holding == len(codes) || !allProducts)), "%s", strings.Join(said, "; "))
}

func listed(kind string, parts []string) string {
	kind = strings.ToLower(kind)
	switch len(parts) {
	case 0:
		return "no such " + kind
	case 1:
		return "the " + kind + " " + parts[0]
	}
	return "the " + kind + "s " + strings.Join(parts, ", ")
}

// texts gives the texts of the elements of a name within the rule, which must be there.
func (c *call) texts(name string) (list []string) {
	for _, e := range elements(c.rule, name) {
		list = append(list, strings.TrimSpace(e.Text))
	}
	if len(list) == 0 {
		c.fail("%s has no %s", c.rule.Name, name)
	}
	return list
}

// elements gives those of a name within another; the prefix of rules of Windows
// Installer does not count.
func elements(r *metadata.Rule, name string) (list []*metadata.Rule) {
	for _, e := range r.Rules {
		if strings.TrimPrefix(e.Name, "m.") == name {
			list = append(list, e)
		}
	}
	return list
}

func element(r *metadata.Rule, name string) *metadata.Rule {
	if list := elements(r, name); len(list) > 0 {
		return list[0]
	}
	return nil
}
