package httpauth

import (
	"strings"
)

// readWords reads a list of ptokens (MS-PASS 2.2.1), of one that is too long its first
// maxElements.
func readWords(text string) []Param {
	var c Challenge
	_ = (&parser{in: text}).passport(&c) // which can only say that
	return c.Params
}

// passportWords reads the list in a field that begins with the scheme.
func passportWords(value string) []Param {
	scheme, text, _ := strings.Cut(strings.TrimSpace(value), " ")
	if SchemeOf(scheme) != Passport {
		return nil
	}
	return readWords(text)
}

// writeWords writes a list as readWords read it, but for blanks around it.
func writeWords(params []Param) string {
	var words []string
	for _, p := range params {
		if p.Name == "" {
			words = append(words, p.Value)
			continue
		}
		words = append(words, p.Name+"="+p.Value)
	}
	return strings.Join(words, ",")
}

func joinWords(lists ...string) string {
	var some []string
	for _, list := range lists {
		if list != "" {
			some = append(some, list)
		}
	}
	return strings.Join(some, ",")
}

// escapeWord escapes all but the unreserved characters of RFC 2396 2.3.
func escapeWord(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if c := s[i]; isAlnum(c) || strings.IndexByte("-_.!~*'()", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte("0123456789ABCDEF"[s[i]>>4])
		b.WriteByte("0123456789ABCDEF"[s[i]&15])
	}
	return b.String()
}
