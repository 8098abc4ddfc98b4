package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/wualab/wualab/har"
)

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
