package behaviour

import (
	"fmt"
	"regexp"
	"strings"
)

// Pattern is what a text of a request must be like. At most one of Absent, Present
// and Regexp is set; without them Text is compared exactly, or where it has a star,
// as a glob. The zero value matches the empty text.
type Pattern struct {
	Text            string
	Absent, Present bool
	Regexp          *regexp.Regexp
}

// ParsePattern reads absent, present, "/regular expression/" (RE2, anywhere in the
// text) or a text, in which * stands for any characters.
func ParsePattern(s string) (Pattern, error) {
	switch {
	case s == "":
		return Pattern{}, fmt.Errorf("the pattern is empty: write a text, /regular expression/, present or absent")
	case s == "absent":
		return Pattern{Absent: true}, nil
	case s == "present":
		return Pattern{Present: true}, nil
	case len(s) > 2 && s[0] == '/' && s[len(s)-1] == '/':
		re, err := regexp.Compile(s[1 : len(s)-1])
		if err != nil {
			return Pattern{}, fmt.Errorf("%s: write Go's syntax (RE2)", err.Error())
		}
		return Pattern{Text: s, Regexp: re}, nil
	}
	return Pattern{Text: s}, nil
}

// Matches reports whether one of the values is as the pattern says; no values are an
// absent text.
func (p Pattern) Matches(values ...string) bool {
	if p.Absent || p.Present {
		return p.Present == (len(values) > 0)
	}
	for _, v := range values {
		if p.Regexp != nil && p.Regexp.MatchString(v) || p.Regexp == nil && glob(p.Text, v) {
			return true
		}
	}
	return false
}

// fold makes a pattern for texts that are compared without regard to case, which must
// be in lower case then.
func (p Pattern) fold() Pattern {
	if p.Regexp == nil {
		p.Text = strings.ToLower(p.Text)
	}
	return p
}

func parseMatch(v any) (any, error) {
	word, err := parseWord(v)
	if err != nil {
		return nil, err
	}
	return ParsePattern(word.(string))
}

// glob reports whether s is like pattern, in which * stands for any characters.
func glob(pattern, s string) bool {
	head, rest, star := strings.Cut(pattern, "*")
	if !star {
		return s == pattern
	}
	s, ok := strings.CutPrefix(s, head)
	if !ok {
		return false
	}
	for {
		piece, after, more := strings.Cut(rest, "*")
		if !more {
			return strings.HasSuffix(s, piece)
		}
		i := strings.Index(s, piece)
		if i < 0 {
			return false
		}
		s, rest = s[i+len(piece):], after
	}
}

// MatchPath reports whether path matches pattern: one that ends in "/" is a prefix, a
// star stands for any characters, any other must be equal.
func MatchPath(pattern, path string) bool {
	return glob(pattern, path) || strings.HasSuffix(pattern, "/") && glob(pattern+"*", path)
}
