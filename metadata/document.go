package metadata

import (
	"encoding/base64"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/wualab/wualab/wusp"
)

// Document writes the update as a whole document, which [ParseUpdate] reads again. It
// is what a catalogue holds for an update that was not written as XML.
func (u *Update) Document() []byte {
	root := node("Update", "xmlns", updateNamespace, "xmlns:b", baseRules, "xmlns:lar", logicalRules, "xmlns:m", msiRules, "xmlns:d", driverRules)
	root.Rules = append(root.Rules, identityNode(u.Identity, true), u.properties())
	if len(u.Localized)+len(u.Eulas) > 0 {
		collection := node("LocalizedPropertiesCollection")
		for _, l := range u.Localized {
			collection.Rules = append(collection.Rules, localizedNode(l))
		}
		for _, e := range u.Eulas {
			n := fileNode(e.File)
			n.Name = "EulaFile"
			n.Attributes = append(n.Attributes, Attribute{"Language", e.Language})
			collection.Rules = append(collection.Rules, n)
		}
		root.Rules = append(root.Rules, collection)
	}
	if r := u.relationships(); r != nil {
		root.Rules = append(root.Rules, r)
	}
	if r := u.applicability(); r != nil {
		root.Rules = append(root.Rules, r)
	}
	if len(u.Files) > 0 {
		files := node("Files")
		for _, f := range u.Files {
			files.Rules = append(files.Rules, fileNode(f))
		}
		root.Rules = append(root.Rules, files)
	}
	if u.HandlerSpecificData != nil {
		root.Rules = append(root.Rules, u.HandlerSpecificData)
	}
	return []byte(`<?xml version="1.0" encoding="utf-8"?>` + root.String())
}

// node makes an element; pairs are attributes, and those with an empty value are left
// out.
func node(name string, pairs ...string) *Rule {
	r := &Rule{Name: name}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			r.Attributes = append(r.Attributes, Attribute{pairs[i], pairs[i+1]})
		}
	}
	return r
}

func textNode(name, text string) *Rule { return &Rule{Name: name, Text: text} }

func yes(b bool) string {
	if b {
		return "true"
	}
	return ""
}

