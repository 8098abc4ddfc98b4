package credrule

import (
	"slices"
	"testing"
)

func TestWholeSpaceAgainstPublishedTables(t *testing.T) {
	wrong, inputs := 0, 0
	eachInput(func(in Input) {
		inputs++
		kind, err := expected(in)
		if err != nil {
			t.Fatal(err)
		}
		d := Decide(in)
		if d.Kind == kind && d.Scheme == expectedScheme(in, kind) {
			return
		}
		if wrong++; wrong <= 10 {
			t.Errorf("%+v:\n got %s %s by %s, want %s %s", in, d.Kind, d.Scheme, d.Rule, kind, expectedScheme(in, kind))
		}
	})
	if wrong > 0 {
		t.Errorf("%d of %d inputs wrong", wrong, inputs)
	}
	if inputs < 100_000 {
		t.Errorf("only %d inputs", inputs)
	}
}

func TestPropertiesOfEveryDecision(t *testing.T) {
	known := map[string]Rule{}
	for _, r := range Rules() {
		known[r.ID] = r
	}
	check := func(in Input) {
		d := Decide(in)
		rule, ok := known[d.Rule]
		bad := ""
		switch {
		case !ok:
			bad = "rule is not in Rules"
		case d.Source != rule.Source || d.Kind != rule.Sends:
			bad = "differs from its rule"
		case d.Words == "" || d.Source == "":
			bad = "no words or no source"
		case d.Send != (d.Kind != Nothing) || d.Send != (d.Scheme != 0):
			bad = "Send, Kind and Scheme do not agree"
		case d.Send == (len(d.Remedies) > 0):
			bad = "remedies belong to refusals, to each of them"
		case d.Send && !slices.Contains(in.Offered, d.Scheme):
			bad = "answers with a scheme that was not offered"
		case d.Kind == LogonCredentials && d.Scheme != NTLM && d.Scheme != Negotiate:
			bad = "logon credentials for another scheme than NTLM and Negotiate"
		case d.Documented && !rule.Documented():
			bad = "an assumed rule gives a documented decision"
		case d.Documented != (len(d.Assumptions) == 0):
			bad = "Documented and Assumptions do not agree"
		}
		if bad != "" {
			t.Fatalf("%s\n%+v\n%+v", bad, in, d)
		}
	}
	eachInput(check)
	for _, in := range limitSpace() {
		check(in)
	}
}

// explanatory are the rules without which no other answer would be given, only
// a worse reason; every other rule changes what is sent to whom.
func explanatory() []string {
	return []string{"nothing-offered", "explicit-scheme-not-offered", "implicit-needs-ntlm", "bits1x-no-setcredentials",
		"bits1x-always", "uselmcompat-1", "uselmcompat-2"}
}

// TestEveryLineMatters takes each line out of the tables in turn: the line must
// have decided something, and for some of that the answer must now differ.
func TestEveryLineMatters(t *testing.T) {
	whole := book()
	without, answers, reasons := map[string]rulebook{}, map[string]bool{}, map[string]bool{}
	for _, r := range Rules() {
		without[r.ID] = whole.minus(r.ID)
	}
	compare := func(in Input) {
		was := whole.decide(in)
		is := without[was.Rule].decide(in)
		answers[was.Rule] = answers[was.Rule] || is.Send != was.Send || is.Kind != was.Kind || is.Scheme != was.Scheme
		reasons[was.Rule] = reasons[was.Rule] || is.Rule != was.Rule
	}
	eachInput(compare)
	for _, in := range limitSpace() {
		compare(in)
	}
	for _, r := range Rules() {
		if !reasons[r.ID] {
			t.Errorf("rule %s never decides", r.ID)
		}
		if answers[r.ID] == slices.Contains(explanatory(), r.ID) {
			t.Errorf("without rule %s answers change: %v", r.ID, answers[r.ID])
		}
	}
}

func (b rulebook) minus(id string) rulebook {
	return rulebook{
		rules:  slices.DeleteFunc(slices.Clone(b.rules), func(r rule) bool { return r.ID == id }),
		limits: slices.DeleteFunc(slices.Clone(b.limits), func(l limit) bool { return l.ID == id }),
	}
}

func TestRuleIDs(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Rules() {
		if seen[r.ID] || r.ID == "" || r.Words == "" || r.Source == "" {
			t.Errorf("rule %+v is doubled or incomplete", r)
		}
		seen[r.ID] = true
	}
	// Scenario files name these; changing one breaks them.
	for _, id := range []string{
		"nothing-offered", "url-credentials", "explicit", "setcredentials-implicit", "proxy-implicit-covers-server",
		"explicit-scheme-not-offered", "implicit-needs-ntlm", "bits1x-no-setcredentials", "scheme-needs-explicit",
		"bits1x-always", "uselmcompat-0", "uselmcompat-1-level-ok", "bits15-proxy-exception", "uselmcompat-1", "uselmcompat-2",
		"limit-passport-autodetect", "limit-passport-https-proxy", "limit-digest-proxy", "limit-negotiate-basic-proxy", "limit-https-digest-proxy",
	} {
		if !seen[id] {
			t.Errorf("rule %s is gone", id)
		}
		delete(seen, id)
	}
	for id := range seen {
		t.Errorf("rule %s is not listed here", id)
	}
}
