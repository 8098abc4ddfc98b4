package plan

import (
	"encoding/json"
	"reflect"
	"sort"
	"time"
)

// object is a part of a JSON Schema.
type object map[string]any

// Patterns of texts with a reference in place of a value, and of texts that
// have one somewhere.
const (
	wholeReferencePattern = `^\$\{[a-z][a-z0-9-]*(\.[A-Za-z0-9_-]+)?\}$`
	referencePattern      = `\$\{[a-z][a-z0-9-]*(\.[A-Za-z0-9_-]+)?\}`
)

// Schema gives the JSON Schema (draft-07) of the language, the same bytes for
// the same options. What a schema can't say, such as names that must exist in
// the same file, only Load knows.
func Schema(opts Options) []byte {
	g := &generator{opts: opts, definitions: make(object)}
	root := g.of(reflect.TypeFor[Scenario](), &tag{literal: true})
	root["$schema"] = "http://json-schema.org/draft-07/schema#"
	root["title"] = "wualab scenario, version 1"
	root["definitions"] = g.definitions
	out, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		return nil // the parts are texts, numbers, lists and maps of these
	}
	return append(out, '\n')
}

// generator makes the schema from the types that the decoder fills.
type generator struct {
	opts        Options
	definitions object
	within      object // refers to the behaviours of the table at hand
}

// schematic is a type that is not written as its Go form suggests: the schema
// side of decodable.
type schematic interface {
	schema(g *generator, t *tag) object
}

// of gives the schema of a value of type typ under a key.
func (g *generator) of(typ reflect.Type, t *tag) object {
	if x, ok := reflect.New(typ).Interface().(schematic); ok {
		return x.schema(g, t)
	}
	switch typ {
	case reflect.TypeFor[time.Duration]():
		if t.format == "skew" {
			return g.quantity("skew", t)
		}
		return g.quantity("duration", t)
	case reflect.TypeFor[time.Time]():
		return g.text(t)
	}
	switch typ.Kind() {
	case reflect.Pointer:
		return g.of(typ.Elem(), t)
	case reflect.Slice:
		return g.slice(typ.Elem(), t)
	case reflect.Struct:
		return g.structure(typ, t)
	case reflect.Bool:
		return orReference(object{"type": "boolean"}, t)
	case reflect.String:
		return g.text(t)
	}
	if t.format == "size" || t.format == "rate" {
		return g.quantity(t.format, t)
	}
	return g.whole(t)
}

// orReference adds the "${axis}" that may stand for a value of another type
// than text.
func orReference(o object, t *tag) object {
	if t.literal {
		return o
	}
	return union(o, object{"type": "string", "pattern": wholeReferencePattern})
}

// union accepts what either accepts. Keywords of one type do not touch values of
// another, so two schemas of different types become one, which editors explain
// better than anyOf.
func union(a, b object) object {
	if mergeable(a, b) {
		merged := object{"type": append(typesOf(a), typesOf(b)...)}
		for _, o := range []object{a, b} {
			for k, v := range o {
				if k != "type" {
					merged[k] = v
				}
			}
		}
		return merged
	}
	return object{"anyOf": append(choices(a), choices(b)...)}
}

func mergeable(a, b object) bool {
	if a["type"] == nil || b["type"] == nil || a["enum"] != nil || b["enum"] != nil {
		return false
	}
	for k := range a {
		if b[k] != nil && k != "type" {
			return false
		}
	}
	for _, t := range typesOf(a) {
		if contains(typesOf(b), t) {
			return false
		}
	}
	return true
}

func typesOf(o object) []string {
	if list, ok := o["type"].([]string); ok {
		return list
	}
	return []string{o["type"].(string)}
}

func choices(o object) []object {
	if list, ok := o["anyOf"].([]object); ok && len(o) == 1 {
		return list
	}
	return []object{o}
}

// slice gives the schema of a list, or of the mapping that stands for one.
func (g *generator) slice(elem reflect.Type, t *tag) object {
	sub := *t
	sub.keyed, sub.one = false, false
	if t.keyed {
		return orReference(g.keyed(elem, &sub), t)
	}
	list := object{"type": "array", "items": g.of(elem, &sub)}
	if t.required {
		list["minItems"] = 1
	}
	if t.one {
		return union(list, g.of(elem, &sub))
	}
	return orReference(list, t)
}

func (g *generator) keyed(elem reflect.Type, t *tag) object {
	l := layoutOf(elem)
	o := object{"type": "object"}
	if l.value >= 0 {
		o["additionalProperties"] = g.of(elem.Field(l.value).Type, t)
	} else {
		o["additionalProperties"] = g.of(elem, t)
	}
	if f := formatOf(l.keyTag.format); f.pattern != "" {
		o["propertyNames"] = object{"pattern": f.pattern}
	}
	return o
}

// structure gives the schema of a mapping with fixed keys.
func (g *generator) structure(typ reflect.Type, t *tag) object {
	l := layoutOf(typ)
	properties, required := object{}, []string{}
	var short object
	for i, f := range l.fields {
		p := g.of(typ.FieldByIndex(f.index).Type, &f.tag)
		if i == l.alt {
			short = p
		}
		properties[f.tag.key] = described(p, &f.tag)
		if f.tag.required {
			required = append(required, f.tag.key)
		}
	}
	o := object{"type": "object", "additionalProperties": false, "properties": properties}
	if len(required) > 0 {
		sort.Strings(required)
		o["required"] = required
	}
	switch {
	case short != nil:
		return union(o, short)
	case typ == reflect.TypeFor[Scenario]():
		return o
	case typ == reflect.TypeFor[Match]():
		return g.define("matcher", orReference(o, &tag{}))
	}
	return orReference(o, t)
}

// described adds the help and the default of a key.
func described(o object, t *tag) object {
	out := object{"description": t.help}
	if o["$ref"] != nil { // whose neighbours draft-07 ignores
		out["allOf"] = []object{o}
		return out
	}
	for k, v := range o {
		out[k] = v
	}
	if t.fallback != "" {
		out["default"] = t.fallback
	}
	return out
}

// define keeps a schema that is used in many places once.
func (g *generator) define(name string, o object) object {
	g.definitions[name] = o
	return object{"$ref": "#/definitions/" + name}
}
