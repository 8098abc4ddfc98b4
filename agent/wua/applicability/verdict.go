// Package applicability judges the applicability rules of updates on a simulated PC. A
// verdict is a tree like that of the rules: each node has its truth and the value on the
// PC that decided it, so that "why is this update not offered?" can be answered.
//
// Truth has a third value. A rule that this package does not know, or that asks for
// what the PC does not model, is [Unknown], is named in the verdict, and never guessed;
// an update whose rules are not known to hold does not apply. Assumed: no document says
// what an agent does with a rule that it cannot judge.
//
// Modelled documents: the BaseApplicabilityRules, LogicalApplicabilityRules,
// MsiApplicabilityRules and BaseTypes schemas of the Windows Server Update Services
// documentation; MS-WUSP product note 53.
package applicability

import (
	"fmt"
	"strings"

	"github.com/wualab/wualab/metadata"
)

// Truth is what a rule says of a PC. The zero value is Unknown.
type Truth int

// The three values.
const (
	Unknown Truth = iota
	False
	True
)

// String gives "true", "false" or "unknown".
func (t Truth) String() string { return [...]string{"unknown", "false", "true"}[t] }

func truth(b bool) Truth {
	if b {
		return True
	}
	return False
}

func (t Truth) not() Truth {
	switch t {
	case True:
		return False
	case False:
		return True
	}
	return Unknown
}

// Verdict is a rule judged.
type Verdict struct {
	Rule  *metadata.Rule
	Truth Truth
	Why   string // the value that decided, or what is not known; "" for a rule that only joins others
	Parts []*Verdict
}

// Unknowns gives the reasons of all nodes that made the verdict unknown, each once.
func (v *Verdict) Unknowns() []string {
	var list []string
	seen := map[string]bool{}
	var walk func(*Verdict)
	walk = func(v *Verdict) {
		if v.Truth == Unknown && v.Why != "" && !seen[v.Why] {
			seen[v.Why] = true
			list = append(list, v.Why)
		}
		for _, part := range v.Parts {
			walk(part)
		}
	}
	walk(v)
	return list
}

// String gives the tree, a line for each rule, those within others indented.
func (v *Verdict) String() string {
	var w strings.Builder
	v.write(&w, "")
	return w.String()
}

func (v *Verdict) write(w *strings.Builder, indent string) {
	fmt.Fprintf(w, "%s%-7s  %s", indent, v.Truth, v.Rule.Name)
	for _, a := range v.Rule.Attributes {
		fmt.Fprintf(w, " %s=%q", a.Name, a.Value)
	}
	if v.Why != "" {
		fmt.Fprintf(w, "\n%s         %s", indent, v.Why)
	}
	w.WriteString("\n")
	for _, part := range v.Parts {
		part.write(w, indent+"  ")
	}
}
