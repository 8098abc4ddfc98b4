package comparison

import (
	"cmp"
	"slices"
	"strings"

	"github.com/wualab/wualab/transcript"
)

// exchange is one with its place at its node.
type exchange struct {
	*transcript.Exchange
	n    int // from 1
	conn int // number of the connection; 0 is unknown
}

// key is what an exchange is recognised by: who asks for what, at which leg of a login.
func (x *exchange) key() string {
	return x.asks() + "\x00" + x.Request.Get("Range") + "\x00" + strings.Join(shown(x.Exchange), ",")
}

// asks is the request without its range.
func (x *exchange) asks() string {
	return x.Request.Method + " " + withoutPorts(transcript.HideQuery(x.Request.URL))
}

// pair is two exchanges that are the same request; one may be nil.
type pair struct {
	a, b  *exchange
	moved bool // they come in another order
}

// most bounds the table of the longest common subsequence.
const most = 16 << 20

// align pairs the exchanges of two nodes: those of the longest common sequence, then
// those that were asked at another place, then those that differ in range or login
// alone. The pairs come in the order of A, with what is in B alone at its place.
func align(a, b []*exchange) []pair {
	var pairs []pair
	usedA, usedB := make([]bool, len(a)), make([]bool, len(b))
	join := func(i, j int, moved bool) {
		usedA[i], usedB[j] = true, true
		pairs = append(pairs, pair{a[i], b[j], moved})
	}
	for _, m := range common(a, b) {
		join(m[0], m[1], false)
	}
	for _, same := range []func(x, y *exchange) bool{
		func(x, y *exchange) bool { return x.key() == y.key() },
		func(x, y *exchange) bool { return x.asks() == y.asks() },
	} {
		rest(a, b, usedA, usedB, same, join)
	}
	for i, x := range a {
		if !usedA[i] {
			pairs = append(pairs, pair{a: x})
		}
	}
	for j, y := range b {
		if !usedB[j] {
			pairs = append(pairs, pair{b: y})
		}
	}
	slices.SortStableFunc(pairs, func(p, q pair) int { return cmp.Compare(p.place(), q.place()) })
	return pairs
}

// place orders pairs.
func (p pair) place() int {
	if p.a != nil {
		return 2 * p.a.n
	}
	return 2*p.b.n + 1
}

// rest pairs what is left, first with first. moved is what shares a key and comes
// elsewhere.
func rest(a, b []*exchange, usedA, usedB []bool, same func(x, y *exchange) bool, join func(i, j int, moved bool)) {
	const window = 2000 // how far apart they may be
	for i, x := range a {
		if usedA[i] {
			continue
		}
		for j := max(0, i-window); j < min(len(b), i+window); j++ {
			if !usedB[j] && same(x, b[j]) {
				join(i, j, x.key() == b[j].key())
				break
			}
		}
	}
}

// common gives the longest common subsequence of keys, as pairs of indexes. Of lists that
// are too long for that it takes what is the same from both ends.
func common(a, b []*exchange) (list [][2]int) {
	keysA, keysB := keys(a), keys(b)
	begin := 0
	for begin < min(len(a), len(b)) && keysA[begin] == keysB[begin] {
		list = append(list, [2]int{begin, begin})
		begin++
	}
	endA, endB := len(a), len(b)
	var tail [][2]int
	for endA > begin && endB > begin && keysA[endA-1] == keysB[endB-1] {
		endA, endB = endA-1, endB-1
		tail = append(tail, [2]int{endA, endB})
	}
	if n, m := endA-begin, endB-begin; n > 0 && m > 0 && n*m <= most {
		for _, p := range longest(keysA[begin:endA], keysB[begin:endB]) {
			list = append(list, [2]int{p[0] + begin, p[1] + begin})
		}
	}
	slices.Reverse(tail)
	return append(list, tail...)
}

func keys(list []*exchange) []string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = x.key()
	}
	return out
}

// longest is the textbook's table of the longest common subsequence.
func longest(a, b []string) (list [][2]int) {
	width := len(b) + 1
	table := make([]int32, (len(a)+1)*width)
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				table[i*width+j] = table[(i+1)*width+j+1] + 1
			} else {
				table[i*width+j] = max(table[(i+1)*width+j], table[i*width+j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			list = append(list, [2]int{i, j})
			i, j = i+1, j+1
		case table[(i+1)*width+j] >= table[i*width+j+1]:
			i++
		default:
			j++
		}
	}
	return list
}
