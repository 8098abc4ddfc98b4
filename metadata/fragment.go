package metadata

import (
	"slices"
	"strings"

	"github.com/wualab/wualab/boundedxml"
)

// Fragments are the parts into which a server takes an update's document,
// MS-WUSP 3.1.1.1. None of them is a document.
type Fragments struct {
	Core      string
	Extended  string
	Localized map[string]string // by language, in lower case
	Eula      map[string]string // by language, in lower case
}

// Attributes of Properties that stay in the core fragment, and those that do not go
// into the extended one, MS-WUSP 3.1.1.1.
var (
	coreProperties = []string{"UpdateType", "ExplicitlyDeployable", "AutoSelectOnWebSites", "OSUpgrade", "EulaID"}
	keptBack       = []string{"UpdateType", "ExplicitlyDeployable", "AutoSelectOnWebSites", "EulaID", "PublicationState", "PublisherID",
		"CreationDate", "IsPublic", "LegacyName", "DetectoidType", "OSUpgrade"}
)

// fragmentsOf takes a document apart. Where the specification names Properties, the
// extended fragment of real servers says ExtendedProperties; the children of Properties
// are there alone. Assumed: no document tells the two.
func fragmentsOf(document *boundedxml.Element) *Fragments {
	f := &Fragments{Localized: map[string]string{}, Eula: map[string]string{}}
	var core, extended strings.Builder
	for _, name := range []string{"UpdateIdentity", "Properties", "Relationships", "ApplicabilityRules"} {
		e := document.Child(name)
		if e == nil {
			continue
		}
		rule := ruleOf(e)
		if name == "Properties" {
			rule.Rules, rule.Text = nil, ""
			rule.Attributes = slices.DeleteFunc(rule.Attributes, func(a Attribute) bool { return !slices.Contains(coreProperties, a.Name) })
		}
		rule.write(&core)
	}
	for _, name := range []string{"Properties", "Files", "HandlerSpecificData"} {
		e := document.Child(name)
		if e == nil {
			continue
		}
		rule := ruleOf(e)
		if name == "Properties" {
			rule.Name = "ExtendedProperties"
			rule.Attributes = slices.DeleteFunc(rule.Attributes, func(a Attribute) bool { return slices.Contains(keptBack, a.Name) })
		}
		rule.write(&extended)
	}
	f.Core, f.Extended = core.String(), extended.String()
	if collection := document.Child("LocalizedPropertiesCollection"); collection != nil {
		for _, e := range collection.All("LocalizedProperties") {
			f.Localized[strings.ToLower(textOf(e, "Language"))] = fragmentOf(e)
		}
		for _, e := range collection.All("EulaFile") {
			language, _ := e.Attribute("Language")
			f.Eula[strings.ToLower(language)] = fragmentOf(e)
		}
	}
	return f
}

func fragmentOf(e *boundedxml.Element) string {
	var text strings.Builder
	ruleOf(e).write(&text)
	return text.String()
}

// ruleOf gives an element as a fragment spells it.
func ruleOf(e *boundedxml.Element) *Rule {
	r := &Rule{Name: prefixes[e.Name.Space] + e.Name.Local, Text: e.Text}
	for _, a := range e.Attr {
		name := a.Name.Local
		if a.Name.Space != "" && strings.HasSuffix(a.Name.Space, "/XMLSchema-instance") {
			name = "xsi:" + name
		}
		r.Attributes = append(r.Attributes, Attribute{name, a.Value})
	}
	for _, c := range e.Children {
		r.Rules = append(r.Rules, ruleOf(c))
	}
	return r
}

func (r *Rule) write(w *strings.Builder) {
	w.WriteString("<" + r.Name)
	for _, a := range r.Attributes {
		w.WriteString(" " + a.Name + `="` + boundedxml.EscapeAttribute(a.Value) + `"`)
	}
	if len(r.Rules) == 0 && r.Text == "" {
		w.WriteString(" />")
		return
	}
	w.WriteString(">" + boundedxml.Escape(r.Text))
	for _, child := range r.Rules {
		child.write(w)
	}
	w.WriteString("</" + r.Name + ">")
}

// String gives the rule as a fragment holds it.
func (r *Rule) String() string {
	var w strings.Builder
	r.write(&w)
	return w.String()
}
