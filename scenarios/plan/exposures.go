package plan

import (
	"fmt"
	"strings"

	"github.com/wualab/wualab/auth/exposure"
)

// Exposures bounds what was given away: the worst of all exchanges that are looked
// at. The zero value expects nothing; Any is "?", as in Want.
type Exposures struct {
	Set, Any bool
	Min, Max Opt[exposure.Exposure]
	Pos      Pos
}

const (
	minKey = "min"
	maxKey = "max"
)

// Holds reports whether e lies within the bounds, both included.
func (e Exposures) Holds(actual exposure.Exposure) bool {
	return (!e.Min.Set || actual >= e.Min.Value) && (!e.Max.Set || actual <= e.Max.Value)
}

// String gives "ntlmv2", "at most ntlmv2", "at least lm", "ticket to ntlmv2", "?" or
// "anything".
func (e Exposures) String() string {
	low, high := exposureWord(e.Min.Value), exposureWord(e.Max.Value)
	switch {
	case e.Any:
		return anyWord
	case e.Min.Set && e.Max.Set && low == high:
		return low
	case e.Min.Set && e.Max.Set:
		return low + " to " + high
	case e.Min.Set:
		return "at least " + low
	case e.Max.Set:
		return "at most " + high
	}
	return "anything"
}

// exposureWord is how scenario files spell an exposure.
func exposureWord(e exposure.Exposure) string {
	return strings.ToLower(strings.ReplaceAll(e.String(), " ", "-"))
}

func exposureNames() []string {
	var names []string
	for _, e := range exposure.All() {
		names = append(names, exposureWord(e))
	}
	return names
}

// decode reads a word, which bounds on both sides, or {min: word, max: word}.
func (e *Exposures) decode(d *decoder, n *node, t *tag) {
	e.Set, e.Pos = true, n.pos
	if e.Any = d.any(n, t); e.Any {
		return
	}
	if n.kind != kindMapping {
		e.Min = d.exposure(n, t.key)
		e.Max = e.Min
		return
	}
	for _, p := range n.pairs {
		switch p.key.text {
		case minKey:
			e.Min = d.exposure(p.value, minKey)
		case maxKey:
			e.Max = d.exposure(p.value, maxKey)
		default:
			d.fail(p.key.pos, fmt.Sprintf("unknown key %s in %s", quote(p.key.text), t.key), didYouMean(p.key.text, []string{minKey, maxKey}))
		}
	}
	if len(n.pairs) == 0 {
		d.fail(n.pos, t.key+": no limit", "write min, max or both")
	}
	if e.Min.Set && e.Max.Set && e.Min.Value > e.Max.Value {
		d.fail(n.pos, t.key+": min is greater than max", "from the least to the worst: "+strings.Join(exposureNames(), ", "))
	}
}

func (d *decoder) exposure(n *node, key string) Opt[exposure.Exposure] {
	text, ok := d.text(n, &tag{key: key, enum: exposureNames()})
	if !ok {
		return Opt[exposure.Exposure]{}
	}
	value, err := exposure.Parse(text)
	if err != nil {
		d.fail(n.pos, fmt.Sprintf("%s: %v", key, err), "")
	}
	return Opt[exposure.Exposure]{Set: err == nil, Value: value, Pos: n.pos}
}
