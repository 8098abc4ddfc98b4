package plan

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Section is a mapping of the language as its documentation lists it. A mapping
// that stands in several places, such as a matcher, is one section.
type Section struct {
	// Name is what other sections call a mapping of many places, "" for others.
	Name string
	// Paths are the places where the mapping stands: "servers.*" is an entry of
	// servers by name, "steps[]" an element of a list. The first section has "".
	Paths []string
	Keys  []Key
}

// Key is one key of a mapping.
type Key struct {
	Name     string
	Value    string // what may be written, such as "size" or "list of text"
	Help     string
	Required bool
	Default  string
}

// Reference lists all keys of the language, a mapping before those inside it. It
// is made from the types that Load fills.
func Reference() []Section {
	r := &keyWalk{index: make(map[reflect.Type]int)}
	r.section("", reflect.TypeFor[Scenario]())
	return r.sections
}

// keyWalk collects sections.
type keyWalk struct {
	sections []Section
	index    map[reflect.Type]int
}

func (r *keyWalk) section(path string, typ reflect.Type) {
	if i, known := r.index[typ]; known {
		r.sections[i].Paths = append(r.sections[i].Paths, path)
		return
	}
	r.index[typ] = len(r.sections)
	r.sections = append(r.sections, Section{Name: sharedNames()[typ], Paths: []string{path}, Keys: keysIn(typ)})
	if path != "" {
		path += "."
	}
	for _, f := range written(typ) {
		t := readTag(f.Tag)
		if inner, suffix := innerMapping(f.Type, &t); inner != nil {
			r.section(path+t.key+suffix, inner)
		}
	}
}

func keysIn(typ reflect.Type) []Key {
	var keys []Key
	for _, f := range written(typ) {
		t := readTag(f.Tag)
		keys = append(keys, Key{Name: t.key, Value: valueWords(f.Type, &t), Help: t.help, Required: t.required, Default: t.fallback})
	}
	return keys
}

// written gives the fields of a struct that have keys, in order, those of
// embedded structs in their place.
func written(typ reflect.Type) []reflect.StructField {
	var out []reflect.StructField
	for i := range typ.NumField() {
		f := typ.Field(i)
		key := f.Tag.Get("yaml")
		switch {
		case f.Anonymous:
			out = append(out, written(f.Type)...)
		case key != "" && key != "-" && key[0] != '$':
			out = append(out, f)
		}
	}
	return out
}

// innerMapping gives the mapping with keys of its own that a value consists of,
// and how its path goes on.
func innerMapping(typ reflect.Type, t *tag) (inner reflect.Type, suffix string) {
	for {
		switch {
		case typ == reflect.TypeFor[AccountRef]():
			return reflect.TypeFor[Account](), suffix
		case wrapped(typ) != nil:
			typ = wrapped(typ)
		case typ.Kind() == reflect.Pointer:
			typ = typ.Elem()
		case typ.Kind() == reflect.Slice:
			typ = typ.Elem()
			if suffix = "[]"; t.keyed {
				suffix = ".*"
			} else if t.one {
				suffix = ""
			}
		case typ.Kind() == reflect.Struct && len(written(typ)) > 0:
			return typ, suffix
		default:
			return nil, ""
		}
	}
}

// wrapped gives what an Opt, a Want or a Bound is about, else nil.
func wrapped(typ reflect.Type) reflect.Type {
	if typ.Kind() != reflect.Struct || typ.PkgPath() != reflect.TypeFor[Pos]().PkgPath() {
		return nil
	}
	name, _, generic := strings.Cut(typ.Name(), "[")
	switch {
	case generic && (name == "Opt" || name == "Want"):
		f, _ := typ.FieldByName("Value")
		return f.Type
	case generic && name == "Bound":
		f, _ := typ.FieldByName("AtLeast")
		return wrapped(f.Type)
	}
	return nil
}

// valueWords says what may be written for a value of the type.
func valueWords(typ reflect.Type, t *tag) string {
	name, _, generic := strings.Cut(typ.Name(), "[")
	if in := wrapped(typ); in != nil && generic {
		words := valueWords(in, t)
		switch name {
		case "Want":
			words += " or `?`"
		case "Bound":
			words += ", or `{at-least, at-most}`, or `?`"
		}
		return words
	}
	switch {
	case typ.Kind() == reflect.Pointer:
		return valueWords(typ.Elem(), t)
	case typ.Kind() == reflect.Slice && typ.Name() == "":
		return listWords(typ.Elem(), t)
	case len(t.enum) > 0:
		return oneOf(t)
	}
	if words := specialWords()[typ]; words != "" {
		return words
	}
	return plainWords(typ, t)
}

func listWords(elem reflect.Type, t *tag) string {
	one := *t
	one.keyed, one.one = false, false
	words := valueWords(elem, &one)
	switch {
	case t.keyed:
		return "by key: " + words
	case t.one:
		return words + ", or a list"
	}
	return "list of " + words
}

