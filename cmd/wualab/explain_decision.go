package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/report"
)

// explainDecision prints the credential decision with its reasons, and what it
// was taken from.
func (a *app) explainDecision(q question) error {
	pc, err := q.pc()
	if err != nil {
		return err
	}
	in, err := q.input(pc)
	if err != nil {
		return err
	}
	style := a.style(a.out)
	d := credrule.Decide(in)
	a.printf("%s\n\n%s\n", outcome(in, d), report.FieldText(style, 2, reasonFields(d)...))
	a.printf("Decided from\n%s", report.FieldText(style, 2, inputFields(pc, in)...))
	return nil
}

// outcome tells the decision in a sentence.
func outcome(in credrule.Input, d credrule.Decision) string {
	asks := fmt.Sprintf("The %s asks for %s.\n", in.Target, schemes(in.Offered))
	if d.Send {
		return asks + fmt.Sprintf("BITS answers with %s by %s.", whose(d.Kind), d.Scheme)
	}
	code := 401
	if in.Target == credrule.Proxy {
		code = 407
	}
	return asks + fmt.Sprintf("BITS sends no credentials: the job ends in ERROR with BG_E_HTTP_ERROR_%d.", code)
}

func whose(k credrule.Kind) string {
	switch k {
	case credrule.LogonCredentials:
		return "the logon credentials of the job's owner"
	case credrule.ProgramCredentials:
		return "the credentials that the program set"
	}
	return "the credentials in the URL"
}

func schemes(list []credrule.Scheme) string {
	if len(list) == 0 {
		return "nothing that BITS knows"
	}
	var names []string
	for _, s := range list {
		names = append(names, s.String())
	}
	return strings.Join(names, " or ")
}

func reasonFields(d credrule.Decision) []report.Field {
	fields := []report.Field{{Label: "why", Text: d.Words}, {Label: "rule", Text: d.Rule}, {Label: "source", Text: sourceText(d.Source, d.Documented)}}
	for _, text := range d.Assumptions {
		fields = append(fields, report.Field{Label: "assumed", Text: text})
	}
	for i, text := range d.Remedies {
		label := ""
		if i == 0 {
			label = "remedies"
		}
		fields = append(fields, report.Field{Label: label, Text: fmt.Sprintf("%d. %s", i+1, text)})
	}
	return fields
}

// inputFields are the values that the decision was taken from, with their
// sources.
func inputFields(pc *machine.Machine, in credrule.Input) []report.Field {
	qmgr, _ := pc.Files().QMgr()
	return []report.Field{
		{Label: "profile", Text: fmt.Sprintf("%s: %s", pc.Profile().ID, pc.Profile().Title)},
		{Label: "BITS", Text: fmt.Sprintf("%v (QMgr.dll %v)", in.BITS, qmgr)},
		{Label: "LmCompatibilityLevel", Text: levelText(pc)},
		{Label: "UseLMCompat", Text: useLMCompatText(pc)},
		{Label: "SetCredentials", Text: credentialsText(in.Credentials)},
		{Label: "offered", Text: schemes(in.Offered)},
	}
}

func levelText(pc *machine.Machine) string {
	level, from := pc.EffectiveLmCompatibilityLevel()
	if n, present, err := pc.LmCompatibilityLevel(); err == nil && present && int(n) == level {
		from = "from the registry"
	}
	return fmt.Sprintf("%d, %s", level, from)
}

func useLMCompatText(pc *machine.Machine) string {
	value, present, err := pc.UseLMCompat()
	version, _ := pc.BITS()
	fallback := machine.DefaultUseLMCompat(version)
	why := "absent"
	switch {
	case err != nil:
		why = err.Error()
	case present:
		return fmt.Sprintf("%d, from the registry", value)
	}
	return fmt.Sprintf("%s, which BITS %v takes as %v", why, version, fallback)
}

func credentialsText(list credrule.Credentials) string {
	var texts []string
	for entry, given := range list {
		texts = append(texts, fmt.Sprintf("%s for %s", given, entry))
	}
	if len(texts) == 0 {
		return "not called"
	}
	slices.Sort(texts)
	return strings.Join(texts, ", ")
}
