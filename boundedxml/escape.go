package boundedxml

import "strings"

var textEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;")

// Escape makes a text fit to stand in an element; characters that XML 1.0 cannot hold
// become U+FFFD.
func Escape(text string) string { return textEscapes.Replace(strings.Map(held, text)) }

// EscapeAttribute makes a text fit to stand in an attribute in double quotes.
func EscapeAttribute(text string) string {
	return attributeEscapes.Replace(strings.Map(held, text))
}

var attributeEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\r", "&#xD;", "\n", "&#xA;", "\t", "&#x9;")

func held(r rune) rune {
	if r == '\t' || r == '\n' || r == '\r' || r >= ' ' && r != 0xFFFE && r != 0xFFFF {
		return r
	}
	return '\uFFFD'
}
