package plan

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/wualab/wualab/boundedxml"
	"github.com/wualab/wualab/metadata"
)

// Rule is an applicability rule of an update: true, false, XML as a core fragment has
// it, or the name of one rule with its attributes.
type Rule struct {
	Pos  Pos
	Rule *metadata.Rule // nil: none is given
}

const (
	andRule  = "And"
	orRule   = "Or"
	notRule  = "Not"
	loopRule = "b.RegKeyLoop"
	// nested is the key of the rule that a RegKeyLoop holds.
	nested = "rule"
)

// The attribute groups that several rules share.
const (
	fileAttributes     = "Path Csidl"
	registryAttributes = "Key Subkey RegType32"
	productAttributes  = "ProductCode VersionMin VersionMax ExcludeVersionMin ExcludeVersionMax Language"
	versionAttributes  = "Comparison MajorVersion MinorVersion BuildNumber ServicePackMajor ServicePackMinor AllSuitesMustBePresent SuiteMask ProductType"
)

// ruleAttributes are the attributes of the rules that can be written as a mapping.
// Source: the BaseApplicabilityRules and MsiApplicabilityRules schemas, and MS-WUSP
// product note 53. Others can be written as XML.
var ruleAttributes = map[string]string{
	"b.WindowsVersion": versionAttributes, "b.PlatformVersion": versionAttributes,
	"b.Platform": "PlatformID", "b.WindowsLanguage": "Language", "b.PlatformLanguage": "Language",
	"b.MuiInstalled": "", "b.MuiLanguageInstalled": "Language",
	"b.Processor": "Architecture Level Revision", "b.NumberOfProcessors": "Comparison Number", "b.SystemMetric": "Comparison Index Value",
	"b.FileExists":               fileAttributes + " Version Created Modified Size Language",
	"b.FileExistsPrependRegSz":   registryAttributes + " Value Path Version Created Modified Size Language",
	"b.FileVersion":              fileAttributes + " Comparison Version",
	"b.FileVersionPrependRegSz":  registryAttributes + " Value Path Comparison Version",
	"b.FileCreated":              fileAttributes + " Comparison Created",
	"b.FileCreatedPrependRegSz":  registryAttributes + " Value Path Comparison Created",
	"b.FileModified":             fileAttributes + " Comparison Modified",
	"b.FileModifiedPrependRegSz": registryAttributes + " Value Path Comparison Modified",
	"b.FileSize":                 fileAttributes + " Comparison Size",
	"b.FileSizePrependRegSz":     registryAttributes + " Value Path Comparison Size",
	"b.RegKeyExists":             registryAttributes, "b.RegValueExists": registryAttributes + " Value Type",
	"b.RegDword": registryAttributes + " Value Comparison Data", "b.RegSz": registryAttributes + " Value Comparison Data",
	"b.RegExpandSz": registryAttributes + " Value Comparison Data", "b.RegSzToVersion": registryAttributes + " Value Comparison Data",
	loopRule: registryAttributes + " TrueIf", "b.WmiQuery": "Namespace WqlQuery",
	"b.WUv4RegKeyValue": registryAttributes + " Value Data", "b.WUv4RegKeySubstring": registryAttributes + " Value Data",
	"m.MsiProductInstalled": productAttributes, "m.MsiPatchInstalledForProduct": "PatchCode " + productAttributes,
}

// attributeHelp says what attributes mean, in every rule that has them.
var attributeHelp = map[string]string{
	"Comparison":   "LessThan, LessThanOrEqualTo, EqualTo, GreaterThanOrEqualTo or GreaterThan; of texts EqualTo, BeginsWith, Contains or EndsWith; absent: EqualTo.",
	"MajorVersion": "Major version of Windows, such as 5.", "MinorVersion": "Minor version of Windows, such as 1.", "BuildNumber": "Build of Windows, such as 2600.",
	"ServicePackMajor": "Number of the service pack.", "ServicePackMinor": "Minor number of the service pack.",
	"AllSuitesMustBePresent": "All bits of SuiteMask are wanted, not just one.", "SuiteMask": "Bits of VER_SUITE.", "ProductType": "1 a workstation, 2 a domain controller, 3 a server.",
	"PlatformID": "Platform of Windows: 2 is Windows NT.", "Language": "A language: in rules about Windows its two letters, else its number.",
	"Architecture": "0 x86, 6 Itanium, 9 x64.", "Level": "Level of the processor.", "Revision": "Revision of the processor.", "Number": "Number of processors.",
	"Index": "Index of GetSystemMetrics.", "Value": "Name of the registry value; of SystemMetric the metric.",
	"Path": "Path of the file, below the folder of Csidl or of the registry value.", "Csidl": "Folder by number: 36 Windows, 37 System32, 38 Program Files.",
	"Version": "Four numbers, such as 6.6.2600.1569.", "Created": "When the file was made.", "Modified": "When the file was changed.", "Size": "Size of the file in bytes.",
	"Key": "HKEY_LOCAL_MACHINE, or in a RegKeyLoop HKEY_LOOP_TARGET.", "Subkey": "The key below it.", "RegType32": "The view of 32-bit programs.",
	"Type": "Type of the value, such as REG_SZ.", "Data": "What the value is compared with.", "TrueIf": "Any, All or None of the keys.",
	"Namespace": "WMI namespace.", "WqlQuery": "WMI query.", "ProductCode": "Product code of Windows Installer.", "PatchCode": "Patch code of Windows Installer.",
	"VersionMin": "Lowest version.", "VersionMax": "Highest version.", "ExcludeVersionMin": "The lowest version does not count.", "ExcludeVersionMax": "The highest version does not count.",
	nested: "The rule that is judged at each key.",
}

