package quantity

import (
	"fmt"
	"strings"
)

// RatePattern is an ECMA 262 regular expression for what ParseRate reads.
const RatePattern = `^(0|[0-9]+ ?(bit/s|kbit/s|Mbit/s|Gbit/s))$`

// rateUnits count in thousands, as modems do.
var rateUnits = []unit{{"bit/s", 1}, {"kbit/s", 1e3}, {"Mbit/s", 1e6}, {"Gbit/s", 1e9}}

// ParseRate reads a speed such as "56kbit/s" and gives bits per second. One space
// may stand before the unit; fractions and signs are not allowed. The error names
// what is wrong and, when it can, what was meant.
func ParseRate(s string) (int64, error) {
	if s == "0" {
		return 0, nil
	}
	digits, rest := cutDigits(s)
	if digits == "" {
		return 0, fmt.Errorf("rate %q does not begin with a number: write for example 56kbit/s", s)
	}
	name := strings.TrimPrefix(rest, " ")
	if name == "" {
		return 0, fmt.Errorf("rate %q has no unit: write %sbit/s, or one of %s", s, digits, names(rateUnits))
	}
	u, ok := find(rateUnits, name)
	if !ok {
		return 0, fmt.Errorf("rate %q: unknown unit %q%s", s, name, hint(rateUnits, name))
	}
	n, ok := times(digits, u.each)
	if !ok {
		return 0, fmt.Errorf("rate %q is too large", s)
	}
	return n, nil
}
