package plan

// StateValue is a named value of a fake, which its behaviours share.
type StateValue struct {
	Pos   Pos       `yaml:"-"`
	Name  string    `yaml:"$key" format:"state"`
	Value StateText `yaml:"$value"`
}

// StateText is the value; "" takes it away.
type StateText string

// decode reads a text, a number, true or false as it is written, or absent.
func (s *StateText) decode(d *decoder, n *node, t *tag) {
	switch n.kind {
	case kindText, kindBool, kindInt:
		if n.text == "" {
			d.fail(n.pos, t.key+": the text is empty", "write a value, or absent")
		}
		if *s = StateText(n.text); n.is(absentWord) {
			*s = ""
		}
	default:
		d.fail(n.pos, t.key+": want a text, a number, true or false, not "+n.describe(), "write state: {maintenance: on}")
	}
}

func (s *StateText) schema(*generator, *tag) object {
	return object{"type": []string{"string", "integer", "boolean"}, "minLength": 1}
}