func (r *Rule) decode(d *decoder, n *node, t *tag) {
	r.Pos = n.pos
	r.Rule = d.rule(n, t)
}

// rule reads one rule; nil after a fault.
func (d *decoder) rule(n *node, t *tag) *metadata.Rule {
	switch n.kind {
	case kindBroken:
		return nil
	case kindBool:
		return &metadata.Rule{Name: strings.ToUpper(n.text[:1]) + n.text[1:]}
	case kindText:
		return d.ruleText(n, t)
	case kindMapping:
		if len(n.pairs) == 1 {
			return d.ruleMapping(n.pairs[0], t)
		}
	}
	d.fail(n.pos, fmt.Sprintf("%s: want one rule, not %s", t.key, describeRule(n)), "write true, false, {b.FileVersion: {Path: qmgr.dll, ...}}, or {And: [...]} for several")
	return nil
}

func describeRule(n *node) string {
	if n.kind == kindMapping {
		return fmt.Sprintf("a mapping with %d", len(n.pairs))
	}
	return n.describe()
}

// ruleText reads a rule in XML, and says where in the file it is wrong.
func (d *decoder) ruleText(n *node, t *tag) *metadata.Rule {
	rule, err := metadata.ParseRule(n.text)
	if err == nil {
		return rule
	}
	pos, what := n.pos, err.Error()
	var bad *boundedxml.Error
	if errors.As(err, &bad) {
		what = bad.What
		if n.indent > 0 {
			pos.Line, pos.Column = pos.Line+bad.Line, n.indent+bad.Column
		}
	}
	d.fail(pos, fmt.Sprintf("%s: %s", t.key, oneLine(what)), `write one rule as a fragment of MS-WUSP has it: <b.RegKeyExists Key="HKEY_LOCAL_MACHINE" Subkey="SOFTWARE\X" />`)
	return nil
}

func (d *decoder) ruleMapping(p pair, t *tag) *metadata.Rule {
	name := p.key.text
	sub := &tag{key: name}
	rule := &metadata.Rule{Name: name}
	switch name {
	case andRule, orRule:
		if p.value.kind != kindList || len(p.value.items) == 0 {
			got := p.value.describe()
			if p.value.kind == kindList {
				got = "an empty one"
			}
			d.fail(p.value.pos, fmt.Sprintf("%s: want a list of rules, not %s", name, got), fmt.Sprintf("write %s: [{b.RegKeyExists: {...}}, ...]", name))
			return nil
		}
		for _, item := range p.value.items {
			rule.Rules = append(rule.Rules, d.rule(item, sub))
		}
		return rule
	case notRule:
		rule.Rules = []*metadata.Rule{d.rule(p.value, sub)}
		return rule
	}
	attributes, ok := ruleAttributes[name]
	if !ok {
		d.failName(p.key.pos, fmt.Sprintf("%s: unknown rule %s", t.key, quote(name)), name, ruleNames)
		return nil
	}
	if p.value.kind != kindMapping {
		d.fail(p.value.pos, fmt.Sprintf("%s: want its attributes, not %s", name, p.value.describe()), "write a mapping of "+attributes)
		return nil
	}
	d.ruleAttributes(rule, p.value, strings.Fields(attributes))
	return rule
}

// ruleAttributes reads the attributes of a rule, and the rule that a RegKeyLoop holds.
func (d *decoder) ruleAttributes(rule *metadata.Rule, n *node, known []string) {
	for _, p := range n.pairs {
		name, v := p.key.text, p.value
		switch {
		case name == nested && rule.Name == loopRule:
			rule.Rules = []*metadata.Rule{d.rule(v, &tag{key: loopRule})}
		case !slices.Contains(known, name):
			d.failName(p.key.pos, fmt.Sprintf("%s: unknown attribute %s", rule.Name, quote(name)), name, func() []string { return known })
		case v.kind != kindText && v.kind != kindInt && v.kind != kindBool:
			d.failText(v, &tag{key: name, help: "an attribute is a text, a number, true or false"})
		default:
			rule.Attributes = append(rule.Attributes, metadata.Attribute{Name: name, Value: v.text})
		}
	}
	if rule.Name == loopRule && len(rule.Rules) == 0 {
		d.fail(n.pos, loopRule+": the rule is missing", "add rule: with the rule that is judged at each key")
	}
}

// ruleNames lists the rules that can be written as a mapping.
func ruleNames() []string { return append(keysOf(ruleAttributes), andRule, orRule, notRule) }

func (r *Rule) schema(g *generator, _ *tag) object {
	const name = "applicability-rule"
	if g.definitions[name] != nil {
		return object{"$ref": "#/definitions/" + name}
	}
	again := object{"$ref": "#/definitions/" + name}
	g.definitions[name] = again // until it is made
	scalar := object{"type": []string{"string", "integer", "boolean"}}
	list := object{"type": "array", "minItems": 1, "items": again}
	properties := object{
		andRule: described(list, &tag{help: "All rules hold."}), orRule: described(list, &tag{help: "One of the rules holds."}),
		notRule: described(again, &tag{help: "The rule does not hold."}),
	}
	for _, rule := range keysOf(ruleAttributes) {
		attributes := object{}
		for _, a := range strings.Fields(ruleAttributes[rule]) {
			attributes[a] = described(scalar, &tag{help: attributeHelp[a]})
		}
		if rule == loopRule {
			attributes[nested] = described(again, &tag{help: attributeHelp[nested]})
		}
		o := object{"type": "object", "additionalProperties": false, "properties": attributes}
		properties[rule] = described(o, &tag{help: "The rule " + rule + " of a core fragment."})
	}
	tree := object{"type": "object", "additionalProperties": false, "minProperties": 1, "maxProperties": 1, "properties": properties}
	return g.define(name, union(tree, object{"type": []string{"boolean", "string"}}))
}
