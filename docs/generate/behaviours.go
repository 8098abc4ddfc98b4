package main

import (
	"fmt"
	"strings"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/scenarios"
)

const behavioursOpening = `# Behaviours

What the fakes can be told to do. A scenario file lists them under ` + "`behaviours`" + ` of a
server, a proxy or a route; the first of a list is the outermost: it sees the
request first and the answer last. The same names work from Go
(` + "`fakeserver.Use`, `fakeproxy.Use`" + `). *Assumed* means that no public document settles
the exact form. This page is written by ` + "`make docs`" + ` from the tables in the code.
`

func behaviours([]byte) ([]byte, error) {
	var b strings.Builder
	b.WriteString(behavioursOpening)
	options := scenarios.PlanOptions()
	for _, node := range []struct {
		title string
		table behaviour.Table
	}{{"Servers", options.Servers}, {"Proxies", options.Proxies}} {
		fmt.Fprintf(&b, "\n## %s\n", node.title)
		for _, d := range node.table {
			describe(&b, d)
		}
	}
	b.WriteString(behavioursCommon)
	shared := behaviour.CommonParams()
	parameters(&b, shared)
	for _, p := range shared {
		if len(p.Fields) > 0 {
			fmt.Fprintf(&b, "\nThe keys of `%s`:\n\n", p.Name)
			parameters(&b, p.Fields)
		}
	}
	return []byte(b.String()), nil
}

const behavioursCommon = `
## Parameters of all of them

Every behaviour but ` + "`authenticate`" + ` takes ` + "`when`" + `, and two of its keys also without it.
A condition is judged when the request comes to the behaviour, so behaviours before it
in the list may have changed what it sees.

`

func describe(b *strings.Builder, d behaviour.Definition) {
	fmt.Fprintf(b, "\n### %s\n\n%s\n", d.Name, escaped(d.Help))
	var own []behaviour.Param
	for _, p := range d.Params {
		if !behaviour.IsCommon(p) {
			own = append(own, p)
		}
	}
	if len(own) > 0 {
		b.WriteString("\n")
		parameters(b, own)
	}
	if d.Example != "" {
		fmt.Fprintf(b, "\nExample: `%s`\n", d.Example)
	}
	source := escaped(d.Source)
	switch {
	case d.Assumed && source != "":
		source += ". *Assumed:* the exact form."
	case d.Assumed:
		source = "none. *Assumed.*"
	}
	if source != "" {
		fmt.Fprintf(b, "\nSource: %s\n", source)
	}
}

func parameters(b *strings.Builder, params []behaviour.Param) {
	b.WriteString("| Parameter | Value | |\n|---|---|---|\n")
	for _, p := range params {
		value := p.Words()
		if p.Type == behaviour.Enum {
			value = "`" + strings.Join(p.Enum, "`, `") + "`"
		}
		text := p.Help
		if p.Required {
			text = "**Required.** " + text
		}
		if p.Default != nil {
			text += fmt.Sprintf(" Default: `%v`.", p.Default)
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", p.Name, cell(value), cell(text))
	}
}

// escaped keeps what looks like HTML as text.
func escaped(s string) string { return strings.ReplaceAll(s, "<", "&lt;") }
