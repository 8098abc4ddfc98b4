package plan

import (
	"math"
	"reflect"
)

func (o *Opt[T]) schema(g *generator, t *tag) object { return g.of(reflect.TypeFor[T](), t) }

func (w *Want[T]) schema(g *generator, t *tag) object {
	return orAny(g.of(reflect.TypeFor[T](), t))
}

// orAny adds the "?" of expected values.
func orAny(o object) object {
	return object{"anyOf": append([]object{{"const": anyWord, "description": "Only observed, not judged."}}, choices(o)...)}
}

func (b *Bound[T]) schema(g *generator, t *tag) object {
	one := g.of(reflect.TypeFor[T](), t)
	limits := object{
		"type": "object", "additionalProperties": false, "minProperties": 1,
		"properties": object{atLeastKey: one, atMostKey: one},
	}
	return orAny(union(limits, one))
}

// text gives the schema of a text by its enum or format. A text may have a
// reference in it.
func (g *generator) text(t *tag) object {
	enum := t.enum
	switch t.format {
	case "profile":
		enum = g.opts.Profiles
	case "rule":
		enum = g.opts.Rules
	case "ntstatus":
		enum = g.opts.Statuses
	case "smbstatus":
		enum = g.opts.ShareStatuses
	}
	pattern := formatOf(t.format).pattern
	switch {
	case enum != nil && t.literal:
		return object{"enum": enum}
	case enum != nil:
		return object{"anyOf": []object{{"enum": enum}, {"type": "string", "pattern": referencePattern}}}
	case pattern == "":
		return object{"type": "string"}
	case t.literal:
		return object{"type": "string", "pattern": pattern}
	}
	return object{"type": "string", "pattern": pattern + "|" + referencePattern}
}

func (g *generator) quantity(format string, t *tag) object {
	text := g.text(&tag{format: format})
	if t.min != nil && *t.min > 0 {
		return text
	}
	return union(text, object{"type": "integer", "minimum": 0, "maximum": 0})
}

func (g *generator) whole(t *tag) object {
	o := object{"type": "integer"}
	if t.min != nil {
		o["minimum"] = *t.min
	}
	if t.max != nil {
		o["maximum"] = *t.max
	}
	return orReference(o, t)
}

func (c *Code) schema(*generator, *tag) object {
	return object{"type": "string", "minLength": 1}
}

func (p *Pattern) schema(_ *generator, t *tag) object {
	if t.format == "regexp" {
		return object{"type": "string", "format": "regex"}
	}
	return object{"type": "string"}
}

func (r *Range) schema(g *generator, t *tag) object { return g.text(t) }

func (ts *Tickets) schema(g *generator, _ *tag) object {
	list := object{"type": "array", "items": object{"type": "string"}}
	return union(list, object{"type": "string", "pattern": "^" + noneWord + "$|" + wholeReferencePattern})
}

func (e *Exposures) schema(g *generator, _ *tag) object {
	one := g.text(&tag{enum: exposureNames()})
	limits := object{
		"type": "object", "additionalProperties": false, "minProperties": 1,
		"properties": object{
			minKey: described(one, &tag{help: "The least that was learned."}),
			maxKey: described(one, &tag{help: "The worst that was learned."}),
		},
	}
	return orAny(union(one, limits))
}

func (a *AccountRef) schema(g *generator, t *tag) object {
	account := g.define("account", g.of(reflect.TypeFor[Account](), &tag{}))
	words := []string{}
	switch t.format {
	case "owner":
		words = services()
	case "credential":
		words = []string{implicitWord}
	}
	name := object{"anyOf": []object{{"type": "string", "description": "Name from accounts."}}}
	if len(words) > 0 {
		name = union(object{"enum": words}, name)
	}
	return union(name, account)
}

func (r *Registry) schema(*generator, *tag) object {
	number := object{"type": "integer", "minimum": 0, "maximum": math.MaxUint32}
	value := union(number, object{"type": "string"})
	properties := object{}
	for name, v := range registryNames() {
		properties[name] = described(value, &tag{help: v.Key + `\` + v.Name + ": a REG_DWORD, or absent."})
	}
	key := object{"type": "object", "additionalProperties": value, "description": "Values of a key: a number is REG_DWORD, a text REG_SZ; absent deletes."}
	return union(object{
		"type": "object", "additionalProperties": false, "properties": properties,
		"patternProperties": object{registryKey.String(): union(key, object{"type": "string", "pattern": wholeReferencePattern})},
	}, object{"type": "string", "pattern": wholeReferencePattern})
}

func (w *When) schema(*generator, *tag) object {
	scalar := object{"type": []string{"string", "integer", "boolean"}}
	return object{"type": "object", "minProperties": 1, "additionalProperties": union(scalar, object{"type": "array", "items": scalar})}
}

func (m *Matrix) schema(g *generator, t *tag) object {
	scalar := object{"type": []string{"string", "integer", "boolean"}}
	mapping := object{"type": "object", "required": []string{"name"}, "properties": object{"name": scalar}}
	return object{
		"type": "object", "minProperties": 1,
		"properties":    object{excludeKey: object{"type": "array", "items": new(When).schema(g, t), "description": "Combinations to leave out; a partial one names all cells like it."}},
		"propertyNames": object{"pattern": axisName.String()},
		"additionalProperties": object{
			"type": "array", "minItems": 1, "items": union(scalar, mapping),
			"description": "Values of the axis: scalars, or mappings with a name.",
		},
	}
}
