package credrule

import "sync"

// Decision is the answer to one challenge, with its reason.
type Decision struct {
	// Send says that the challenge is answered; Kind with whose credentials
	// and Scheme in which of the offered schemes. Not answered: Nothing, zero.
	Send   bool
	Kind   Kind
	Scheme Scheme
	// Rule is the stable id of the rule that decided, "uselmcompat-1"; see
	// Rules.
	Rule string
	// Words tells a person in a sentence or two which values decided.
	Words string
	// Source is the public document that has the rule.
	Source string
	// Documented says that no assumption was needed; if not, Assumptions has
	// one sentence for each.
	Documented  bool
	Assumptions []string
	// Remedies lists what would have the challenge answered, best first; empty
	// when it is answered.
	Remedies []string
}

// Rule is one line of the rule table, as documents and "explain" show it.
type Rule struct {
	// ID is stable: scenario files name it.
	ID string
	// Sends is whose credentials the rule sends; Nothing when it refuses.
	Sends Kind
	// Words is the rule in general; Decision.Words has the values.
	Words string
	// Source is the public document that has the rule.
	Source string
	// Assumed says what of the rule no document settles; empty when nothing.
	Assumed string
}

// Documented reports whether the rule as such is in a public document.
func (r Rule) Documented() bool { return r.Assumed == "" }

// Decide answers one challenge. It is total: any Input gives a Decision with a
// rule, and those that send nothing have a remedy.
//
// The first rule that fits decides. If it would use a scheme that Windows does
// not support there (see the rules whose ids begin with "limit-"), the rules
// are asked again as if the scheme had not been offered; when that ends in no
// answer, the limit is the reason.
func Decide(in Input) Decision { return book().decide(in) }

// Rules lists all rules: first those that decide, in the order in which they
// are tried, then the limits of schemes.
func Rules() []Rule {
	b := book()
	var all []Rule
	for _, r := range b.rules {
		all = append(all, r.Rule)
	}
	for _, l := range b.limits {
		all = append(all, l.Rule)
	}
	return all
}

// rulebook is the two tables; tests take lines out of them.
type rulebook struct {
	rules  []rule
	limits []limit
}

// book is built once and never changed.
var book = sync.OnceValue(func() rulebook {
	return rulebook{rules: ruleTable(), limits: limitTable()}
})

func (b rulebook) decide(in Input) Decision {
	q := ask(in)
	d := b.first(q)
	var reason *Decision
	for d.Send {
		l, hit := b.limitOn(q, d.Scheme)
		if !hit {
			break
		}
		if reason == nil {
			refusal := l.refuse(q, d)
			reason = &refusal
		}
		q = q.without(d.Scheme)
		d = b.first(q)
	}
	if reason == nil {
		return d
	}
	if !d.Send {
		return *reason
	}
	return d.assuming("The scheme that Windows does not support here is passed over as if it had not been offered.")
}

func (b rulebook) first(q question) Decision {
	for _, r := range b.rules {
		if r.when(q) {
			return r.decision(q)
		}
	}
	return Decision{} // the last rule always fits
}

func (b rulebook) limitOn(q question, s Scheme) (limit, bool) {
	for _, l := range b.limits {
		if l.covers(q, s) {
			return l, true
		}
	}
	return limit{}, false
}

func (d Decision) assuming(sentences ...string) Decision {
	d.Assumptions = append(d.Assumptions, sentences...)
	d.Documented = len(d.Assumptions) == 0
	return d
}
