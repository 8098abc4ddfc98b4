package main

import (
	"fmt"
	"strings"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/machine"
)

const versionsOpening = `# BITS versions

What each version of BITS does in the model. A client's version follows from the
QMgr.dll of its profile. *Assumed* is what no public document settles for every
version; the code says for which. This page is written by ` + "`make docs`" + ` from the tables
that the engine runs by.

`

func versions([]byte) ([]byte, error) {
	var b strings.Builder
	b.WriteString(versionsOpening)
	releases := machine.BITSReleases()
	header(&b, releases)
	for _, f := range bits.FeatureTable() {
		fmt.Fprintf(&b, "| %s |", f.Name)
		for _, r := range releases {
			fmt.Fprintf(&b, " %s |", f.Of(r))
		}
		source := f.Source
		if f.Assumed {
			source += "; partly *assumed*"
		}
		fmt.Fprintf(&b, " %s |\n", cell(source))
	}
	b.WriteString("\n## Calls\n\nA call of an interface that a version does not have fails with E_NOINTERFACE.\n\n| Call | Interface | since | for |\n|---|---|---|---|\n")
	for _, c := range bits.Calls() {
		kinds := "all jobs"
		if c.Types != nil {
			var names []string
			for _, t := range c.Types {
				names = append(names, t.String())
			}
			kinds = strings.Join(names, ", ") + " (others E_NOTIMPL)"
		}
		fmt.Fprintf(&b, "| %s | %s | %v | %s |\n", c.Name, c.Interface, c.Since, kinds)
	}
	b.WriteString("\n## COM classes\n\nA class that a version does not have fails with REGDB_E_CLASSNOTREG.\n\n| Class | CLSID | since |\n|---|---|---|\n")
	for _, c := range bits.Classes() {
		fmt.Fprintf(&b, "| %s | `%s` | %v |\n", c.Name, c.CLSID, c.Since)
	}
	faults(&b)
	return []byte(b.String()), nil
}

func header(b *strings.Builder, releases []machine.BITSRelease) {
	b.WriteString("| |")
	line := "|---|"
	for _, r := range releases {
		fmt.Fprintf(b, " %v |", r.BITS)
		line += "---|"
	}
	fmt.Fprintf(b, " Source |\n%s---|\n", line)
}
