package criteria

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/wualab/wualab/spelling"
)

// Parse reads criteria. The grammar joins conditions by and, and groups of them by or, on
// the outermost level alone: "(a=1 and b=1) or (c=1)". A text with nothing in it is
// [Default].
func Parse(text string) (*Criteria, error) {
	if strings.TrimSpace(text) == "" {
		text = Default
	}
	p := &parser{text: text}
	if err := p.scan(); err != nil {
		return nil, err
	}
	c := &Criteria{}
	for {
		group, err := p.group()
		if err != nil {
			return nil, err
		}
		c.groups = append(c.groups, group)
		if p.peek().kind == tokenEnd {
			return c, nil
		}
		if !p.word("or") {
			return nil, p.fail("want and, or, or the end, not %s; or stands on the outermost level alone", p.peek())
		}
	}
}

type tokenKind int

const (
	tokenEnd tokenKind = iota
	tokenName
	tokenString
	tokenNumber
	tokenSign // = != ( )
)

type token struct {
	kind tokenKind
	text string
	at   int // in bytes
}

func (t token) String() string {
	if t.kind == tokenEnd {
		return "the end"
	}
	return strconv.Quote(t.text)
}

type parser struct {
	text   string
	tokens []token
	at     int
}

var pattern = regexp.MustCompile(`^(?:(\s+)|([A-Za-z]+)|('(?:[^']|'')*')|(\d+)|(!=|=|\(|\)))`)

func (p *parser) scan() error {
	for at := 0; at < len(p.text); {
		m := pattern.FindStringSubmatch(p.text[at:])
		if m == nil {
			what := "a character that does not belong here"
			if p.text[at] == '\'' {
				what = "a string without its closing quote"
			}
			return p.failAt(at, "%s", what)
		}
		for kind := tokenName; kind <= tokenSign; kind++ {
			if m[kind+1] != "" {
				p.tokens = append(p.tokens, token{kind, m[0], at})
			}
		}
		at += len(m[0])
	}
	p.tokens = append(p.tokens, token{kind: tokenEnd, at: len(p.text)})
	return nil
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != tokenEnd {
		p.at++
	}
	return t
}

// word takes a word without regard to case.
func (p *parser) word(word string) bool {
	if t := p.peek(); t.kind == tokenName && strings.EqualFold(t.text, word) {
		p.at++
		return true
	}
	return false
}

func (p *parser) sign(sign string) bool {
	if t := p.peek(); t.kind == tokenSign && t.text == sign {
		p.at++
		return true
	}
	return false
}

func (p *parser) fail(format string, args ...any) error {
	return p.failAt(p.peek().at, format, args...)
}

func (p *parser) failAt(at int, format string, args ...any) error {
	return &Error{Column: utf8.RuneCountInString(p.text[:at]) + 1, What: fmt.Sprintf(format, args...)}
}

// group is conditions joined by and, in parentheses or not.
func (p *parser) group() ([]condition, error) {
	open := p.sign("(")
	var list []condition
	for {
		one, err := p.condition()
		if err != nil {
			return nil, err
		}
		list = append(list, one)
		if p.word("and") {
			continue
		}
		if open && !p.sign(")") {
			return nil, p.fail("want and or ), not %s; or stands on the outermost level alone", p.peek())
		}
		return list, nil
	}
}

func (p *parser) condition() (condition, error) {
	t := p.peek()
	if t.kind != tokenName {
		return condition{}, p.fail("want a name such as IsInstalled, not %s", t)
	}
	k := kindOf(t.text)
	if k == nil {
		hint := ""
		if near, ok := spelling.Nearest(t.text, names()); ok {
			hint = "; there is " + near
		}
		return condition{}, p.fail("there is no criterion %s%s", t.text, hint)
	}
	p.next()
	c := condition{kind: k}
	if err := p.operator(&c); err != nil {
		return c, err
	}
	return c, p.value(&c)
}

func names() (list []string) {
	for _, k := range kinds {
		list = append(list, k.name)
	}
	return list
}

func (p *parser) operator(c *condition) error {
	switch {
	case c.kind.contains:
		if !p.word("contains") {
			return p.fail("%s takes the operator contains, not %s", c.kind.name, p.peek())
		}
	case p.sign("="):
	case c.kind.unequal && p.sign("!="):
		c.not = true
	case c.kind.unequal:
		return p.fail("%s takes the operators = and !=, not %s", c.kind.name, p.peek())
	default:
		return p.fail("%s takes the operator =, not %s", c.kind.name, p.peek())
	}
	return nil
}

var guidForm = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

func (p *parser) value(c *condition) error {
	t := p.peek()
	text := strings.ReplaceAll(strings.Trim(t.text, "'"), "''", "'")
	switch c.kind.value {
	case flag:
		if t.kind != tokenNumber || t.text != "0" && t.text != "1" {
			return p.fail("%s takes 0 or 1, not %s", c.kind.name, t)
		}
		c.flag = t.text == "1"
	case number:
		n, err := strconv.ParseInt(t.text, 10, 32)
		if t.kind != tokenNumber || err != nil {
			return p.fail("%s takes a number, not %s", c.kind.name, t)
		}
		c.n = int(n)
	case word:
		for _, w := range c.kind.words {
			if t.kind == tokenString && strings.EqualFold(text, w) {
				c.text = w
			}
		}
		if c.text == "" {
			return p.fail("%s takes '%s', not %s", c.kind.name, strings.Join(c.kind.words, "' or '"), t)
		}
	case guid:
		c.text = strings.ToLower(text)
		if t.kind != tokenString || !guidForm.MatchString(c.text) {
			return p.fail("%s takes a GUID in quotes, not %s", c.kind.name, t)
		}
	}
	p.next()
	return nil
}
