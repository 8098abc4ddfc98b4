package applicability

import (
	"fmt"
	"strings"
)

// Deciding says the truth of a verdict and which rules within made it so, with their
// values: "false: b.FileVersion: C:\... has version 6.6, not ...". A nil verdict is a
// rule that is missing.
func (v *Verdict) Deciding() string {
	if v == nil {
		return "missing"
	}
	leaves := v.deciding()
	texts := make([]string, 0, len(leaves))
	for _, leaf := range leaves {
		text := leaf.Rule.Name
		switch {
		case strings.HasPrefix(leaf.Why, text): // what is unknown names the rule itself
			text = leaf.Why
		case leaf.Why != "":
			text += ": " + leaf.Why
		}
		texts = append(texts, text)
	}
	return fmt.Sprintf("%s: %s", v.Truth, strings.Join(texts, "; "))
}

// deciding gives the rules that hold no others and would have to turn out otherwise for
// the verdict to be another: of an And that is false the first that is, of an Or that
// is false all.
func (v *Verdict) deciding() (list []*Verdict) {
	if len(v.Parts) == 0 || v.Rule.Name == "b.RegKeyLoop" {
		return []*Verdict{v}
	}
	one := v.Truth == Unknown || v.Rule.Name == "And" && v.Truth == False || v.Rule.Name == "Or" && v.Truth == True
	for _, part := range v.Parts {
		switch {
		case v.Rule.Name == "Not":
			list = append(list, part.deciding()...)
		case part.Truth != v.Truth:
		case one:
			return part.deciding()
		default:
			list = append(list, part.deciding()...)
		}
	}
	return list
}
