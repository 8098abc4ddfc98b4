package report

import (
	"regexp"
	"strings"
)

// labelWidth is the columns that labels have in a cell's text and in
// [FieldText], unless one is longer.
const labelWidth = 10

// Field is a label with a text that is wrapped beside it. A field without a
// label goes on with the one before.
type Field struct{ Label, Text string }

// bullet begins an item of a list, which hangs from it.
var bullet = regexp.MustCompile(`^(?:-|\d+\.) `)

// FieldText sets fields below each other, moved to the right by indent columns.
// Fields without a text are left out.
func FieldText(style Style, indent int, fields ...Field) string {
	width := labelWidth
	for _, f := range fields {
		width = max(width, len(f.Label)+2)
	}
	var out strings.Builder
	for _, f := range fields {
		label, hang := f.Label, ""
		mark := bullet.FindString(f.Text)
		for _, line := range wrap(f.Text, style.width()-indent-width-len(mark)) {
			out.WriteString(strings.Repeat(" ", indent) + style.paint(cyan, pad(label, width)) + hang + line + "\n")
			label, hang = "", strings.Repeat(" ", len(mark))
		}
	}
	return out.String()
}
