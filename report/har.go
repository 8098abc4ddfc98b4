package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/wualab/wualab/har"
)

// ReadHAR reads a HAR as a document: one cell, or of a HAR that [WriteHAR] wrote the
// cells that it has. name stands in errors, and is the title.
func ReadHAR(r io.Reader, name string) (*Document, error) {
	archive, err := har.Read(r, name)
	if err != nil {
		return nil, err
	}
	opts := Options{Tool: archive.Creator, ShowSecrets: true}
	pages := archive.ByPage()
	if !strings.HasPrefix(archive.Creator, "wualab") || len(pages) < 2 {
		return RecordingDocument(archive.Record, name, 0, opts), nil
	}
	doc := NewBuilder(opts).Finish(0, "")
	for _, p := range pages {
		c := RecordingDocument(p.Record, name, 0, opts).Cells[0]
		c.ID, c.Scenario = p.ID, p.ID
		doc.Cells = append(doc.Cells, c)
	}
	doc.Summary.Cells = len(doc.Cells)
	return doc, nil
}

// WriteHAR writes the records of the document as a HAR 1.2: a page for each cell, with
// its exchanges as every side saw them, which "_node" and "_role" tell. Cells whose
// record was not kept are left out. It is as redacted as the document.
func WriteHAR(w io.Writer, d *Document) error {
	name, version, ok := strings.Cut(d.Tool, " ")
	if !ok {
		name, version = "wualab", "unknown"
	}
	var pages []har.Page
	for _, c := range d.Cells {
		if c.Record != nil {
			pages = append(pages, har.Page{ID: c.ID, Title: c.Title, Record: *c.Record})
		}
	}
	if err := har.Write(w, har.Creator{Name: name, Version: version}, pages...); err != nil {
		return fmt.Errorf("har report: %w", err)
	}
	return nil
}
