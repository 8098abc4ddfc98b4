package behaviour

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Count says which of several things are meant, counted from 1. The zero value means
// all.
type Count struct {
	From, To int    // the first and the last; To 0 is without end
	Every    int    // every nth, where that is not 0
	Word     string // a word in place of numbers, as Param.Enum allows
}

// CountPattern is what ParseCount reads, as a regular expression without words.
const CountPattern = `^([1-9][0-9]{0,8}(-[1-9][0-9]{0,8})?|(from|every) [1-9][0-9]{0,8})$`

// ParseCount reads "2", "1-3", "from 4" and "every 3".
func ParseCount(s string) (Count, error) {
	if !compiled(CountPattern).MatchString(s) {
		return Count{}, fmt.Errorf(`%q is no count: write a number, "1-3", "from 4" or "every 3"`, s)
	}
	if word, number, two := strings.Cut(s, " "); two {
		n, _ := strconv.Atoi(number)
		if word == "every" {
			return Count{Every: n}, nil
		}
		return Count{From: n}, nil
	}
	first, last, two := strings.Cut(s, "-")
	from, _ := strconv.Atoi(first)
	to := from
	if two {
		to, _ = strconv.Atoi(last)
	}
	if to < from {
		return Count{}, fmt.Errorf("%q ends before it begins: write %d-%d", s, to, from)
	}
	return Count{From: from, To: to}, nil
}

// Has reports whether the nth is meant. It knows nothing of words.
func (c Count) Has(n int) bool {
	if c.Every > 0 {
		return n%c.Every == 0
	}
	return n >= c.From && (c.To == 0 || n <= c.To)
}

func (p Param) parseNumbers(v any) (any, error) {
	if n, ok := whole(v); ok {
		if n < 1 || n > math.MaxInt32 {
			return nil, fmt.Errorf("%d is no count: they begin with 1", n)
		}
		return Count{From: int(n), To: int(n)}, nil
	}
	s, ok := v.(string)
	switch {
	case !ok:
		return nil, fmt.Errorf(`%s is no count: write a number, "1-3", "from 4" or "every 3"`, show(v))
	case slices.Contains(p.Enum, s):
		return Count{Word: s}, nil
	}
	c, err := ParseCount(s)
	if err != nil && len(p.Enum) > 0 {
		err = fmt.Errorf("%w, or one of %s%s", err, strings.Join(p.Enum, ", "), hint(s, p.Enum))
	}
	return c, err
}
