package machine

import (
	"fmt"
	"strconv"
	"strings"
)

// regParser walks over the text of a .reg file; pos is a byte offset.
type regParser struct {
	text string
	pos  int
	file *RegFile

	counted int // text[:counted] holds lines newlines, to number lines without recounting
	lines   int
}

func (p *regParser) parse() error {
	if err := p.header(); err != nil {
		return err
	}
	for {
		p.skip(" \t\r\n")
		switch p.peek() {
		case end:
			return nil
		case ';':
			p.takeLine()
		case '[':
			if err := p.key(); err != nil {
				return err
			}
		case '"', '@':
			if err := p.value(); err != nil {
				return err
			}
		default:
			return p.errorAt(p.pos, "expected a [key], a \"name\"=value or a ;comment",
				"names of values stand in quotes; a long hex list goes on only after a backslash at the line's end")
		}
	}
}

func (p *regParser) header() error {
	switch line := strings.TrimRight(p.takeLine(), " \t"); line {
	case RegVersion5.String():
		p.file.Format = RegVersion5
	case RegEdit4.String():
		p.file.Format = RegEdit4
	default:
		return p.errorAt(0, "this is not a .reg file",
			fmt.Sprintf("the first line must be %q or %q", RegVersion5, RegEdit4))
	}
	return nil
}

// key takes all up to the last "]" of the line, since names may hold brackets.
func (p *regParser) key() error {
	start, line := p.pos, p.line()
	text := p.takeLine()
	last := strings.LastIndexByte(text, ']')
	if last < 0 {
		return p.errorAt(start, "the key is not closed", `end it with "]"`)
	}
	path, isDelete := strings.CutPrefix(text[1:last], "-")
	k := RegFileKey{Path: path, Delete: isDelete, Line: line}
	if _, err := k.check(); err != nil {
		return p.errorAt(start+1, err.Error(), "")
	}
	if rest := strings.TrimLeft(text[last+1:], " \t"); rest != "" && rest[0] != ';' {
		return p.errorAt(start+last+1, "unexpected text after the key", "a comment begins with ;")
	}
	p.file.Keys = append(p.file.Keys, k)
	return nil
}

func (p *regParser) value() error {
	start := p.pos
	v := RegFileValue{Line: p.line()}
	if p.peek() == '@' {
		p.pos++
	} else {
		name, err := p.quoted()
		if err != nil {
			return err
		}
		v.Name = name
	}
	if err := checkValueName(v.Name); err != nil {
		return p.errorAt(start, err.Error(), "")
	}
	if err := p.underKey(start); err != nil {
		return err
	}
	p.skip(" \t")
	if p.peek() != '=' {
		return p.errorAt(p.pos, `expected "=" after the value's name`, "")
	}
	p.pos++
	if err := p.data(&v); err != nil {
		return err
	}
	k := &p.file.Keys[len(p.file.Keys)-1]
	k.Values = append(k.Values, v)
	return p.endOfLine()
}

func (p *regParser) underKey(start int) error {
	switch n := len(p.file.Keys); {
	case n == 0:
		return p.errorAt(start, "a value before the first [key]", "")
	case p.file.Keys[n-1].Delete:
		return p.errorAt(start, "a value below a deleted key", "name the key again, without the -, to write to it")
	}
	return nil
}

func (p *regParser) data(v *RegFileValue) (err error) {
	p.skip(" \t")
	start := p.pos
	switch p.peek() {
	case '-':
		p.pos++
		v.Delete = true
		return nil
	case '"':
		var text string
		text, err = p.quoted()
		v.Value = SZ(text)
		return err
	}
	switch word := strings.ToLower(p.takeWord()); {
	case word == "dword" && p.take(':'):
		v.Value, err = p.dword()
	case word == "hex":
		v.Value, err = p.hex()
	default:
		err = p.errorAt(start, "expected the value's data", `write "text", dword:, hex:, hex(n): or -`)
	}
	return err
}

func (p *regParser) dword() (Value, error) {
	p.skip(" \t")
	start := p.pos
	digits := p.takeWord()
	n, err := strconv.ParseUint(digits, 16, 32)
	if err != nil {
		return Value{}, p.errorAt(start, fmt.Sprintf("%q is not a dword", digits), "one to eight hexadecimal digits, without 0x")
	}
	return DWORD(uint32(n)), nil
}

