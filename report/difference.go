package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/wualab/wualab/comparison"
)

// Comparison is how two cells' records differ.
type Comparison struct {
	Cell string `json:"cell,omitempty"` // "" when there is one on each side
	*comparison.Result
}

// kindWords are the differences in words; exchanges that one record has alone and those
// that moved have words of their own.
var kindWords = map[comparison.Kind]string{
	comparison.Range: "asked range", comparison.Status: "status", comparison.Request: "request", comparison.Answer: "answer", comparison.Body: "answer",
	comparison.Login: "login", comparison.Ending: "ending", comparison.Connections: "connection", comparison.Order: "order",
}

// DifferenceText tells differences: a paragraph for each exchange that has some.
func DifferenceText(c *Comparison, style Style) string {
	var out strings.Builder
	if c.Cell != "" {
		out.WriteString(style.paint(bold, c.Cell) + "\n")
	}
	for _, n := range c.Nodes {
		fmt.Fprintf(&out, "%s: %s in A, %d in B\n", visible(n.Name), count(n.A, "exchange"), n.B)
		last := ""
		for i := range c.Differences {
			if d := &c.Differences[i]; d.Node == n.Name {
				last = differenceText(&out, d, last, style)
			}
		}
	}
	for _, text := range c.Unseen {
		out.WriteString("not compared: " + visible(text) + "\n")
	}
	if !c.Bodies {
		out.WriteString("bodies are compared by length: one has no hashes\n")
	}
	return out.String()
}

// differenceText writes one, under the title of its exchange unless that is last.
func differenceText(out *strings.Builder, d *comparison.Difference, last string, style Style) string {
	switch d.Kind {
	case comparison.OnlyA:
		out.WriteString("  " + style.paint(red, fmt.Sprintf("- %s", visible(d.What))) + fmt.Sprintf("  only in A (exchange %d)\n", d.A))
		return ""
	case comparison.OnlyB:
		out.WriteString("  " + style.paint(green, fmt.Sprintf("+ %s", visible(d.What))) + fmt.Sprintf("  only in B (exchange %d)\n", d.B))
		return ""
	}
	title := fmt.Sprintf("  ~ %s  (%d in A, %d in B)\n", visible(d.What), d.A, d.B)
	if title != last {
		out.WriteString(style.paint(yellow, title))
	}
	words := kindWords[d.Kind]
	if d.Name != "" {
		words += " " + d.Name
	}
	fmt.Fprintf(out, "      %s: %s → %s\n", words, orNothing(d.From), orNothing(d.To))
	return title
}

func orNothing(s string) string {
	if s == "" {
		return "none"
	}
	return visible(s)
}

// WriteComparisons writes differences as JSON: one object with "same" and the
// comparisons.
func WriteComparisons(w io.Writer, list []*Comparison) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(struct {
		Same        bool          `json:"same"`
		Comparisons []*Comparison `json:"comparisons"`
	}{Differing(list) == 0, list})
}

// Differing counts the differences.
func Differing(list []*Comparison) (n int) {
	for _, c := range list {
		n += len(c.Differences)
	}
	return n
}

// CompareDocuments compares the cells of two documents: the one of each, or those of the
// same id. Cells whose record was not kept, and cells that one document has alone, are
// errors in words, in notes.
func CompareDocuments(a, b *Document, cell string, opt comparison.Options) (list []*Comparison, notes []string, err error) {
	cellsA, cellsB := a.Find(cell), b.Find(cell)
	if len(cellsA) == 1 && len(cellsB) == 1 {
		one, err := compareCells(cellsA[0], cellsB[0], opt)
		if err != nil {
			return nil, nil, err
		}
		one.Cell = ""
		return []*Comparison{one}, nil, nil
	}
	byID := map[string]*Cell{}
	for _, c := range cellsB {
		byID[c.ID] = c
	}
	for _, c := range cellsA {
		other := byID[c.ID]
		delete(byID, c.ID)
		if other == nil {
			notes = append(notes, c.ID+" is in A alone")
			continue
		}
		one, err := compareCells(c, other, opt)
		if err != nil {
			notes = append(notes, c.ID+": "+err.Error())
			continue
		}
		list = append(list, one)
	}
	for _, c := range cellsB {
		if byID[c.ID] != nil {
			notes = append(notes, c.ID+" is in B alone")
		}
	}
	return list, notes, nil
}

func compareCells(a, b *Cell, opt comparison.Options) (*Comparison, error) {
	for i, c := range []*Cell{a, b} {
		if c.Record == nil {
			return nil, fmt.Errorf("%s has no transcript; run with --keep to have it for cells that pass", []string{"A", "B"}[i])
		}
	}
	result, err := comparison.Compare(*a.Record, *b.Record, opt)
	if err != nil {
		return nil, err
	}
	return &Comparison{Cell: a.ID, Result: result}, nil
}
