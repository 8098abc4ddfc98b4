package wuv4

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/wualab/wualab/boundedxml"
	"github.com/wualab/wualab/metadata"
)

// Facts are what a client tells a server of the PC when it asks for the catalogue.
// Invented.
type Facts struct {
	Client   string // its version
	System   string // "5.1.2600.1": version of Windows, build, service pack
	Platform string // "x86"
	Locale   string // "en"
}

// Item is an approved update in the catalogue. Invented, as is the form of it: what a
// client needs stands there as in the fragments of later servers.
type Item struct {
	ID       string // "com_microsoft.842773"
	Title    string
	Core     *metadata.Core
	Extended *metadata.Extended
	URLs     map[string]string // of files, by SHA-1 digest

	CoreXML, ExtendedXML string // the fragments, as they are sent
}

// limits of a catalogue and of a request for it.
var limits = boundedxml.Limits{Size: 4 << 20, Depth: 8}

// Write gives the request.
func (f Facts) Write() []byte {
	return []byte(fmt.Sprintf(`<?xml version="1.0" encoding="utf-8"?><CatalogueRequest inventedBy="wualab" client="%s" system="%s" platform="%s" locale="%s" />`,
		boundedxml.EscapeAttribute(f.Client), boundedxml.EscapeAttribute(f.System), boundedxml.EscapeAttribute(f.Platform), boundedxml.EscapeAttribute(f.Locale)))
}

// ReadFacts reads a request.
func ReadFacts(body []byte) (Facts, error) {
	root, err := boundedxml.Parse(body, limits)
	if err != nil {
		return Facts{}, err
	}
	if root.Name.Local != "CatalogueRequest" {
		return Facts{}, fmt.Errorf("%d:%d: want CatalogueRequest, not %s", root.Line, root.Column, root.Name.Local)
	}
	var f Facts
	for name, to := range map[string]*string{"client": &f.Client, "system": &f.System, "platform": &f.Platform, "locale": &f.Locale} {
		*to, _ = root.Attribute(name)
	}
	return f, nil
}

// WriteCatalogue gives the answer with the approved updates.
func WriteCatalogue(items []Item) []byte {
	var w strings.Builder
	w.WriteString(`<?xml version="1.0" encoding="utf-8"?><Catalogue inventedBy="wualab">`)
	for _, item := range items {
		fmt.Fprintf(&w, `<Item id="%s"><Title>%s</Title><Core>%s</Core><Extended>%s</Extended>`, boundedxml.EscapeAttribute(item.ID),
			boundedxml.Escape(item.Title), boundedxml.Escape(item.CoreXML), boundedxml.Escape(item.ExtendedXML))
		for _, f := range item.Extended.Files {
			fmt.Fprintf(&w, `<File digest="%s" url="%s" />`, base64.StdEncoding.EncodeToString(f.Digest), boundedxml.EscapeAttribute(item.URLs[string(f.Digest)]))
		}
		w.WriteString(`</Item>`)
	}
	w.WriteString(`</Catalogue>`)
	return []byte(w.String())
}

// ReadCatalogue reads the answer. Errors name the item.
func ReadCatalogue(body []byte) ([]Item, error) {
	root, err := boundedxml.Parse(body, limits)
	if err != nil {
		return nil, err
	}
	if root.Name.Local != "Catalogue" {
		return nil, fmt.Errorf("%d:%d: want Catalogue, not %s", root.Line, root.Column, root.Name.Local)
	}
	var items []Item
	for _, e := range root.All("Item") {
		item, err := itemOf(e)
		if err != nil {
			return nil, fmt.Errorf("%d:%d: item %q: %w", e.Line, e.Column, item.ID, err)
		}
		items = append(items, item)
	}
	return items, nil
}

func itemOf(e *boundedxml.Element) (item Item, err error) {
	item.ID, _ = e.Attribute("id")
	for name, to := range map[string]*string{"Title": &item.Title, "Core": &item.CoreXML, "Extended": &item.ExtendedXML} {
		if child := e.Child(name); child != nil {
			*to = child.Text
		}
	}
	if item.ID == "" {
		return item, fmt.Errorf("it has no id")
	}
	if item.Core, err = metadata.ParseCore(item.CoreXML); err != nil {
		return item, fmt.Errorf("its Core: %w", err)
	}
	extended, ok, err := metadata.ParseExtended(item.ExtendedXML)
	if err != nil || !ok {
		return item, fmt.Errorf("its Extended: %w", orMissing(err))
	}
	item.Extended, item.URLs = extended, map[string]string{}
	for _, f := range e.All("File") {
		text, _ := f.Attribute("digest")
		digest, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return item, fmt.Errorf("%d:%d: the digest %q is not base64", f.Line, f.Column, text)
		}
		item.URLs[string(digest)], _ = f.Attribute("url")
	}
	return item, nil
}

func orMissing(err error) error {
	if err == nil {
		return fmt.Errorf("it is not there")
	}
	return err
}
