package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/wualab/wualab/internal/jsonplace"
)

// WriteJSON writes the document as the JSON report: one object with the fields
// of [Document], indented. The same document gives the same bytes.
func WriteJSON(w io.Writer, d *Document) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(d); err != nil {
		return fmt.Errorf("json report: %w", err)
	}
	return nil
}

// ReadJSON reads what [WriteJSON] writes. name stands in errors. A report of
// another version, and JSON that is no report, are errors.
func ReadJSON(r io.Reader, name string) (*Document, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	var head struct {
		Version int               `json:"version"`
		Cells   []json.RawMessage `json:"cells"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, fmt.Errorf("%s is no JSON report of wualab: %s", name, jsonplace.Words(data, err))
	}
	switch {
	case head.Version == 0 || head.Cells == nil:
		return nil, fmt.Errorf("%s is no JSON report of wualab: it has no version or no cells", name)
	case head.Version != Version:
		return nil, fmt.Errorf("%s is a report of version %d, this program reads %d", name, head.Version, Version)
	}
	var d Document
	if err := json.Unmarshal(data, &d); err != nil {
		return nil, fmt.Errorf("%s: %s", name, jsonplace.Words(data, err))
	}
	return &d, d.check(name)
}

// check refuses nulls, which the other functions of the package could not work
// with.
func (d *Document) check(name string) error {
	for i, c := range d.Cells {
		if c == nil {
			return fmt.Errorf("%s: cell %d is null", name, i+1)
		}
		if c.Record == nil {
			continue
		}
		for _, x := range c.Record.Exchanges() {
			if slices.Contains(x.Decisions, nil) {
				return fmt.Errorf("%s: a decision of exchange %d of cell %d is null", name, x.Seq, i+1)
			}
		}
	}
	return nil
}

// Find gives the cells whose id is id, or all when id is empty.
func (d *Document) Find(id string) []*Cell {
	if id == "" {
		return d.Cells
	}
	var list []*Cell
	for _, c := range d.Cells {
		if c.ID == id || c.Scenario == id {
			list = append(list, c)
		}
	}
	return list
}
