package boundedxml

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// Element is an element with all that is in it.
type Element struct {
	Name     xml.Name
	Attr     []xml.Attr // without the declarations of namespaces
	Children []*Element
	Text     string // all text that stands directly in it, white space around it removed
	Line     int    // of its start tag
	Column   int
}

// Attribute gives the value of an attribute without a namespace.
func (e *Element) Attribute(name string) (string, bool) {
	for _, a := range e.Attr {
		if a.Name.Space == "" && a.Name.Local == name {
			return a.Value, true
		}
	}
	return "", false
}

// Child gives the first child of that local name in any namespace, or nil.
func (e *Element) Child(local string) *Element {
	for _, c := range e.Children {
		if c.Name.Local == local {
			return c
		}
	}
	return nil
}

// All gives the children of that local name in any namespace.
func (e *Element) All(local string) (list []*Element) {
	for _, c := range e.Children {
		if c.Name.Local == local {
			list = append(list, c)
		}
	}
	return list
}

// Parse reads a document: one element.
func Parse(text []byte, limits Limits) (*Element, error) {
	list, r, err := elements(text, limits)
	if err != nil {
		return nil, err
	}
	if len(list) != 1 {
		return nil, r.Fail("a document has one element on the outside")
	}
	return list[0], nil
}

// ParseFragment reads any number of elements beside each other, as the metadata
// fragments of an update server are (MS-WUSP 3.1.1.1).
func ParseFragment(text []byte, limits Limits) ([]*Element, error) {
	list, _, err := elements(text, limits)
	return list, err
}

func elements(text []byte, limits Limits) ([]*Element, *Reader, error) {
	r, err := NewReader(text, limits)
	if err != nil {
		return nil, nil, err
	}
	root := &Element{}
	open := []*Element{root}
	texts := []*strings.Builder{nil}
	for {
		token, err := r.Token()
		if errors.Is(err, io.EOF) {
			return root.Children, r, nil
		}
		if err != nil {
			return nil, r, err
		}
		top := open[len(open)-1]
		switch t := token.(type) {
		case xml.StartElement:
			e := &Element{Name: t.Name, Attr: plain(t.Attr)}
			e.Line, e.Column = r.d.InputPos()
			top.Children = append(top.Children, e)
			open, texts = append(open, e), append(texts, new(strings.Builder))
		case xml.EndElement:
			top.Text = strings.TrimSpace(texts[len(texts)-1].String())
			open, texts = open[:len(open)-1], texts[:len(texts)-1]
		case xml.CharData:
			if top == root {
				if strings.TrimSpace(string(t)) != "" {
					return nil, r, r.Fail("text stands where an element should be")
				}
				continue
			}
			texts[len(texts)-1].Write(t)
		}
	}
}

func plain(list []xml.Attr) (attr []xml.Attr) {
	for _, a := range list {
		if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
			attr = append(attr, a)
		}
	}
	return attr
}
