package scenarios

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
)

// wire judges a node's exchanges of the step.
func (j *judge) wire(e *plan.ExpectWire) {
	node := e.On.Value
	about := "wire on " + node + ": "
	var seen []*transcript.Exchange
	conns := map[string]bool{}
	for _, x := range j.w.record.Exchanges(j.h.mark) {
		if x.Node == node {
			seen = append(seen, x)
			conns[x.Conn] = true
		}
	}
	before := len(j.sr.Failures)
	bound(j, e.Count, about+"number of exchanges", len(seen))
	bound(j, e.Connections, about+"number of connections", len(conns))
	j.quantified(e, about, seen)
	for _, m := range e.Matching {
		j.matching(m, about, seen)
	}
	if len(e.Sequence) > 0 {
		j.sequence(e, about, seen)
	}
	j.exposure(e.Exposure, about, seen)
	j.accounts(e, about, seen)
	for i := before; i < len(j.sr.Failures); i++ {
		if len(seen) > 0 && len(seen) <= 12 {
			j.sr.Failures[i].Exchanges = seen
		}
	}
}

func (j *judge) quantified(e *plan.ExpectWire, about string, seen []*transcript.Exchange) {
	if e.Every != nil {
		for i, x := range seen {
			if wrong := mismatch(e.Every, x); wrong != "" {
				j.fail(e.Every.Pos, about+"every exchange", "all match", fmt.Sprintf("exchange %d of %d (%s) does not: %s", i+1, len(seen), brief(x), wrong))
				break
			}
		}
		if len(seen) == 0 {
			j.fail(e.Every.Pos, about+"every exchange", "at least one exchange", "there was none")
		}
	}
	if e.Some != nil && !anyMatches(e.Some, seen) {
		j.fail(e.Some.Pos, about+"some exchange", "one matches", fmt.Sprintf("none of %d does%s", len(seen), nearMiss(e.Some, seen)))
	}
	if e.None != nil {
		for _, x := range seen {
			if mismatch(e.None, x) == "" {
				j.fail(e.None.Pos, about+"no exchange", "none matches", brief(x)+" does")
				break
			}
		}
	}
}

func (j *judge) matching(e plan.ExpectSome, about string, seen []*transcript.Exchange) {
	n := 0
	for _, x := range seen {
		if mismatch(&e.Of, x) == "" {
			n++
		}
	}
	bound(j, e.Count, about+"number of exchanges that match", n)
}

func anyMatches(m *plan.Match, seen []*transcript.Exchange) bool {
	for _, x := range seen {
		if mismatch(m, x) == "" {
			return true
		}
	}
	return false
}

// nearMiss tells why the last exchange does not match.
func nearMiss(m *plan.Match, seen []*transcript.Exchange) string {
	if len(seen) == 0 {
		return ""
	}
	last := seen[len(seen)-1]
	return fmt.Sprintf("; the last one, %s: %s", brief(last), mismatch(m, last))
}

// sequence looks for the matches in order on one connection.
func (j *judge) sequence(e *plan.ExpectWire, about string, seen []*transcript.Exchange) {
	byConn := map[string][]*transcript.Exchange{}
	var order []string
	for _, x := range seen {
		if byConn[x.Conn] == nil {
			order = append(order, x.Conn)
		}
		byConn[x.Conn] = append(byConn[x.Conn], x)
	}
	best, bestConn := -1, ""
	for _, conn := range order {
		n := matched(e.Sequence, byConn[conn])
		if n == len(e.Sequence) {
			return
		}
		if n > best {
			best, bestConn = n, conn
		}
	}
	actual := "there was no exchange"
	if best >= 0 {
		actual = fmt.Sprintf("%s has the first %d of %d, then nothing that matches the next", bestConn, best, len(e.Sequence))
	}
	pos := e.Pos
	if best >= 0 && best < len(e.Sequence) {
		pos = e.Sequence[best].Pos
	}
	j.fail(pos, about+"sequence on one connection", fmt.Sprintf("%d exchanges in order", len(e.Sequence)), actual)
}

// matched counts how many of the matches are met, in order. A step of a
// sequence may describe a request and the next its own answer.
func matched(sequence []plan.Match, seen []*transcript.Exchange) int {
	n := 0
	for _, x := range seen {
		for n < len(sequence) && mismatch(&sequence[n], x) == "" {
			n++
		}
	}
	return n
}

func (j *judge) accounts(e *plan.ExpectWire, about string, seen []*transcript.Exchange) {
	var verified, refused []string
	for _, x := range seen {
		if x.Verified != "" {
			verified = append(verified, x.Verified)
		}
		if x.Refused != "" {
			refused = append(refused, x.Refused)
		}
	}
	actual := "nobody"
	if len(verified) > 0 {
		actual = verified[len(verified)-1]
	}
	check(j, e.Verified, about+"account verified", actual, func(want string) bool {
		if want == "none" {
			return len(verified) == 0
		}
		return strings.EqualFold(want, actual)
	})
	if e.Refused.Any {
		j.observe(e.Refused.Pos, about+"refused because", strings.Join(refused, "; "))
	} else if !e.Refused.Matches(refused...) {
		j.fail(e.Refused.Pos, about+"refused because", e.Refused.Text, strings.Join(refused, "; "))
	}
}

// brief is an exchange in a few words.
func brief(x *transcript.Exchange) string {
	target := x.Request.URL
	if u, err := url.Parse(target); err == nil && u.Path != "" {
		target = u.Path
	}
	return fmt.Sprintf("%s %d: %s %s -> %d", x.Conn, x.N, x.Request.Method, target, x.Status())
}
