// Package plan is the scenario language: the Go types of a scenario file, the
// strict loader that turns a file into them, the expansion of its matrix into
// cells, and the JSON Schema that editors check a file with.
//
// It stands between the files of scenarios/library, or of a user, and the
// runner in package scenarios, which builds a simulated PC, fake servers and
// fake proxies from each cell and judges what it expects. It runs nothing and
// opens no file.
//
// Most users need one call:
//
//	file, err := plan.Load("ntlm.yaml", source, plan.Options{Profiles: ids})
//	for _, cell := range file.Cells {
//		// cell.ID, cell.Scenario.Steps[0].Expect...
//	}
//
// A file that is not right gives one *Error with file, line, column and a hint.
//
// A value that is "${axis}" or "${axis.key}" and nothing else is replaced by the
// value of the matrix, whatever its type; inside a longer text by its text. An
// axis of mappings stands for the mapping's name. There is no other
// substitution.
//
// The types are the language: the decoder and Schema read the same struct tags.
//
//	yaml:"key"        the key; "$key" takes the key of the mapping entry itself
//	help:"..."        description, for the schema
//	required:"true"   the key must be there
//	enum:"a|b"        the texts that are allowed
//	format:"size"     how the text is read, see formats
//	default:"..."     value when the key is absent
//	min, max          limits of a number
//	keyed:"true"      a slice that is written as a mapping, in file order
//	one:"true"        a slice whose only element may be written without a list
//	short:"true"      the field that a bare scalar stands for
//	literal:"true"    no reference to an axis may stand there
//
// The keys of an embedded struct are keys of the struct around it.
//
// The format is documented by YAML 1.2 and JSON Schema draft-07; the language
// itself is our own.
package plan
