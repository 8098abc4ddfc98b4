package plan

// ScriptText is a script of a fake: a text in Starlark, or {file: x.star}. It is the
// behaviour script, in front of all others.
type ScriptText struct {
	Set       bool
	Behaviour Behaviour
}

// scriptName is the behaviour that a ScriptText stands for.
const scriptName = "script"

func (s *ScriptText) decode(d *decoder, n *node, t *tag) {
	s.Set = true
	params := n
	if n.kind == kindText {
		params = n.mapping([]pair{{scalar(kindText, n.pos, "code", false), n}})
	}
	if params.kind != kindMapping {
		d.fail(n.pos, t.key+": want a script, not "+n.describe(), "write script: | and the script beneath it, or script: {file: x.star}")
		return
	}
	whole := n.mapping([]pair{{scalar(kindText, n.pos, scriptName, false), params}})
	s.Behaviour.decode(d, whole, t)
}

func (s *ScriptText) schema(g *generator, _ *tag) object {
	properties := object{
		"code": described(object{"type": "string", "minLength": 1}, &tag{help: "The script."}),
		"file": described(g.text(&tag{format: "path"}), &tag{help: "A file beneath the scenario's folder that is the script."}),
	}
	return union(object{"type": "string", "minLength": 1},
		object{"type": "object", "minProperties": 1, "additionalProperties": false, "properties": properties})
}

// placeScript tells the behaviour script where its code stands.
func (b *Behaviour) placeScript() {
	if b.Name != scriptName || b.Params["code"] == nil || b.Params["at"] != nil {
		return
	}
	for _, p := range b.keys {
		if p.key.text == "code" {
			b.Params["at"] = p.value.textPos().String()
		}
	}
}

// textPos tells where the first character of a text stands.
func (n *node) textPos() Pos {
	pos := n.pos
	if n.indent > 0 { // the lines after the one with the bar
		pos.Line, pos.Column = pos.Line+1, n.indent+1
	}
	return pos
}
