package httpauth

import (
	"fmt"
	"strings"
)

// SyntaxError says where a challenge or credentials can't be read. It holds no part
// of the value but one byte.
type SyntaxError struct {
	Offset  int // in the field value, in bytes
	Problem string
}

// Error gives "at byte n: problem".
func (e *SyntaxError) Error() string { return fmt.Sprintf("at byte %d: %s", e.Offset, e.Problem) }

// maxElements are the schemes and parameters of one field, far above what anybody
// sends. Assumed: no document sets a bound.
const maxElements = 1024

// parser reads #challenge (RFC 9110 11.6.1). The list of challenges and the lists of
// parameters inside them share the comma: an element is a parameter of the challenge
// before it when a "=" follows its first token, and a new challenge when not.
type parser struct {
	in      string
	at      int
	count   int // of schemes and parameters
	list    []Challenge
	literal bool // a backslash escapes only itself and the quote
}

func parseList(value string) ([]Challenge, error) { return (&parser{in: value}).parse() }

func (p *parser) parse() ([]Challenge, error) {
	for {
		p.run(func(c byte) bool { return c == ',' || isSpace(c) })
		if p.done() {
			return p.list, nil
		}
		if err := p.element(); err != nil {
			return p.list, err
		}
		p.space()
		if !p.ends() {
			return p.list, p.fail("%s where a comma was due", p.what())
		}
	}
}

// element reads what stands between two commas of the outer list.
func (p *parser) element() error {
	if err := p.another(); err != nil {
		return err
	}
	start := p.at
	name := p.run(isTokenChar)
	if name == "" {
		return p.fail("%s where a scheme or parameter was due", p.what())
	}
	spaced := p.space()
	switch {
	case p.peek() == '=':
		p.at = start
		return p.following()
	case p.ends():
		p.list = append(p.list, Challenge{Scheme: name})
		return nil
	case !spaced:
		return p.fail("%s inside a scheme name", p.what())
	}
	c := Challenge{Scheme: name}
	read := p.first
	if SchemeOf(name) == Passport {
		read = p.passport
	}
	if err := read(&c); err != nil {
		return err
	}
	p.list = append(p.list, c)
	return nil
}

// another counts a scheme or parameter.
func (p *parser) another() error {
	if p.count++; p.count > maxElements {
		return p.fail("more than %d schemes and parameters", maxElements)
	}
	return nil
}

// passport reads the parameters of Passport1.4, which follow no rule but the comma
// (MS-PASS 2.2.1, ptoken); a word without a name before "=" is all value. The list ends where a word
// is a scheme's name.
func (p *parser) passport(c *Challenge) error {
	for {
		if err := p.another(); err != nil {
			return err
		}
		before := p.at
		p.run(func(b byte) bool { return b == ',' || isSpace(b) })
		text := strings.TrimRight(p.run(func(b byte) bool { return b != ',' }), " \t")
		word, rest, _ := strings.Cut(text, " ")
		switch name, value, ok := strings.Cut(text, "="); {
		case text == "":
			return nil
		case len(c.Params) > 0 && SchemeOf(word).Known() && !strings.HasPrefix(strings.TrimLeft(rest, " \t"), "="):
			p.at = before
			return nil
		case ok && name != "":
			c.Params = append(c.Params, Param{strings.TrimRight(name, " \t"), strings.TrimLeft(value, " \t")})
		default:
			c.Params = append(c.Params, Param{"", text})
		}
	}
}

// first reads what follows a scheme: token68 or a parameter.
func (p *parser) first(c *Challenge) error {
	start := p.at
	p.run(isToken68Char)
	if p.at > start {
		p.run(func(c byte) bool { return c == '=' })
	}
	end := p.at
	if p.space(); end > start && p.ends() {
		c.Token = p.in[start:end]
		return nil
	}
	p.at = start
	return p.param(c)
}

// following reads a parameter that belongs to the challenge before it.
func (p *parser) following() error {
	if len(p.list) == 0 {
		return p.fail("a parameter before any scheme")
	}
	last := &p.list[len(p.list)-1]
	if SchemeOf(last.Scheme) == Passport {
		return p.passport(last)
	}
	if last.Token != "" {
		return p.fail("a parameter behind a token")
	}
	return p.param(last)
}

func (p *parser) param(c *Challenge) error {
	name := p.run(isTokenChar)
	p.space()
	if name == "" || p.peek() != '=' {
		return p.fail("%s inside a token or parameter", p.what())
	}
	p.at++
	p.space()
	if p.peek() != '"' {
		value := p.run(func(c byte) bool { return c != ',' && c != '"' && !isSpace(c) })
		c.Params = append(c.Params, Param{name, value})
		return nil
	}
	value, err := p.quoted()
	if err != nil {
		return err
	}
	c.Params = append(c.Params, Param{name, value})
	return nil
}

// quoted reads a quoted-string (RFC 9110 5.6.4).
func (p *parser) quoted() (string, error) {
	start := p.at
	var s strings.Builder
	for p.at++; !p.done(); p.at++ {
		switch c := p.in[p.at]; c {
		case '"':
			p.at++
			return s.String(), nil
		case '\\':
			if p.at++; p.done() {
				continue
			}
			if next := p.in[p.at]; p.literal && next != '"' && next != '\\' {
				s.WriteByte('\\')
			}
			s.WriteByte(p.in[p.at])
		default:
			s.WriteByte(c)
		}
	}
	p.at = start
	return "", p.fail("a quoted string without its end")
}

func (p *parser) done() bool { return p.at >= len(p.in) }

// ends reports whether the element is over.
func (p *parser) ends() bool { return p.done() || p.in[p.at] == ',' }

// peek gives the next byte, or 0 at the end.
func (p *parser) peek() byte {
	if p.done() {
		return 0
	}
	return p.in[p.at]
}

func (p *parser) run(accept func(byte) bool) string {
	start := p.at
	for !p.done() && accept(p.in[p.at]) {
		p.at++
	}
	return p.in[start:p.at]
}

// space skips blanks and reports whether there were any.
func (p *parser) space() bool { return p.run(isSpace) != "" }

func (p *parser) what() string {
	if p.done() {
		return "the end"
	}
	return fmt.Sprintf("%q", p.in[p.at:p.at+1])
}

func (p *parser) fail(format string, args ...any) error {
	return &SyntaxError{p.at, fmt.Sprintf(format, args...)}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' }

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func isTokenChar(c byte) bool { return isAlnum(c) || strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0 }

func isToken68Char(c byte) bool { return isAlnum(c) || strings.IndexByte("-._~+/", c) >= 0 }
