package applicability

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/wualab/wualab/agent/machine"
)

// loopTarget stands in the rules within RegKeyLoop for the key that the loop is at.
// Seen in public update metadata; no document tells of it.
const loopTarget = "HKEY_LOOP_TARGET"

// key gives the registry key that a rule means. On 64-bit Windows RegType32 means the
// view of 32-bit programs.
func (c *call) key() string {
	root, sub := c.text("Key"), ""
	if c.has("Subkey") {
		sub = `\` + strings.Trim(c.text("Subkey"), `\`)
	}
	if root == loopTarget {
		if c.loop == "" {
			c.fail("%s: %s stands outside RegKeyLoop", c.rule.Name, loopTarget)
		}
		root = c.loop
	}
	path := strings.TrimSuffix(root+sub, `\`)
	if c.boolean("RegType32") && c.system.Is64Bit() {
		if rest, ok := cutFold(path, root+`\SOFTWARE`); ok {
			path = root + `\SOFTWARE\Wow6432Node` + rest
		}
	}
	return path
}

// cutFold cuts a prefix without regard to case, at the end of a name.
func cutFold(path, prefix string) (string, bool) {
	if len(path) < len(prefix) || !strings.EqualFold(path[:len(prefix)], prefix) {
		return "", false
	}
	rest := path[len(prefix):]
	return rest, rest == "" || rest[0] == '\\'
}

func (c *call) regKeyExists() (Truth, string) {
	key := c.key()
	if c.pc.Registry().HasKey(key) {
		return c.result(True, "the key %s is there", key)
	}
	return c.result(False, "there is no key %s", key)
}

// value gives the registry value that a rule means, or why there is none.
func (c *call) value() (name string, v machine.Value, why string) {
	key, value := c.key(), ""
	if c.has("Value") {
		value = c.text("Value")
	}
	name = key + ", " + value
	v, ok := c.pc.Registry().Get(key, value)
	if !ok {
		return name, v, fmt.Sprintf("there is no value %s", name)
	}
	return name, v, ""
}

func (c *call) regValueExists() (Truth, string) {
	name, v, why := c.value()
	if why != "" {
		return c.result(False, "%s", why)
	}
	if c.has("Type") && !strings.EqualFold(c.text("Type"), v.Type().String()) {
		return c.result(False, "%s is %v", name, v.Type())
	}
	return c.result(True, "%s is there", name)
}

// regDword compares without a sign. A value of another type is as one that is not
// there; assumed.
func (c *call) regDword() (Truth, string) {
	name, v, why := c.value()
	wanted, o := c.number("Data"), c.scalar()
	if why != "" {
		return c.result(False, "%s", why)
	}
	n, err := v.DWORD()
	if err != nil {
		return c.result(False, "%s is no REG_DWORD", name)
	}
	holds := o.holds(cmp.Compare(int64(n), wanted))
	return c.result(truth(holds), "%s is %d, %s", name, n, o.said(holds, wanted))
}

// regText gives the text of a value of type REG_SZ or REG_EXPAND_SZ, or why there is none.
func (c *call) regText() (text, why string, ok bool) {
	name, v, why := c.value()
	if why != "" {
		return "", why, false
	}
	text, err := v.Text()
	if err != nil {
		return "", fmt.Sprintf("%s is no text", name), false
	}
	return text, "", true
}

func (c *call) regSz() (Truth, string) {
	wanted := c.text("Data")
	text, why, ok := c.regText()
	if !ok {
		return c.result(False, "%s", why)
	}
	holds, words := c.textual(text, wanted)
	not := ""
	if !holds {
		not = "not "
	}
	return c.result(truth(holds), "%s, %s is %q, %s%s %q", c.key(), c.text("Value"), text, not, words, wanted)
}

// regExpandSz needs the environment of the PC where the text names a variable.
func (c *call) regExpandSz() (Truth, string) {
	if text, _, ok := c.regText(); ok && strings.Contains(text, "%") {
		c.fail("%s: the environment variables in %q are not modelled", c.rule.Name, text)
	}
	return c.regSz()
}

// regSzToVersion reads the text as a version; parts that are missing are 0. Assumed:
// what is no version makes the rule false.
func (c *call) regSzToVersion() (Truth, string) {
	wanted, o := c.version("Data"), c.scalar()
	text, why, ok := c.regText()
	if !ok {
		return c.result(False, "%s", why)
	}
	v, err := machine.ParseFileVersion(fourParts(text))
	if err != nil {
		return c.result(False, "%q is no version", text)
	}
	holds := o.holds(v.Compare(wanted))
	return c.result(truth(holds), "the text %q is version %v, %s", text, v, o.said(holds, wanted))
}

// keyLoop judges the rule in it once for each key below a key. Assumed: over no keys
// at all, Any is false, None is true and All is unknown.
func (j *judge) keyLoop(v *Verdict) {
	c := &call{judge: j, rule: v.Rule}
	key, mode := c.key(), c.text("TrueIf")
	if len(v.Rule.Rules) != 1 {
		c.fail("RegKeyLoop holds one rule, not %d", len(v.Rule.Rules))
	}
	if mode != "Any" && mode != "All" && mode != "None" {
		c.fail("RegKeyLoop: TrueIf %q is none of Any, All and None", mode)
	}
	if c.bad != "" {
		v.Why = c.bad
		return
	}
	names := j.pc.Registry().Keys(key)
	count := map[Truth]int{}
	for _, name := range names {
		inner := *j
		inner.loop = key + `\` + name
		part := inner.rule(v.Rule.Rules[0])
		count[part.Truth]++
		v.Parts = append(v.Parts, part)
	}
	v.Truth = looped(mode, count, len(names))
	v.Why = fmt.Sprintf("it holds for %d of the %d keys below %s", count[True], len(names), key)
}

func looped(mode string, count map[Truth]int, all int) Truth {
	some := Unknown
	switch {
	case count[True] > 0:
		some = True
	case count[Unknown] == 0:
		some = False
	}
	switch {
	case mode == "Any":
		return some
	case mode == "None":
		return some.not()
	case all == 0 || count[False] == 0 && count[Unknown] > 0:
		return Unknown
	}
	return truth(count[True] == all)
}
