package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/wualab/wualab/scenarios/plan"
)

// The generated part of scenarios.md stands between these lines.
const (
	keysBegin = "<!-- the rest is written by make docs -->\n"
	keysEnd   = "<!-- end of what make docs writes -->\n"
)

// withKeys replaces the generated part of scenarios.md.
func withKeys(old []byte) ([]byte, error) {
	before, rest, found := bytes.Cut(old, []byte(keysBegin))
	_, after, ended := bytes.Cut(rest, []byte(keysEnd))
	if !found || !ended {
		return nil, errors.New("has no place for the keys")
	}
	return bytes.Join([][]byte{before, []byte(keysBegin), []byte(keys()), []byte(keysEnd), after}, nil), nil
}

func keys() string {
	var b strings.Builder
	sections := plan.Reference()
	for _, s := range sections {
		fmt.Fprintf(&b, "\n### %s\n\n", heading(s))
		if s.Name != "" {
			fmt.Fprintf(&b, "Stands at %s.\n\n", places(s.Paths))
		}
		b.WriteString("| Key | Value | |\n|---|---|---|\n")
		for _, k := range s.Keys {
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", k.Name, cell(k.Value), cell(remarks(k)))
		}
	}
	b.WriteString("\n### Forms of values\n\n| Form | |\n|---|---|\n")
	for _, f := range plan.Forms() {
		if used(f.Name, sections) {
			fmt.Fprintf(&b, "| %s | %s |\n", f.Name, cell(f.Words))
		}
	}
	return b.String() + "\n"
}

func heading(s plan.Section) string {
	switch {
	case s.Name != "":
		return strings.ToUpper(s.Name[:1]) + s.Name[1:]
	case s.Paths[0] == "":
		return "The file"
	}
	return places(s.Paths)
}

func places(paths []string) string { return "`" + strings.Join(paths, "`, `") + "`" }

func remarks(k plan.Key) string {
	text := k.Help
	if k.Required {
		text = "**Required.** " + text
	}
	if k.Default != "" {
		text += " Default: `" + k.Default + "`."
	}
	return text
}

// cell makes a text fit into a table of Markdown.
func cell(s string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "\n", " ").Replace(s)
}

func used(form string, sections []plan.Section) bool {
	for _, s := range sections {
		for _, k := range s.Keys {
			for _, word := range strings.FieldsFunc(k.Value, func(r rune) bool { return r == ',' || r == ':' }) {
				word = strings.TrimPrefix(strings.TrimSpace(word), "list of ")
				if word == form || strings.HasPrefix(word, form+" or ") {
					return true
				}
			}
		}
	}
	return false
}
