package plan

import (
	"sort"

	"github.com/wualab/wualab/behaviour"
)

func (b *Behaviour) schema(g *generator, t *tag) object {
	switch t.format {
	case "server":
		return g.behaviours("serverBehaviour", g.opts.Servers)
	case "proxy":
		return g.behaviours("proxyBehaviour", g.opts.Proxies)
	}
	return object{"anyOf": append(choices(g.behaviours("serverBehaviour", g.opts.Servers)), choices(g.behaviours("proxyBehaviour", g.opts.Proxies))...)}
}

// behaviours gives the schema of one behaviour out of a table.
func (g *generator) behaviours(name string, table behaviour.Table) object {
	reference := object{"type": "string", "pattern": wholeReferencePattern}
	if table == nil {
		return g.define(name, object{"type": []string{"string", "object"}})
	}
	list, properties := []object{}, object{}
	g.within = object{"$ref": "#/definitions/" + name}
	for _, d := range table {
		help := behaviourHelp(d)
		params, needs := g.params(d.Params)
		if !needs {
			list = append(list, object{"const": d.Name, "description": help})
		}
		properties[d.Name] = object{"description": help, "anyOf": []object{params, {"type": "null"}, reference}}
		if needs {
			properties[d.Name] = object{"description": help, "anyOf": []object{params, reference}}
		}
	}
	mapping := object{"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": false, "properties": properties}
	return g.define(name, object{"anyOf": append(list, mapping, reference)})
}

// params gives the schema of parameters, or of the keys of one, and whether one of them
// is required.
func (g *generator) params(params []behaviour.Param) (object, bool) {
	properties, required := object{}, []string{}
	for _, p := range params {
		if behaviour.IsCommon(p) {
			properties[p.Name] = g.define("behaviour."+p.Name, described(g.param(p), &tag{help: p.Help}))
			continue
		}
		o := described(g.param(p), &tag{help: p.Help})
		if p.Default != nil {
			o["default"] = p.Default
		}
		properties[p.Name] = o
		if p.Required {
			required = append(required, p.Name)
		}
	}
	o := object{"type": "object", "additionalProperties": false, "properties": properties}
	if len(required) > 0 {
		sort.Strings(required)
		o["required"] = required
	}
	return o, len(required) > 0
}

func (g *generator) param(p behaviour.Param) object {
	switch p.Type {
	case behaviour.Size, behaviour.Duration:
		return g.quantity(string(p.Type), &tag{})
	case behaviour.Bool:
		return orReference(object{"type": "boolean"}, &tag{})
	case behaviour.Int:
		return g.whole(&tag{min: number("0"), max: number("2147483647")})
	case behaviour.Status:
		return g.whole(&tag{min: number("200"), max: number("599")})
	case behaviour.Enum:
		return g.text(&tag{enum: p.Enum})
	case behaviour.Path:
		return g.text(&tag{format: "path"})
	case behaviour.Numbers:
		return g.count(p)
	case behaviour.Chance:
		return union(object{"type": "number", "minimum": 0, "maximum": 1}, object{"type": "string", "pattern": `^[0-9.]+%$|` + referencePattern})
	case behaviour.Word, behaviour.Match:
		return object{"type": []string{"string", "integer", "boolean"}, "minLength": 1}
	case behaviour.List:
		one := g.param(*p.Each)
		return union(object{"type": "array", "minItems": 1, "items": one}, one)
	case behaviour.Mapping:
		return g.mappingParam(p)
	case behaviour.Uses:
		several := object{"type": "array", "minItems": 1, "items": g.within}
		return orReference(object{"type": "array", "minItems": 1, "items": object{"anyOf": []object{g.within, several}}}, &tag{})
	}
	if p.Pattern != "" {
		return object{"type": "string", "pattern": p.Pattern + "|" + referencePattern}
	}
	return object{"type": "string", "minLength": 1}
}

func (g *generator) count(p behaviour.Param) object {
	pattern := behaviour.CountPattern + "|" + referencePattern
	for _, word := range p.Enum {
		pattern += "|^" + word + "$"
	}
	return union(object{"type": "integer", "minimum": 1}, object{"type": "string", "pattern": pattern})
}

func (g *generator) mappingParam(p behaviour.Param) object {
	reference := object{"type": "string", "pattern": wholeReferencePattern}
	if p.Each != nil {
		return union(object{"type": "object", "minProperties": 1, "additionalProperties": g.param(*p.Each)}, reference)
	}
	o, _ := g.params(p.Fields)
	o["minProperties"] = 1
	return union(o, reference)
}

func behaviourHelp(d behaviour.Definition) string {
	help := d.Help
	if d.Source != "" {
		help += " Source: " + d.Source + "."
	}
	if d.Assumed {
		help += " Assumed: no document settles the exact form."
	}
	return help
}
