// Package spelling finds the known name that somebody probably meant, for
// error messages that say "did you mean". It is a leaf that knows nothing of
// ours.
//
//	near, ok := spelling.Nearest("xp-sp22", []string{"xp-sp1", "xp-sp2"})
package spelling

import "strings"

// longest bounds the names that are compared, and with it the work on hostile
// input.
const longest = 64

// Nearest gives the known name that differs least from name, without regard to
// case; ok is false when all differ by more than about a third of its letters.
// A name that begins with what was written wins over all others.
func Nearest(name string, known []string) (near string, ok bool) {
	name = strings.ToLower(name)
	if name == "" || len(name) > longest {
		return "", false
	}
	least := len(name)/3 + 2
	for _, k := range known {
		lower := strings.ToLower(k)
		if len(k) > longest {
			continue
		}
		if len(name) > 2 && strings.HasPrefix(lower, name) {
			return k, true
		}
		if d := Distance(name, lower); d < least {
			near, least = k, d
		}
	}
	return near, near != ""
}

// Distance is the number of bytes to insert, delete or replace to make b of a
// (Levenshtein).
func Distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
