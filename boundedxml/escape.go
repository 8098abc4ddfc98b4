package boundedxml

import (
	"strings"
	"unicode/utf8"
)

// escapes are what stands for the bytes that cannot stand for themselves; "" is for those
// that can. Beyond ASCII all bytes are "", and runes are looked at one by one.
type escapes [utf8.RuneSelf]string

// inText and inAttribute follow XML 1.0 2.2, 2.4 and 3.3.3: characters that it cannot hold
// become U+FFFD, and white space that a reader would change is written by number.
var (
	inText      = newEscapes(map[byte]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '\r': "&#xD;", '\n': "", '\t': ""})
	inAttribute = newEscapes(map[byte]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&quot;", '\r': "&#xD;", '\n': "&#xA;", '\t': "&#x9;"})
)

const replacement = "\uFFFD"

func newEscapes(of map[byte]string) (e escapes) {
	for b := range byte(' ') {
		e[b] = replacement
	}
	for b, text := range of {
		e[b] = text
	}
	return e
}

// Escape makes a text fit to stand in an element; characters that XML 1.0 cannot hold
// become U+FFFD.
func Escape(text string) string { return inText.escape(text) }

// EscapeAttribute makes a text fit to stand in an attribute in double quotes.
func EscapeAttribute(text string) string { return inAttribute.escape(text) }

// escape copies runs that need nothing as a whole.
func (e *escapes) escape(text string) string {
	var w strings.Builder
	from := 0
	for i := 0; i < len(text); {
		instead, size := e.at(text[i:])
		if instead != "" {
			if from == 0 {
				w.Grow(len(text) + len(text)/4)
			}
			w.WriteString(text[from:i])
			w.WriteString(instead)
			from = i + size
		}
		i += size
	}
	if from == 0 {
		return text
	}
	w.WriteString(text[from:])
	return w.String()
}

// at gives what stands for the first character of a text, "" for itself, and its length.
func (e *escapes) at(text string) (instead string, size int) {
	if b := text[0]; b < utf8.RuneSelf {
		return e[b], 1
	}
	r, size := utf8.DecodeRuneInString(text)
	if r == utf8.RuneError && size == 1 || r == 0xFFFE || r == 0xFFFF {
		return replacement, size
	}
	return "", size
}
