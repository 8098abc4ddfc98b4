package plan

import (
	"fmt"
	"reflect"
	"strings"
	"time"
)

// faults keeps the first fault of a file.
type faults struct{ err *Error }

func (f *faults) fail(pos Pos, msg, hint string) { f.err = first(f.err, pos, msg, hint) }

// failName reports an unknown name with the nearest known one as hint. known is
// only asked when the fault is kept.
func (f *faults) failName(pos Pos, msg, name string, known func() []string) {
	if f.err == nil || pos.before(Pos{Line: f.err.Line, Column: f.err.Column}) {
		f.fail(pos, msg, didYouMean(name, known()))
	}
}

// decoder fills the types of the language from nodes. It goes on after a fault,
// so that the first in the file is found, whatever the order.
type decoder struct {
	*faults
	opts  Options
	level Level
}

// decodable is a type that is not written as its Go form suggests.
type decodable interface {
	decode(d *decoder, n *node, t *tag)
}

// decode fills v, which the key t holds.
func (d *decoder) decode(n *node, v reflect.Value, t *tag) {
	switch {
	case n.kind == kindBroken:
		return
	case n.kind == kindNull:
		d.fail(n.pos, t.key+": the value is missing", "write a value, or leave the key out")
		return
	}
	if x, ok := v.Addr().Interface().(decodable); ok {
		x.decode(d, n, t)
		return
	}
	if at, ok := v.Addr().Interface().(*time.Time); ok {
		*at = d.time(n, t)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.decode(n, v.Elem(), t)
	case reflect.Slice:
		d.decodeSlice(n, v, t)
	case reflect.Struct:
		d.decodeStruct(n, v, t)
	default:
		d.decodeScalar(n, v, t)
	}
}

func (d *decoder) decodeSlice(n *node, v reflect.Value, t *tag) {
	if t.keyed {
		d.decodeKeyed(n, v, t)
		return
	}
	items := n.items
	switch {
	case n.kind == kindList:
	case t.one:
		items = []*node{n}
	default:
		d.fail(n.pos, fmt.Sprintf("%s: want a list, not %s", t.key, n.describe()), fmt.Sprintf("write %s: [...]", t.key))
		return
	}
	if len(items) == 0 && t.required {
		d.fail(n.pos, t.key+": the list is empty", t.help)
	}
	v.Set(reflect.MakeSlice(v.Type(), len(items), len(items)))
	for i, item := range items {
		d.decode(item, v.Index(i), t)
	}
}

// decodeKeyed fills a slice from a mapping.
func (d *decoder) decodeKeyed(n *node, v reflect.Value, t *tag) {
	if n.kind != kindMapping {
		d.fail(n.pos, fmt.Sprintf("%s: want a mapping, not %s", t.key, n.describe()), fmt.Sprintf("write %s: {name: ...}", t.key))
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.pairs), len(n.pairs)))
	for i, p := range n.pairs {
		elem := v.Index(i)
		l := layoutOf(elem.Type())
		sub := *t
		sub.key, sub.keyed = p.key.text, false
		d.decode(p.key, elem.Field(l.key), &l.keyTag)
		if l.value >= 0 {
			d.setPos(elem, l, p.key)
			d.decode(p.value, elem.Field(l.value), &sub)
			continue
		}
		d.decode(p.value, elem, &sub)
	}
}

func (d *decoder) decodeStruct(n *node, v reflect.Value, t *tag) {
	l := layoutOf(v.Type())
	d.setPos(v, l, n)
	if n.isScalar() && l.alt >= 0 {
		f := l.fields[l.alt]
		short := f.tag
		short.key = t.key // as it is written
		d.decode(n, v.FieldByIndex(f.index), &short)
		d.finishStruct(n, v, l, t, map[string]bool{f.tag.key: true})
		return
	}
	if n.kind != kindMapping {
		d.fail(n.pos, fmt.Sprintf("%s: want a mapping, not %s", t.key, n.describe()), l.hint(t.key))
		return
	}
	seen := make(map[string]bool, len(n.pairs))
	unknown := false
	for _, p := range n.pairs {
		f := l.field(p.key.text)
		unknown = unknown || f == nil
		if f == nil && strings.Contains(p.key.text, "://") {
			d.fail(p.key.pos, fmt.Sprintf("%s: the URL has a colon that ends it", t.key), "write the URL in quotes")
			continue
		}
		if f == nil {
			d.failName(p.key.pos, fmt.Sprintf("unknown key %s in %s", quote(p.key.text), t.key), p.key.text, l.keys)
			continue
		}
		seen[f.tag.key] = true
		d.decode(p.value, v.FieldByIndex(f.index), &f.tag)
	}
	if !unknown { // which may be a missing key, misspelt
		d.finishStruct(n, v, l, t, seen)
	}
}

// finishStruct sees to the keys that are not there.
func (d *decoder) finishStruct(n *node, v reflect.Value, l *layout, t *tag, seen map[string]bool) {
	for _, f := range l.fields {
		switch {
		case seen[f.tag.key]:
		case f.tag.required:
			d.fail(n.pos, fmt.Sprintf("the key %q is missing in %s", f.tag.key, t.key), fmt.Sprintf("add %s: %s", f.tag.key, f.tag.help))
		case f.tag.fallback != "":
			if x, ok := v.FieldByIndex(f.index).Addr().Interface().(interface{ setDefault(*decoder, *tag) }); ok {
				x.setDefault(d, &f.tag)
			}
		}
	}
}

func (d *decoder) setPos(v reflect.Value, l *layout, n *node) {
	if l.pos >= 0 {
		v.Field(l.pos).Set(reflect.ValueOf(n.pos))
	}
}
