package plan

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// tag is the struct tag of a field of the language; see the package comment.
type tag struct {
	key, help, format, fallback          string
	enum                                 []string
	min, max                             *int64
	required, keyed, one, short, literal bool
}

type field struct {
	index []int // as reflect's FieldByIndex takes it
	tag   tag
}

// layout is how a struct is written. Indexes are -1 where there is none.
type layout struct {
	fields               []field
	pos, key, value, alt int // the fields Pos, "$key", "$value" and short
	keyTag               tag
}

// layouts remembers the *layout of each type.
var layouts sync.Map

// layoutOf gives the layout of a struct type, which nobody may change.
func layoutOf(t reflect.Type) *layout {
	if l, ok := layouts.Load(t); ok {
		return l.(*layout)
	}
	l := &layout{pos: -1, key: -1, value: -1, alt: -1}
	l.addAll(t, nil)
	layouts.Store(t, l)
	return l
}

// addAll adds the fields of a struct, and of those that it embeds as if they were
// its own.
func (l *layout) addAll(t reflect.Type, prefix []int) {
	for i := range t.NumField() {
		index := append(slices.Clone(prefix), i)
		if f := t.Field(i); f.Anonymous {
			l.addAll(f.Type, index)
		} else {
			l.add(index, f)
		}
	}
}

func (l *layout) add(index []int, f reflect.StructField) {
	t := readTag(f.Tag)
	switch t.key {
	case "-":
		l.pos = index[0]
		return
	case "$key":
		l.key, l.keyTag = index[0], t
		return
	case "$value":
		l.value = index[0]
		return
	}
	if t.short {
		l.alt = len(l.fields)
	}
	l.fields = append(l.fields, field{index, t})
}

// hint shows how a mapping of these keys is written, and names the keys.
func (l *layout) hint(key string) string {
	if len(l.fields) == 0 {
		return fmt.Sprintf("write %s: {}", key)
	}
	first := l.fields[0].tag.key
	var keys []string
	for _, f := range l.fields {
		keys = append(keys, f.tag.key)
	}
	const most = 10
	if further := len(keys) - most; further > 0 {
		keys = append(keys[:most], fmt.Sprintf("and %d more", further))
	}
	return fmt.Sprintf("write %s: {%s: ...}; the keys are %s", key, first, strings.Join(keys, ", "))
}

func readTag(s reflect.StructTag) tag {
	t := tag{
		key: s.Get("yaml"), help: s.Get("help"), format: s.Get("format"), fallback: s.Get("default"),
		min: number(s.Get("min")), max: number(s.Get("max")),
		required: s.Get("required") != "", keyed: s.Get("keyed") != "", one: s.Get("one") != "",
		short: s.Get("short") != "", literal: s.Get("literal") != "",
	}
	if e := s.Get("enum"); e != "" {
		t.enum = strings.Split(e, "|")
	}
	return t
}

func number(s string) *int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return nil
	}
	return &n
}

func (l *layout) field(key string) *field {
	for i := range l.fields {
		if l.fields[i].tag.key == key {
			return &l.fields[i]
		}
	}
	return nil
}

func (l *layout) keys() []string {
	keys := make([]string, len(l.fields))
	for i, f := range l.fields {
		keys[i] = f.tag.key
	}
	return keys
}
