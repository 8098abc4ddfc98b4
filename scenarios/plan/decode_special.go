package plan

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/hresult"
)

func (c *Code) decode(d *decoder, n *node, t *tag) {
	text, ok := d.text(n, t)
	if !ok {
		return
	}
	parse := d.opts.Codes
	if parse == nil {
		parse = hresult.Parse
	}
	h, err := parse(text)
	if err != nil {
		msg, hint := advice(err)
		if hint == "" {
			hint = `a name such as BG_E_HTTP_ERROR_407, or "0x80190197" in quotes`
		}
		d.fail(n.pos, t.key+": "+msg, hint)
	}
	*c = Code{Text: text, HRESULT: h}
}

// decode reads "/regexp/", absent, present, or a text; with format regexp the
// whole text is a regular expression.
func (p *Pattern) decode(d *decoder, n *node, t *tag) {
	p.Set, p.Pos = true, n.pos
	if p.Any = d.any(n, t); p.Any {
		return
	}
	if n.kind != kindText {
		d.failText(n, t)
		return
	}
	p.Text = n.text
	expr, is := n.text, t.format == "regexp"
	if s := n.text; !is && len(s) > 2 && s[0] == '/' && s[len(s)-1] == '/' {
		expr, is = s[1:len(s)-1], true
	}
	switch {
	case is:
		p.compile(d, n, t, expr)
	case n.text == absentWord:
		p.Absent = true
	case n.text == presentWord:
		p.Present = true
	}
}

func (p *Pattern) compile(d *decoder, n *node, t *tag, expr string) {
	re, err := regexp.Compile(expr)
	if err != nil {
		d.fail(n.pos, fmt.Sprintf("%s: %s", t.key, oneLine(err.Error())), "Go's syntax (RE2); a text between two slashes is a regular expression")
	}
	p.Regexp = re
}

func (r *Range) decode(d *decoder, n *node, t *tag) {
	r.Pos = n.pos
	text, ok := d.text(n, t)
	if !ok {
		return
	}
	low, high, _ := strings.Cut(text, "-")
	var err, err2 error
	r.First, err = strconv.ParseUint(low, 10, 64)
	if r.ToEOF = high == "eof"; !r.ToEOF {
		r.Last, err2 = strconv.ParseUint(high, 10, 64)
	}
	switch {
	case err != nil || err2 != nil || r.Last == math.MaxUint64:
		d.fail(n.pos, fmt.Sprintf("%s: %s is too large", t.key, quote(text)), "an offset has 64 bits")
	case !r.ToEOF && r.Last < r.First:
		d.fail(n.pos, fmt.Sprintf("%s: %s ends before it begins", t.key, quote(text)), formatOf("range").hint)
	}
}

func (a *AccountRef) decode(d *decoder, n *node, t *tag) {
	a.Pos = n.pos
	if n.kind == kindMapping {
		a.Account = new(Account)
		d.decode(n, reflect.ValueOf(a.Account).Elem(), t)
		return
	}
	text, ok := d.text(n, &tag{key: t.key, help: "a name from accounts, or {domain: LAB, user: alice, password: pw}"})
	switch {
	case !ok:
	case t.format == "owner" && contains(services(), text):
		a.Service = text
	case t.format == "credential" && text == implicitWord:
		a.Implicit = true
	default:
		a.Name = text
	}
}

func services() []string { return []string{localSystem, localService, networkService} }

// The value that "Network security: Minimum session security for NTLM SSP based
// clients" sets.
const (
	msv10Key         = machine.LsaKey + `\MSV1_0`
	ntlmMinClientSec = "NtlmMinClientSec"
)

// registryNames are the values that have a short name.
func registryNames() map[string]RegistryValue {
	names := map[string]RegistryValue{
		machine.LmCompatibilityLevelValue: {Key: machine.LsaKey, Name: machine.LmCompatibilityLevelValue},
		ntlmMinClientSec:                  {Key: msv10Key, Name: ntlmMinClientSec},
		machine.UseLMCompatValue:          {Key: machine.BITSKey, Name: machine.UseLMCompatValue},
	}
	for key, list := range updatePolicy {
		for _, name := range strings.Fields(list) {
			names[name] = RegistryValue{Key: key, Name: name}
		}
	}
	return names
}

// registryKey is a full key; agent/machine knows the hives.
var registryKey = regexp.MustCompile(`^(HKLM|HKCU|HKCR|HKU|HKCC|HKEY_[A-Z_]+)\\.+$`)

func (r *Registry) decode(d *decoder, n *node, t *tag) {
	if n.kind != kindMapping {
		d.fail(n.pos, fmt.Sprintf("%s: want a mapping, not %s", t.key, n.describe()), "write registry: {UseLMCompat: 0}")
		return
	}
	for _, p := range n.pairs {
		short, known := registryNames()[p.key.text]
		switch {
		case known:
			*r = append(*r, short.read(d, p))
		case registryKey.MatchString(p.key.text):
			*r = append(*r, readKey(d, p)...)
		default:
			hint := didYouMean(p.key.text, keysOf(registryNames()))
			d.fail(p.key.pos, fmt.Sprintf("%s: unknown value %s", t.key, quote(p.key.text)), hint+` A full key is written 'HKLM\SOFTWARE\X': {Name: 1}`)
		}
	}
}

// readKey reads the values beneath a full key.
func readKey(d *decoder, p pair) []RegistryValue {
	if p.value.kind == kindBroken {
		return nil
	}
	if p.value.kind != kindMapping {
		d.fail(p.value.pos, fmt.Sprintf("%s: want the key's values, not %s", p.key.text, p.value.describe()), `write 'HKLM\SOFTWARE\X': {Name: 1}`)
		return nil
	}
	var out []RegistryValue
	for _, q := range p.value.pairs {
		out = append(out, RegistryValue{Key: p.key.text, Name: q.key.text}.read(d, q))
	}
	return out
}

func (v RegistryValue) read(d *decoder, p pair) RegistryValue {
	v.Pos = p.value.pos
	t := &tag{key: p.key.text, min: number("0"), max: number("4294967295")}
	switch n := p.value; {
	case n.kind == kindBroken:
	case n.is(absentWord):
		v.Absent = true
	case n.kind == kindText:
		v.IsText, v.Text = true, n.text
	default:
		i, _ := d.whole(n, t)
		v.Number = uint32(i)
	}
	return v
}

// decode reads a list, or none.
func (ts *Tickets) decode(d *decoder, n *node, t *tag) {
	*ts = Tickets{}
	if n.is(noneWord) {
		return
	}
	if n.kind != kindList {
		d.fail(n.pos, fmt.Sprintf("%s: want a list, not %s", t.key, n.describe()), "write tickets: [HTTP/origin], or none")
		return
	}
	for _, item := range n.items {
		if text, ok := d.text(item, &tag{key: t.key, help: t.help}); ok {
			*ts = append(*ts, text)
		}
	}
}

// time reads a time as Last-Modified needs it.
func (d *decoder) time(n *node, t *tag) time.Time {
	text, ok := d.text(n, t)
	if !ok {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		d.fail(n.pos, fmt.Sprintf("%s: %s is no time", t.key, quote(text)), formatOf("time").hint)
	}
	return at
}

// decode does nothing: the loader reads conditions before it decodes.
func (w *When) decode(*decoder, *node, *tag) {}

// decode does nothing: the loader reads the matrix before it decodes.
func (m *Matrix) decode(*decoder, *node, *tag) {}