func count(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func identityNode(id wusp.UpdateIdentity, revision bool) *Rule {
	n := node("UpdateIdentity", "UpdateID", string(id.UpdateID))
	if revision || id.RevisionNumber > 0 {
		n.Attributes = append(n.Attributes, Attribute{"RevisionNumber", strconv.Itoa(id.RevisionNumber)})
	}
	return n
}

func (u *Update) properties() *Rule {
	n := node("Properties", "DefaultPropertiesLanguage", u.DefaultPropertiesLang, "UpdateType", string(u.Type), "ExplicitlyDeployable", yes(u.ExplicitlyDeployable),
		"AutoSelectOnWebSites", yes(u.AutoSelectOnWebSites), "OSUpgrade", u.OSUpgrade, "EulaID", string(u.EulaID), "MsrcSeverity", u.MsrcSeverity,
		"MaxDownloadSize", count(u.MaxDownloadSize), "MinDownloadSize", count(u.MinDownloadSize), "Handler", u.Handler)
	if u.InstallationBehavior != nil {
		n.Rules = append(n.Rules, behaviorNode("InstallationBehavior", u.InstallationBehavior))
	}
	if u.UninstallBehavior != nil {
		n.Rules = append(n.Rules, behaviorNode("UninstallationBehavior", u.UninstallBehavior))
	}
	for _, id := range u.KBArticleIDs {
		n.Rules = append(n.Rules, textNode("KBArticleID", id))
	}
	for _, id := range u.SecurityBulletinIDs {
		n.Rules = append(n.Rules, textNode("SecurityBulletinID", id))
	}
	if u.Extended.SupportURL != "" {
		n.Rules = append(n.Rules, textNode("SupportUrl", u.Extended.SupportURL))
	}
	return n
}

func behaviorNode(name string, b *Behavior) *Rule {
	return node(name, "RebootBehavior", b.RebootBehavior, "CanRequestUserInput", yes(b.CanRequestUserInput),
		"RequiresNetworkConnectivity", yes(b.RequiresNetworkConnectivity), "Impact", b.Impact)
}

func localizedNode(l Localized) *Rule {
	n := node("LocalizedProperties")
	n.Rules = append(n.Rules, textNode("Language", l.Language), textNode("Title", l.Title))
	if l.Description != "" {
		n.Rules = append(n.Rules, textNode("Description", l.Description))
	}
	for _, url := range l.MoreInfoURL {
		n.Rules = append(n.Rules, textNode("MoreInfoUrl", url))
	}
	if l.SupportURL != "" {
		n.Rules = append(n.Rules, textNode("SupportUrl", l.SupportURL))
	}
	return n
}

func (u *Update) relationships() *Rule {
	n := node("Relationships")
	if len(u.Prerequisites) > 0 {
		n.Rules = append(n.Rules, clausesNode("Prerequisites", u.Prerequisites, false))
	}
	if len(u.Bundled) > 0 {
		n.Rules = append(n.Rules, clausesNode("BundledUpdates", u.Bundled, true))
	}
	if len(u.Superseded) > 0 {
		superseded := node("SupersededUpdates")
		for _, id := range u.Superseded {
			superseded.Rules = append(superseded.Rules, node("UpdateIdentity", "UpdateID", string(id)))
		}
		n.Rules = append(n.Rules, superseded)
	}
	if len(n.Rules) == 0 {
		return nil
	}
	return n
}

// clausesNode writes a clause with one member as AtLeastOne where the schema has
// nothing else, or where it says that it is a category.
func clausesNode(name string, clauses []Clause, revisions bool) *Rule {
	n := node(name)
	for _, c := range clauses {
		if len(c.AnyOf) == 1 && !revisions && !c.IsCategory {
			n.Rules = append(n.Rules, identityNode(c.AnyOf[0], false))
			continue
		}
		one := node("AtLeastOne", "IsCategory", yes(c.IsCategory))
		for _, id := range c.AnyOf {
			one.Rules = append(one.Rules, identityNode(id, revisions))
		}
		n.Rules = append(n.Rules, one)
	}
	return n
}

func (u *Update) applicability() *Rule {
	n := node("ApplicabilityRules")
	for _, one := range []struct {
		name string
		rule *Rule
	}{{"IsInstalled", u.IsInstalled}, {"IsInstallable", u.IsInstallable}, {"IsSuperseded", u.IsSuperseded}} {
		if one.rule != nil {
			n.Rules = append(n.Rules, &Rule{Name: one.name, Rules: []*Rule{one.rule.inDocument()}})
		}
	}
	if len(u.Metadata) > 0 {
		list := &Rule{Name: "Metadata"}
		for _, r := range u.Metadata {
			list.Rules = append(list.Rules, r.inDocument())
		}
		n.Rules = append(n.Rules, list)
	}
	if len(n.Rules) == 0 {
		return nil
	}
	return n
}

// logical are the rules that join others; in a document they have a namespace.
var logical = []string{"And", "Or", "Not", "True", "False"}

// inDocument spells a rule, and those in it, as a document does: "b:FileVersion" for
// "b.FileVersion", "lar:And" for "And".
func (r *Rule) inDocument() *Rule {
	out := &Rule{Name: r.Name, Attributes: r.Attributes, Text: r.Text}
	if slices.Contains(logical, r.Name) {
		out.Name = "lar:" + r.Name
	}
	for _, prefix := range slices.Sorted(maps.Values(prefixes)) {
		if local, ok := strings.CutPrefix(r.Name, prefix); ok {
			out.Name = strings.TrimSuffix(prefix, ".") + ":" + local
		}
	}
	for _, child := range r.Rules {
		out.Rules = append(out.Rules, child.inDocument())
	}
	return out
}

func fileNode(f File) *Rule {
	n := node("File", "Digest", base64.StdEncoding.EncodeToString(f.Digest), "DigestAlgorithm", f.DigestAlgorithm, "FileName", f.Name,
		"Size", strconv.FormatInt(f.Size, 10))
	if !f.Modified.IsZero() {
		n.Attributes = append(n.Attributes, Attribute{"Modified", f.Modified.String()})
	}
	n.Attributes = append(n.Attributes, node("", "PatchingType", f.PatchingType).Attributes...)
	for _, algorithm := range slices.Sorted(maps.Keys(f.Additional)) {
		n.Rules = append(n.Rules, &Rule{Name: "AdditionalDigest", Attributes: []Attribute{{"Algorithm", algorithm}},
			Text: base64.StdEncoding.EncodeToString(f.Additional[algorithm])})
	}
	return n
}
