package quantity

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// SizePattern and DurationPattern are ECMA 262 regular expressions, as JSON
// Schema wants them, for what ParseSize and ParseDuration read. They can't tell
// overflow and the order of a duration's units.
const (
	SizePattern     = `^(0|[0-9]+ ?(B|kB|MB|GB|KiB|MiB|GiB))$`
	DurationPattern = `^(0|([0-9]+(d|h|ms|m|s))+)$`
)

// unit is one unit with its worth in bytes or nanoseconds.
type unit struct {
	name string
	each int64
}

var sizeUnits = []unit{
	{"B", 1},
	{"kB", 1e3}, {"MB", 1e6}, {"GB", 1e9},
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30},
}

// durationUnits stand from the greatest to the smallest.
var durationUnits = []unit{
	{"d", int64(24 * time.Hour)},
	{"h", int64(time.Hour)},
	{"m", int64(time.Minute)},
	{"s", int64(time.Second)},
	{"ms", int64(time.Millisecond)},
}

// ParseSize reads a number of bytes such as "300kB". One space may stand before
// the unit; fractions and signs are not allowed. The error names what is wrong
// and, when it can, what was meant.
func ParseSize(s string) (int64, error) { return parseOne("size", s, sizeUnits, "300kB") }

// parseOne reads one number with its unit, or 0. units begins with the one that
// stands for itself.
func parseOne(kind, s string, units []unit, example string) (int64, error) {
	if s == "0" {
		return 0, nil
	}
	digits, rest := cutDigits(s)
	if digits == "" {
		return 0, fmt.Errorf("%s %q does not begin with a number: write for example %s", kind, s, example)
	}
	name := strings.TrimPrefix(rest, " ")
	if name == "" {
		return 0, fmt.Errorf("%s %q has no unit: write %s%s, or one of %s", kind, s, digits, units[0].name, names(units))
	}
	u, ok := find(units, name)
	if !ok {
		return 0, fmt.Errorf("%s %q: unknown unit %q%s", kind, s, name, hint(units, name))
	}
	n, ok := times(digits, u.each)
	if !ok {
		return 0, fmt.Errorf("%s %q is too large", kind, s)
	}
	return n, nil
}

// ParseDuration reads a duration such as "14d" or "1h30m". Units go from greater
// to smaller, each at most once; fractions, signs and spaces are not allowed.
func ParseDuration(s string) (time.Duration, error) {
	if s == "0" {
		return 0, nil
	}
	if s == "" {
		return 0, fmt.Errorf("duration is empty: write for example 600s")
	}
	var total int64
	units := durationUnits
	for rest := s; rest != ""; {
		n, left, after, err := parseStep(s, rest, units)
		if err != nil {
			return 0, err
		}
		if total > math.MaxInt64-n {
			return 0, fmt.Errorf("duration %q is too long", s)
		}
		total, units, rest = total+n, left, after
	}
	return time.Duration(total), nil
}

// parseStep reads one number with its unit, which must be among units, and
// returns the units that may follow.
func parseStep(whole, s string, units []unit) (n int64, left []unit, rest string, err error) {
	digits, rest := cutDigits(s)
	if digits == "" {
		return 0, nil, "", fmt.Errorf("duration %q: no number before %q", whole, s)
	}
	name := rest[:len(rest)-len(strings.TrimLeft(rest, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZµ"))]
	rest = rest[len(name):]
	if name == "" {
		return 0, nil, "", fmt.Errorf("duration %q has no unit after %s: write one of %s", whole, digits, names(durationUnits))
	}
	for i, u := range units {
		if u.name != name {
			continue
		}
		n, ok := times(digits, u.each)
		if !ok {
			return 0, nil, "", fmt.Errorf("duration %q is too long", whole)
		}
		return n, units[i+1:], rest, nil
	}
	if _, known := find(durationUnits, name); known {
		return 0, nil, "", fmt.Errorf("duration %q: %q must come before the smaller units and only once", whole, name)
	}
	return 0, nil, "", fmt.Errorf("duration %q: unknown unit %q%s", whole, name, hint(durationUnits, name))
}

func cutDigits(s string) (digits, rest string) {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return s[:i], s[i:]
}

func times(digits string, each int64) (int64, bool) {
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n > math.MaxInt64/each {
		return 0, false
	}
	return n * each, true
}

func find(units []unit, name string) (unit, bool) {
	for _, u := range units {
		if u.name == name {
			return u, true
		}
	}
	return unit{}, false
}

// hint says which units were probably meant: those that differ in case only or
// begin with the same letter.
func hint(units []unit, name string) string {
	var likely []unit
	for _, u := range units {
		if strings.EqualFold(u.name[:1], name[:1]) {
			likely = append(likely, u)
		}
	}
	if len(likely) == 0 {
		likely = units
	}
	return ": write " + names(likely)
}

func names(units []unit) string {
	list := make([]string, len(units))
	for i, u := range units {
		list[i] = u.name
	}
	if len(list) == 1 {
		return list[0]
	}
	last := len(list) - 1
	return strings.Join(list[:last], ", ") + " or " + list[last]
}
