package applicability

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/metadata"
)

// call is one rule being judged. The first attribute that cannot be read makes the
// verdict unknown.
type call struct {
	*judge
	rule *metadata.Rule
	bad  string
}

func (c *call) fail(format string, args ...any) {
	if c.bad == "" {
		c.bad = fmt.Sprintf(format, args...)
	}
}

// result gives the truth unless something could not be read.
func (c *call) result(t Truth, format string, args ...any) (Truth, string) {
	if c.bad != "" {
		return Unknown, c.bad
	}
	return t, fmt.Sprintf(format, args...)
}

func (c *call) has(name string) bool {
	_, ok := c.rule.Get(name)
	return ok
}

// text gives an attribute that must be there.
func (c *call) text(name string) string {
	value, ok := c.rule.Get(name)
	if !ok {
		c.fail("%s has no %s", c.rule.Name, name)
	}
	return value
}

func (c *call) number(name string) int64 {
	text := c.text(name)
	n, err := strconv.ParseInt(text, 0, 64)
	if err != nil {
		c.fail("%s: %s %q is no number", c.rule.Name, name, text)
	}
	return n
}

func (c *call) boolean(name string) bool {
	text, _ := c.rule.Get(name)
	switch text {
	case "true", "1":
		return true
	case "", "false", "0":
		return false
	}
	c.fail("%s: %s %q is neither true nor false", c.rule.Name, name, text)
	return false
}

func (c *call) version(name string) machine.FileVersion {
	v, err := machine.ParseFileVersion(c.text(name))
	if err != nil {
		c.fail("%s: %s: %v", c.rule.Name, name, err)
	}
	return v
}

func (c *call) time(name string) time.Time {
	text := c.text(name)
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC()
		}
	}
	c.fail("%s: %s %q is no time", c.rule.Name, name, text)
	return time.Time{}
}

// scalar reads Comparison, the words of ScalarComparison in the BaseTypes schema; absent
// it is EqualTo, as the schema says of WindowsVersion. Assumed for the other rules.
func (c *call) scalar() comparison {
	text, ok := c.rule.Get("Comparison")
	if !ok {
		text = "EqualTo"
	}
	words, ok := comparisons[text]
	if !ok {
		c.fail("%s: the comparison %q is not known here", c.rule.Name, text)
	}
	return comparison{words, text}
}

var comparisons = map[string]string{"LessThan": "lower than", "LessThanOrEqualTo": "lower than or equal to", "EqualTo": "equal to",
	"GreaterThanOrEqualTo": "higher than or equal to", "GreaterThan": "higher than"}

type comparison struct{ words, name string }

// holds says whether a value compares so, given how it stands to the other: -1, 0, +1.
func (o comparison) holds(order int) bool {
	switch o.name {
	case "LessThan":
		return order < 0
	case "LessThanOrEqualTo":
		return order <= 0
	case "GreaterThanOrEqualTo":
		return order >= 0
	case "GreaterThan":
		return order > 0
	}
	return order == 0
}

// said puts a comparison into words: "is 5, which is not lower than 3".
func (o comparison) said(holds bool, other any) string {
	not := ""
	if !holds {
		not = "not "
	}
	return fmt.Sprintf("%s%s %v", not, o.words, other)
}

// textual compares as StringComparison of the BaseTypes schema names it. Assumed: case
// does not matter, as in the registry and in file names.
func (c *call) textual(value, other string) (holds bool, words string) {
	name, ok := c.rule.Get("Comparison")
	if !ok {
		name = "EqualTo"
	}
	v, o := strings.ToLower(value), strings.ToLower(other)
	switch name {
	case "EqualTo":
		return v == o, "equal to"
	case "BeginsWith":
		return strings.HasPrefix(v, o), "one that begins with"
	case "Contains":
		return strings.Contains(v, o), "one that contains"
	case "EndsWith":
		return strings.HasSuffix(v, o), "one that ends with"
	}
	c.fail("%s: the comparison %q is not known here", c.rule.Name, name)
	return false, ""
}
