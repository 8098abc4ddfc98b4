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
			describe(&b, d, common(node.table))
		}
		if shared := common(node.table); len(shared) > 0 {
			b.WriteString("\n### Parameters of all of them\n\n")
			parameters(&b, shared)
		}
	}
	return []byte(b.String()), nil
}

func describe(b *strings.Builder, d behaviour.Definition, shared []behaviour.Param) {
	fmt.Fprintf(b, "\n### %s\n\n%s\n", d.Name, escaped(d.Help))
	var own []behaviour.Param
	for _, p := range d.Params {
		if !has(shared, p) {
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
		value := string(p.Type)
		if len(p.Enum) > 0 {
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

// common gives the parameters that most behaviours of a table have in the same
// words; the pseudo-behaviour authenticate has none.
func common(table behaviour.Table) []behaviour.Param {
	var shared []behaviour.Param
	for _, p := range table[len(table)-1].Params {
		n := 0
		for _, d := range table {
			if has(d.Params, p) {
				n++
			}
		}
		if n > len(table)/2 {
			shared = append(shared, p)
		}
	}
	return shared
}

func has(list []behaviour.Param, p behaviour.Param) bool {
	for _, q := range list {
		if q.Name == p.Name && q.Help == p.Help {
			return true
		}
	}
	return false
}

// escaped keeps what looks like HTML as text.
func escaped(s string) string { return strings.ReplaceAll(s, "<", "&lt;") }
