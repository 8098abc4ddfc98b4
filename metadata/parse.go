package metadata

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/wualab/wualab/boundedxml"
	"github.com/wualab/wualab/wusp"
)

// limits of a document and of a fragment: rules may be nested, but not without end.
var limits = boundedxml.Limits{Size: 4 << 20, Depth: 100}

// ParseUpdate reads a whole document and takes it apart. Errors tell line and column.
func ParseUpdate(document []byte) (*Update, *Fragments, error) {
	root, err := boundedxml.Parse(document, limits)
	if err != nil {
		return nil, nil, err
	}
	if root.Name.Local != "Update" {
		return nil, nil, at(root, "want the element Update, not "+root.Name.Local)
	}
	u := &Update{}
	p := &parser{}
	u.Core = p.core(root.Child)
	u.Extended = p.extended(root.Child, "Properties")
	if collection := root.Child("LocalizedPropertiesCollection"); collection != nil {
		for _, e := range collection.All("LocalizedProperties") {
			u.Localized = append(u.Localized, p.localized(e))
		}
		for _, e := range collection.All("EulaFile") {
			u.Eulas = append(u.Eulas, p.eula(e))
		}
	}
	if p.err != nil {
		return nil, nil, p.err
	}
	return u, fragmentsOf(root), nil
}

// ParseCore reads a core fragment, as it comes with SyncUpdates.
func ParseCore(fragment string) (*Core, error) {
	child, err := open(fragment)
	if err != nil {
		return nil, err
	}
	p := &parser{}
	core := p.core(child)
	return &core, p.err
}

// ParseExtended reads an extended fragment. The second result is false for a fragment
// of another type.
func ParseExtended(fragment string) (*Extended, bool, error) {
	child, err := open(fragment)
	if err != nil || child("ExtendedProperties") == nil && child("Files") == nil && child("HandlerSpecificData") == nil {
		return nil, false, err
	}
	p := &parser{}
	extended := p.extended(child, "ExtendedProperties")
	return &extended, true, p.err
}

// ParseLocalized reads a fragment of localized properties. The second result is false
// for a fragment of another type.
func ParseLocalized(fragment string) (*Localized, bool, error) {
	child, err := open(fragment)
	if err != nil || child("LocalizedProperties") == nil {
		return nil, false, err
	}
	p := &parser{}
	localized := p.localized(child("LocalizedProperties"))
	return &localized, true, p.err
}

// ParseEula reads a fragment of license terms. The second result is false for a fragment
// of another type.
func ParseEula(fragment string) (*EulaFile, bool, error) {
	child, err := open(fragment)
	if err != nil || child("EulaFile") == nil {
		return nil, false, err
	}
	p := &parser{}
	eula := p.eula(child("EulaFile"))
	return &eula, true, p.err
}

// open reads a fragment and finds the elements in it.
func open(fragment string) (func(string) *boundedxml.Element, error) {
	list, err := boundedxml.ParseFragment([]byte(fragment), limits)
	return (&boundedxml.Element{Children: list}).Child, err
}

func at(e *boundedxml.Element, what string) error {
	return &boundedxml.Error{Line: e.Line, Column: e.Column, What: what, Value: true}
}

// parser keeps the first error, so that what reads values need not ask each time.
type parser struct{ err error }

func (p *parser) fail(e *boundedxml.Element, what string) {
	if p.err == nil {
		p.err = at(e, what)
	}
}

func (p *parser) core(child func(string) *boundedxml.Element) (c Core) {
	identity, properties := child("UpdateIdentity"), child("Properties")
	if identity == nil || properties == nil {
		p.fail(&boundedxml.Element{Line: 1, Column: 1}, "an update has the elements UpdateIdentity and Properties")
		return c
	}
	c.Identity = p.identity(identity, true)
	c.Type = Type(attribute(properties, "UpdateType"))
	switch c.Type {
	case Software, Driver, Category, Detectoid:
	default:
		p.fail(properties, fmt.Sprintf("UpdateType %q is none of Software, Driver, Category and Detectoid", c.Type))
	}
	c.ExplicitlyDeployable = p.boolean(properties, "ExplicitlyDeployable")
	c.AutoSelectOnWebSites = p.boolean(properties, "AutoSelectOnWebSites")
	c.OSUpgrade = attribute(properties, "OSUpgrade")
	c.EulaID = p.guid(properties, "EulaID", false)
	if relationships := child("Relationships"); relationships != nil {
		c.Prerequisites = p.clauses(relationships.Child("Prerequisites"), false)
		c.Bundled = p.clauses(relationships.Child("BundledUpdates"), true)
		if superseded := relationships.Child("SupersededUpdates"); superseded != nil {
			for _, e := range superseded.All("UpdateIdentity") {
				c.Superseded = append(c.Superseded, p.guid(e, "UpdateID", true))
			}
		}
	}
	if rules := child("ApplicabilityRules"); rules != nil {
		c.IsInstalled = p.rule(rules.Child("IsInstalled"))
		c.IsInstallable = p.rule(rules.Child("IsInstallable"))
		c.IsSuperseded = p.rule(rules.Child("IsSuperseded"))
		if metadata := rules.Child("Metadata"); metadata != nil {
			c.Metadata = ruleOf(metadata).Rules
		}
	}
	return c
}