func oneOf(t *tag) string {
	quoted := make([]string, len(t.enum))
	for i, e := range t.enum {
		quoted[i] = "`" + e + "`"
	}
	return strings.Join(quoted, ", ")
}

// sharedNames names the mappings that stand in many places.
func sharedNames() map[reflect.Type]string {
	return map[reflect.Type]string{reflect.TypeFor[Account](): "account", reflect.TypeFor[Match](): "matcher"}
}

// specialWords names the types that have a form of their own.
func specialWords() map[reflect.Type]string {
	return map[reflect.Type]string{
		reflect.TypeFor[Registry]():    "registry values",
		reflect.TypeFor[When]():        "axes",
		reflect.TypeFor[Matrix]():      "axes",
		reflect.TypeFor[Behaviour]():   "behaviour",
		reflect.TypeFor[AccountRef]():  "account",
		reflect.TypeFor[Code]():        "result code",
		reflect.TypeFor[Pattern]():     "pattern",
		reflect.TypeFor[HeaderMatch](): "pattern",
		reflect.TypeFor[Match]():       "matcher",
		reflect.TypeFor[time.Time]():   "time",
		reflect.TypeFor[ScriptText]():  "text, or `{file: path}`",
		reflect.TypeFor[Rule]():        "applicability rule",
		reflect.TypeFor[AnyOf]():       "name, or a list of which one will do",
		reflect.TypeFor[Names]():       "list of name",
		reflect.TypeFor[StateText]():   "text, number, `true`, `false` or `absent`",
	}
}

func plainWords(typ reflect.Type, t *tag) string {
	switch {
	case typ.Kind() == reflect.Bool:
		return "`true`, `false`"
	case typ == reflect.TypeFor[Range](), typ == reflect.TypeFor[JobEvent](), t.format != "" && typ.Kind() != reflect.Struct:
		return t.format
	case typ.Kind() == reflect.String:
		return "text"
	case typ.Kind() == reflect.Struct && len(written(typ)) > 0:
		return "mapping" + shortWords(typ)
	case typ.Kind() == reflect.Int || typ.Kind() == reflect.Int64:
		return "number" + limitWords(t)
	}
	return strings.ToLower(typ.Name())
}

// shortWords tells of the key whose value may stand for the mapping.
func shortWords(typ reflect.Type) string {
	for _, f := range written(typ) {
		if t := readTag(f.Tag); t.short {
			return ", or just its `" + t.key + "`"
		}
	}
	return ""
}

func limitWords(t *tag) string {
	switch {
	case t.min != nil && t.max != nil && *t.min == *t.max:
		return fmt.Sprintf(" %d", *t.min)
	case t.min != nil && t.max != nil:
		return fmt.Sprintf(" %d to %d", *t.min, *t.max)
	case t.min != nil:
		return fmt.Sprintf(", at least %d", *t.min)
	}
	return ""
}

// Form says how a kind of value is written.
type Form struct{ Name, Words string }

// Forms explains the words that the values of keys consist of, by name.
func Forms() []Form {
	out := []Form{
		{"account", "a name from `accounts`, or a mapping as there; `client.account` takes `LocalSystem`, `LocalService` and `NetworkService`, credentials take `implicit`, the NULL user name and password"},
		{"applicability rule", "`true`, `false`, `{b.FileVersion: {Csidl: 37, Path: qmgr.dll, Comparison: GreaterThanOrEqualTo, Version: 6.6.2600.1569}}` or another rule with its attributes, `{And: [...]}`, `{Or: [...]}`, `{Not: ...}`; or one rule in XML, as a core fragment of MS-WUSP has it"},
		{"axes", "`{level: [0, 1], case: ntlm}`: axis names with values; a mapping of an axis goes by its `name`"},
		{"behaviour", "a name, or `{name: {parameter: value}}`; see behaviours.md"},
		{"by key", "a mapping whose keys are names, paths or header fields"},
		{"exposures", "a word exactly, or `{min, max}`; see the key's own words"},
		{"matcher", "what an exchange must be like; what is left out matches all"},
		{"ntstatus", "a name such as `STATUS_ACCOUNT_DISABLED`"},
		{"smbstatus", "a name such as `STATUS_SHARING_VIOLATION`"},
		{"pattern", "a text, compared exactly; `absent`, `present`; or `/regular expression/` (RE2)"},
		{"profile", "an id that `wualab list profiles` shows"},
		{"registry values", "`{UseLMCompat: 0, 'HKLM\\SOFTWARE\\X': {Name: text}}`: a number is a REG_DWORD, a text a REG_SZ, `absent` deletes"},
		{"regexp", "a regular expression (RE2)"},
		{"result code", "a name such as `BG_E_HTTP_ERROR_407`, or `\"0x80190197\"` in quotes; `wualab list codes`"},
		{"rule", "an id of rules.md"},
		{"tickets", "a list of service principal names, or `none`"},
	}
	for name, f := range formats() {
		out = append(out, Form{name, f.hint})
	}
	slices.SortFunc(out, func(a, b Form) int { return strings.Compare(a.Name, b.Name) })
	return out
}