// hex reads "(n):" or ":" and the list of bytes.
func (p *regParser) hex() (Value, error) {
	t := RegBinary
	if p.take('(') {
		start := p.pos
		digits := p.takeWord()
		n, err := strconv.ParseUint(digits, 16, 32)
		if err != nil || !p.take(')') {
			return Value{}, p.errorAt(start, "bad type in hex(n)", "n is the type's number in hexadecimal digits")
		}
		t = ValueType(n)
	}
	if !p.take(':') {
		return Value{}, p.errorAt(p.pos, `expected ":" after hex`, "")
	}
	data, err := p.byteList()
	if err != nil {
		return Value{}, err
	}
	if p.file.Format == RegEdit4 && isText(t) {
		data = ansiToStored(data)
	}
	return RawValue(t, data), nil
}

func (p *regParser) byteList() ([]byte, error) {
	var data []byte
	for {
		if err := p.continuation(); err != nil {
			return nil, err
		}
		if len(data) == 0 && p.atLineEnd() {
			return nil, nil
		}
		start := p.pos
		digits := p.takeWord()
		n, err := strconv.ParseUint(digits, 16, 8)
		if err != nil || len(digits) > 2 {
			return nil, p.errorAt(start, fmt.Sprintf("%q is not a byte", digits),
				"two hexadecimal digits, commas between bytes, a backslash at the end of a line that goes on")
		}
		data = append(data, byte(n))
		p.skip(" \t")
		if !p.take(',') {
			return data, nil
		}
	}
}

// continuation skips blanks and, after a backslash, the end of the line.
func (p *regParser) continuation() error {
	for p.skip(" \t"); p.peek() == '\\'; p.skip(" \t") {
		start := p.pos
		p.pos++
		p.skip(" \t\r")
		if !p.take('\n') {
			return p.errorAt(start, "a backslash inside a list of bytes", "it stands at the end of a line that goes on in the next")
		}
	}
	return nil
}

// quoted reads a string; it may run over several lines, as regedit writes text
// with line ends.
func (p *regParser) quoted() (string, error) {
	start := p.pos
	var b strings.Builder
	for p.pos++; p.pos < len(p.text); p.pos++ {
		c := p.text[p.pos]
		switch {
		case c == '"':
			p.pos++
			return b.String(), nil
		case c == 0:
			return "", p.errorAt(p.pos, "a zero character inside quotes", "write such a value as hex(1)")
		case c == '\\':
			p.pos++
			if p.pos >= len(p.text) || !strings.ContainsRune(`\"`, rune(p.text[p.pos])) {
				return "", p.errorAt(p.pos-1, `a single "\" inside quotes`, `write "\\" for a backslash and "\"" for a quote`)
			}
			c = p.text[p.pos]
		}
		b.WriteByte(c)
	}
	return "", p.errorAt(start, "the quoted text is not closed", `end it with "`)
}

func (p *regParser) endOfLine() error {
	p.skip(" \t\r")
	if !p.atLineEnd() {
		return p.errorAt(p.pos, "unexpected text after the value", `a quote inside text is written \", a comment begins with ;`)
	}
	p.takeLine()
	return nil
}

const end = 0xFF // a byte that no UTF-8 text holds

func (p *regParser) peek() byte {
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return end
}

func (p *regParser) take(c byte) bool {
	if p.peek() != c {
		return false
	}
	p.pos++
	return true
}

func (p *regParser) skip(set string) {
	p.pos = len(p.text) - len(strings.TrimLeft(p.text[p.pos:], set))
}

func (p *regParser) atLineEnd() bool { return strings.IndexByte("\r\n;\xFF", p.peek()) >= 0 }

// takeWord takes letters and digits.
func (p *regParser) takeWord() string {
	start := p.pos
	for c := p.peek(); c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'; c = p.peek() {
		p.pos++
	}
	return p.text[start:p.pos]
}

// takeLine takes the rest of the line with its end and gives it without.
func (p *regParser) takeLine() string {
	line, _, _ := strings.Cut(p.text[p.pos:], "\n")
	p.pos = min(p.pos+len(line)+1, len(p.text))
	return strings.TrimSuffix(line, "\r")
}

func (p *regParser) line() int {
	p.lines += strings.Count(p.text[p.counted:p.pos], "\n")
	p.counted = p.pos
	return p.lines + 1
}

func (p *regParser) errorAt(pos int, msg, hint string) error {
	return syntaxError(p.file.Name, p.text, pos, msg, hint)
}
