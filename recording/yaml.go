package recording

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// page is a YAML document in the making.
type page struct {
	strings.Builder
	depth int
}

// line writes a line at the present depth.
func (p *page) line(format string, args ...any) {
	p.WriteString(strings.Repeat("  ", p.depth) + strings.TrimRight(fmt.Sprintf(format, args...), " ") + "\n")
}

// comment writes a remark, in lines that can be read.
func (p *page) comment(format string, args ...any) {
	const width = 92
	line := ""
	for _, word := range strings.Fields(printable(fmt.Sprintf(format, args...))) {
		if line != "" && utf8.RuneCountInString(line+word)+2*p.depth > width {
			p.line("# %s", line)
			line = ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	if line != "" {
		p.line("# %s", line)
	}
}

// in writes what f does one level deeper.
func (p *page) in(f func()) {
	p.depth++
	f()
	p.depth--
}

// printable leaves out what can't stand in a line.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) && r != utf8.RuneError {
			return r
		}
		return '?'
	}, s)
}

var (
	plain = regexp.MustCompile(`^[A-Za-z/][A-Za-z0-9/._+@~=?%&;()-]*(:[A-Za-z0-9/._+@~=?%&;()-]+)*( [A-Za-z0-9/(][A-Za-z0-9/._+@~=?%&;:()-]*)*$`)
	word  = regexp.MustCompile(`(?i)^(true|false|yes|no|on|off|null|y|n|implicit|absent|none|present)$`)
)

// text writes a string so that YAML reads it as one.
func text(s string) string {
	if plain.MatchString(s) && !word.MatchString(s) && !strings.HasSuffix(s, ":") && !strings.Contains(s, ": ") {
		return s
	}
	if strings.Contains(s, `"`) && !strings.Contains(s, "'") && printable(s) == s {
		return "'" + s + "'"
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil { // strings have none
		return `""`
	}
	return strings.TrimSpace(b.String())
}

// size writes bytes in the unit that leaves no fraction.
func size(n int64) string {
	for _, u := range []struct {
		name string
		each int64
	}{{"MB", 1e6}, {"kB", 1e3}} {
		if n > 0 && n%u.each == 0 {
			return fmt.Sprintf("%d%s", n/u.each, u.name)
		}
	}
	return fmt.Sprintf("%dB", n)
}

// count writes a number of things.
func count(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
