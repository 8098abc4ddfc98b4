package report

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Style says how text looks. The zero value is plain, 80 columns wide.
type Style struct {
	Color bool // with ANSI colours
	Width int  // columns; 0 is 80
}

// The colours of ANSI X3.64 (ISO 6429) that the console uses.
const (
	red    = "31"
	green  = "32"
	yellow = "33"
	cyan   = "36"
	bold   = "1"
	faint  = "2"
)

func (s Style) paint(color, text string) string {
	if !s.Color || text == "" {
		return text
	}
	return "\x1b[" + color + "m" + text + "\x1b[0m"
}

func (s Style) width() int {
	if s.Width > 0 {
		return s.Width
	}
	return 80
}

// wrap breaks text between words into lines of at most width columns; a longer
// word has a line of its own.
func wrap(text string, width int) []string {
	var lines []string
	line, used := "", 0
	for _, word := range strings.Fields(visible(text)) {
		n := utf8.RuneCountInString(word)
		switch {
		case used == 0:
			line, used = word, n
		case used+1+n <= width:
			line, used = line+" "+word, used+1+n
		default:
			lines = append(lines, line)
			line, used = word, n
		}
	}
	if used > 0 {
		lines = append(lines, line)
	}
	return lines
}

// pad fills text up to width columns.
func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text)))
}

// shorten cuts the middle out of a text that is longer than width columns.
func shorten(text string, width int) string {
	r := []rune(text)
	if len(r) <= width || width < 5 {
		return text
	}
	head := (width - 1) / 3
	return string(r[:head]) + "…" + string(r[len(r)-(width-1-head):])
}

// visible keeps control characters that came over the wire away from terminals
// and XML, but leaves line ends and tabs.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' || r == '\ufffe' || r == '\uffff' {
			return '·'
		}
		return r
	}, strings.ToValidUTF8(text, "·"))
}