// rule gives the one rule in an element such as IsInstalled; nothing in it is nil.
func (p *parser) rule(e *boundedxml.Element) *Rule {
	switch {
	case e == nil || len(e.Children) == 0:
		return nil
	case len(e.Children) > 1:
		p.fail(e.Children[1], e.Name.Local+" holds one rule; put several into And or Or")
	}
	return ruleOf(e.Children[0])
}

// clauses reads identities, each a clause of its own, and AtLeastOne; some servers leave
// AtLeastOne out in BundledUpdates.
func (p *parser) clauses(e *boundedxml.Element, revisions bool) (list []Clause) {
	if e == nil {
		return nil
	}
	for _, c := range e.Children {
		switch c.Name.Local {
		case "UpdateIdentity":
			list = append(list, Clause{AnyOf: []wusp.UpdateIdentity{p.identity(c, revisions)}})
		case "AtLeastOne":
			clause := Clause{IsCategory: p.boolean(c, "IsCategory")}
			for _, one := range c.All("UpdateIdentity") {
				clause.AnyOf = append(clause.AnyOf, p.identity(one, revisions))
			}
			list = append(list, clause)
		}
	}
	return list
}

func (p *parser) identity(e *boundedxml.Element, revision bool) wusp.UpdateIdentity {
	id := wusp.UpdateIdentity{UpdateID: p.guid(e, "UpdateID", true)}
	if _, given := e.Attribute("RevisionNumber"); given || revision {
		id.RevisionNumber = int(p.number(e, "RevisionNumber"))
	}
	return id
}

func attribute(e *boundedxml.Element, name string) string {
	value, _ := e.Attribute(name)
	return value
}

func textOf(e *boundedxml.Element, name string) string {
	if c := e.Child(name); c != nil {
		return c.Text
	}
	return ""
}

func textsOf(e *boundedxml.Element, name string) (list []string) {
	for _, c := range e.All(name) {
		list = append(list, c.Text)
	}
	return list
}

func (p *parser) guid(e *boundedxml.Element, name string, required bool) wusp.GUID {
	text := attribute(e, name)
	if text == "" && !required {
		return ""
	}
	g, err := wusp.ParseGUID(text)
	if err != nil {
		p.fail(e, name+": "+err.Error())
	}
	return g
}

func (p *parser) boolean(e *boundedxml.Element, name string) bool {
	text := attribute(e, name)
	switch text {
	case "", "false", "0":
		return false
	case "true", "1":
		return true
	}
	p.fail(e, fmt.Sprintf("%s: %q is neither true nor false", name, text))
	return false
}

func (p *parser) number(e *boundedxml.Element, name string) int64 {
	text := attribute(e, name)
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		p.fail(e, fmt.Sprintf("%s: %q is not a number from 0 on", name, text))
	}
	return n
}

func (p *parser) optionalNumber(e *boundedxml.Element, name string) int64 {
	if _, given := e.Attribute(name); !given {
		return 0
	}
	return p.number(e, name)
}

func (p *parser) digest(e *boundedxml.Element, text string) wusp.Binary {
	b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil {
		p.fail(e, fmt.Sprintf("%q is not a digest in base64", text))
	}
	return b
}

// ParseRule reads one rule as a core fragment spells it: <b.RegKeyExists Key="..." />.
// Errors tell line and column.
func ParseRule(text string) (*Rule, error) {
	list, err := boundedxml.ParseFragment([]byte(text), limits)
	switch {
	case err != nil:
		return nil, err
	case len(list) == 0:
		return nil, at(&boundedxml.Element{Line: 1, Column: 1}, "there is no rule")
	case len(list) > 1:
		return nil, at(list[1], "want one rule; put several into And or Or")
	}
	return ruleOf(list[0]), nil
}
