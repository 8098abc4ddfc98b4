package plan

import (
	"fmt"
	"reflect"
)

func (o *Opt[T]) decode(d *decoder, n *node, t *tag) {
	o.Set, o.Pos = true, n.pos
	d.decode(n, reflect.ValueOf(&o.Value).Elem(), t)
}

func (o *Opt[T]) setDefault(d *decoder, t *tag) {
	d.decode(scalar(kindText, Pos{}, t.fallback, true), reflect.ValueOf(&o.Value).Elem(), t)
}

func (w *Want[T]) decode(d *decoder, n *node, t *tag) {
	w.Set, w.Pos = true, n.pos
	if w.Any = d.any(n, t); !w.Any {
		d.decode(n, reflect.ValueOf(&w.Value).Elem(), t)
	}
}

// any reports "?", and refuses it where values are judged.
func (d *decoder) any(n *node, t *tag) bool {
	if !n.is(anyWord) {
		return false
	}
	if d.level != "" && d.level != Observe {
		d.fail(n.pos, fmt.Sprintf(`%s: "?" is for scenarios of level observe, and this one is %s`, t.key, d.level), "write the value that is expected, or level: observe")
	}
	return true
}

func (b *Bound[T]) decode(d *decoder, n *node, t *tag) {
	b.Set, b.Pos = true, n.pos
	if b.Any = d.any(n, t); b.Any {
		return
	}
	if n.kind != kindMapping {
		b.AtLeast.decode(d, n, t)
		b.AtMost = b.AtLeast
		return
	}
	for _, p := range n.pairs {
		sub := *t
		sub.key = p.key.text
		switch p.key.text {
		case atLeastKey:
			d.decode(p.value, reflect.ValueOf(&b.AtLeast).Elem(), &sub)
		case atMostKey:
			d.decode(p.value, reflect.ValueOf(&b.AtMost).Elem(), &sub)
		default:
			d.fail(p.key.pos, fmt.Sprintf("unknown key %s in %s", quote(p.key.text), t.key), didYouMean(p.key.text, []string{atLeastKey, atMostKey}))
		}
	}
	if len(n.pairs) == 0 {
		d.fail(n.pos, t.key+": no limit", "write at-least, at-most or both")
	}
	if b.AtLeast.Set && b.AtMost.Set && b.AtLeast.Value > b.AtMost.Value {
		d.fail(n.pos, t.key+": at-least is greater than at-most", "exchange the two")
	}
}

const (
	atLeastKey = "at-least"
	atMostKey  = "at-most"
)
