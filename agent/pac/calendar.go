package pac

import (
	"slices"
	"strconv"
	"time"
)

// calendar answers the functions about time. Assumed: the PC's zone is UTC, so that GMT
// as the last argument changes nothing; arguments of no documented form match nothing.
type calendar struct{ now func() time.Time }

func weekdayNames() []string { return []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"} }
func monthNames() []string {
	return []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}
}

// withoutZone takes GMT off the end.
func withoutZone(args []string) []string {
	if n := len(args); n > 0 && args[n-1] == "GMT" {
		return args[:n-1]
	}
	return args
}

// between says whether x lies from a to b, past the end of the circle if b comes first.
func between(x, a, b int) bool {
	if a <= b {
		return a <= x && x <= b
	}
	return x >= a || x <= b
}

func (c calendar) weekdays(args []string) bool {
	args = withoutZone(args)
	if len(args) != 1 && len(args) != 2 {
		return false
	}
	first, last := slices.Index(weekdayNames(), args[0]), slices.Index(weekdayNames(), args[len(args)-1])
	return first >= 0 && last >= 0 && between(int(c.now().UTC().Weekday()), first, last)
}

// date is a day as far as it was said; -1 is unsaid.
type date struct{ year, month, day int }

// dates takes (day), (month), (year), their ranges, and ranges of day and month, month and
// year, or all three.
func (c calendar) dates(args []string) bool {
	args = withoutZone(args)
	half := max(1, len(args)/2)
	first, ok1 := readDate(args[:min(half, len(args))])
	last, ok2 := first, ok1
	if len(args) > 1 {
		last, ok2 = readDate(args[half:])
	}
	if !ok1 || !ok2 || len(args) > 1 && len(args)%2 != 0 || (first.year < 0) != (last.year < 0) ||
		(first.month < 0) != (last.month < 0) || (first.day < 0) != (last.day < 0) {
		return false
	}
	y, m, d := c.now().UTC().Date()
	now := date{y, int(m) - 1, d}
	return between(now.like(first), first.like(first), last.like(first))
}

// readDate tells a day, a month and a year by their form.
func readDate(args []string) (date, bool) {
	read := date{-1, -1, -1}
	for _, a := range args {
		n, err := strconv.Atoi(a)
		month := slices.Index(monthNames(), a)
		switch {
		case month >= 0 && read.month < 0:
			read.month = month
		case err == nil && n >= 1 && n <= 31 && read.day < 0:
			read.day = n
		case err == nil && n > 31 && n < 10000 && read.year < 0:
			read.year = n
		default:
			return date{}, false
		}
	}
	return read, len(args) > 0 && len(args) <= 3
}

// like makes one number of the parts that other has.
func (d date) like(other date) int {
	n := 0
	if other.year >= 0 {
		n += d.year * 10000
	}
	if other.month >= 0 {
		n += d.month * 100
	}
	if other.day >= 0 {
		n += d.day
	}
	return n
}

// times takes (hour), (hour, hour), (hour, minute, hour, minute) and with seconds six.
func (c calendar) times(args []string) bool {
	args = withoutZone(args)
	var n []int
	for i, a := range args {
		v, err := strconv.Atoi(a)
		hour := len(args) <= 2 || i%(len(args)/2) == 0
		if err != nil || v < 0 || hour && v > 23 || !hour && v > 59 {
			return false
		}
		n = append(n, v)
	}
	now := c.now().UTC()
	at := now.Hour()*3600 + now.Minute()*60 + now.Second()
	switch len(n) {
	case 1:
		return now.Hour() == n[0]
	case 2:
		return between(now.Hour(), n[0], n[1])
	case 4:
		return between(at, n[0]*3600+n[1]*60, n[2]*3600+n[3]*60+59)
	case 6:
		return between(at, n[0]*3600+n[1]*60+n[2], n[3]*3600+n[4]*60+n[5])
	}
	return false
}
