package quantity

// RatePattern is an ECMA 262 regular expression for what ParseRate reads.
const RatePattern = `^(0|[0-9]+ ?(bit/s|kbit/s|Mbit/s|Gbit/s))$`

// rateUnits count in thousands, as modems do.
var rateUnits = []unit{{"bit/s", 1}, {"kbit/s", 1e3}, {"Mbit/s", 1e6}, {"Gbit/s", 1e9}}

// ParseRate reads a speed such as "56kbit/s" and gives bits per second. One space
// may stand before the unit; fractions and signs are not allowed. The error names
// what is wrong and, when it can, what was meant.
func ParseRate(s string) (int64, error) { return parseOne("rate", s, rateUnits, "56kbit/s") }
