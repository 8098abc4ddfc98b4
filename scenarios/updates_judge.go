package scenarios

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/wualab/wualab/agent"
	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
	"github.com/wualab/wualab/wusp"
)

// updates judges the PC's Windows Update agent as it is after the step.
func (j *judge) updates(e *plan.ExpectUpdates) {
	pc, err := j.w.pc.Updates()
	if err != nil {
		j.fail(e.Pos, "updates", "a Windows Update agent", err.Error())
		return
	}
	list := pc.Cached()
	offered := slices.DeleteFunc(slices.Clone(list), func(u *wua.Update) bool { return u.Why() != "" })
	there := slices.DeleteFunc(slices.Clone(list), func(u *wua.Update) bool { return !u.Installed || !shown(u) })
	j.names(e.Offered, "updates: offered", offered, list)
	j.names(e.Found, "updates: found", j.h.found, list)
	j.names(e.Installed, "updates: installed", there, list)
	bound(j, e.Trips, "updates: calls of SyncUpdates", j.w.updates.trips)
	reboot := pc.RebootRequired()
	check(j, e.RebootRequired, "updates: a restart is required", strconv.FormatBool(reboot), func(v bool) bool { return v == reboot })
	bound(j, e.Waiting, "updates: events that wait", len(pc.Pending()))
	for i := range e.NotOffered {
		j.notOffered(&e.NotOffered[i], list)
	}
	j.updateHistory(e.History, pc)
	for i := range e.Results {
		j.installation(&e.Results[i])
	}
}

// names judges a set of updates, and says of each that is too many or missing why.
func (j *judge) names(w plan.Want[plan.Names], what string, got, all []*wua.Update) {
	var names []string
	for _, u := range got {
		names = append(names, j.w.updates.name(u.Identity.UpdateID))
	}
	slices.Sort(names)
	want := slices.Sorted(slices.Values(w.Value))
	if !w.Set || w.Any || slices.Equal(names, want) {
		check(j, w, what, words(names), func(plan.Names) bool { return true })
		return
	}
	f := j.fail(w.Pos, what, words(want), words(names))
	for _, o := range j.w.outcomes(all) {
		if slices.Contains(names, o.Name) != slices.Contains(want, o.Name) {
			f.Why = append(f.Why, o.Name+" is "+o.told())
		}
	}
	for _, name := range want {
		if !slices.ContainsFunc(all, func(u *wua.Update) bool { return j.w.updates.name(u.Identity.UpdateID) == name }) {
			f.Why = append(f.Why, name+": "+notTold)
		}
	}
}

// told says the state and its reason.
func (o UpdateOutcome) told() string {
	if o.Why == "" {
		return o.State
	}
	return o.State + ": " + o.Why
}

// notTold is the reason for updates whose prerequisites are not installed, or that are
// not deployed to the PC.
const notTold = "the server has told nothing of it"

func words(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

func (j *judge) notOffered(r *plan.Reason, list []*wua.Update) {
	what := "updates: not-offered: " + r.Name
	why, rules := notTold, ""
	for _, o := range j.w.outcomes(list) {
		if o.Name == r.Name {
			why, rules = o.Why, o.Rules
		}
	}
	switch {
	case r.Why.Any:
		j.observe(r.Why.Pos, what, why)
	case why == "":
		j.fail(r.Pos, what, expectedWhy(r.Why), "it is offered", lines(rules)...)
	case !r.Why.Matches(why):
		j.fail(r.Why.Pos, what, expectedWhy(r.Why), why, lines(rules)...)
	}
}

func expectedWhy(p plan.Pattern) string {
	if p.Present {
		return "any reason"
	}
	return p.Text
}

func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimRight(text, "\n"), "\n")
}

func (j *judge) installation(e *plan.ExpectInstall) {
	about := "updates: results: " + e.Name
	i := slices.IndexFunc(j.h.installed, func(one installed) bool { return one.name == e.Name })
	if i < 0 {
		j.fail(e.Pos, about, "an installer that ran", "none did in this step")
		return
	}
	done := j.h.installed[i]
	check(j, e.Result, about+": result", done.Result.String(), func(v string) bool { return v == done.Result.String() })
	check(j, e.HResult, about+": hresult", done.HResult.Describe(), func(c plan.Code) bool { return c.HRESULT == done.HResult })
	check(j, e.ExitCode, about+": exit code", strconv.Itoa(done.ExitCode), func(v int) bool { return v == done.ExitCode })
	check(j, e.Reboot, about+": a restart is required", strconv.FormatBool(done.RebootRequired), func(v bool) bool { return v == done.RebootRequired })
}

// log judges a line of WindowsUpdate.log.
func (j *judge) log(p *plan.Pattern) {
	var texts []string
	for _, e := range j.w.record.Events(j.h.mark) {
		if e.Kind == transcript.KindNote && e.Subject == agent.LogSubject {
			texts = append(texts, e.Text)
		}
	}
	switch {
	case p.Any:
		j.observe(p.Pos, "log", strings.Join(texts, "; "))
	case p.Absent && len(texts) == 0 || !p.Absent && p.Matches(texts...):
	default:
		const most = 12
		j.fail(p.Pos, "log", p.Text, fmt.Sprintf("%d lines, none like it", len(texts)), texts[max(0, len(texts)-most):]...)
	}
}

// updateServer judges what an update server knows.
func (j *judge) updateServer(e *plan.ExpectWSUS) {
	server := j.w.wsus[e.On.Value]
	about := "wsus on " + e.On.Value + ": "
	computers := server.Computers()
	bound(j, e.Computers, about+"computers", len(computers))
	events := server.Events()[j.h.events[e.On.Value]:]
	bound(j, e.Count, about+"events", len(events))
	j.events(e.Events, about, events)
	if e.Computer == nil {
		return
	}
	pc, err := j.w.pc.Updates()
	if err != nil {
		j.fail(e.Pos, about+"computer", "a Windows Update agent", err.Error())
		return
	}
	known, ok := computers[pc.ClientID()]
	if !ok {
		j.fail(e.Computer.Pos, about+"computer", "one that the server knows", "it does not know "+pc.ClientID())
		return
	}
	check(j, e.Computer.DNSName, about+"dns-name", known.DNSName, func(v string) bool { return v == known.DNSName })
	check(j, e.Computer.Registered, about+"registered", strconv.FormatBool(known.Registered), func(v bool) bool { return v == known.Registered })
	groups := slices.Sorted(slices.Values(known.Groups))
	check(j, e.Computer.Groups, about+"groups", words(groups), func(v plan.Names) bool { return slices.Equal(slices.Sorted(slices.Values(v)), groups) })
}

// events judges what was reported, in its order.
func (j *judge) events(wanted []plan.ExpectEvent, about string, events []wusp.ReportingEvent) {
	found := 0
	var seen []string
	for i := range events {
		seen = append(seen, j.event(&events[i]))
		if found < len(wanted) && j.isReported(&wanted[found], &events[i]) {
			found++
		}
	}
	if found < len(wanted) {
		j.fail(wanted[found].Pos, fmt.Sprintf("%sevents: entry %d of %d", about, found+1, len(wanted)), j.wanted(&wanted[found]),
			"after the entries before it there is none in: "+words(seen))
	}
}

// event tells of an event in short.
func (j *judge) event(e *wusp.ReportingEvent) string {
	text := strconv.Itoa(e.BasicData.EventID)
	if id := e.BasicData.UpdateID.UpdateID; id != wusp.NoGUID {
		text += " of " + j.w.updates.name(id)
	}
	if code := hresult.HRESULT(e.BasicData.Win32HResult); code != hresult.S_OK {
		text += " with " + code.Describe()
	}
	return text
}

func (j *judge) wanted(e *plan.ExpectEvent) string {
	text := "any"
	if e.ID.Judges() {
		text = strconv.Itoa(e.ID.Value)
	}
	if e.Update.Set {
		text += " of " + e.Update.Value
	}
	if e.Result.Judges() {
		text += " with " + e.Result.Value.Text
	}
	for _, p := range slices.Concat(e.Strings, e.Misc) {
		text += ", " + p.Text
	}
	return text
}

func (j *judge) isReported(want *plan.ExpectEvent, e *wusp.ReportingEvent) bool {
	b, x := &e.BasicData, &e.ExtendedData
	name := noUpdate
	if b.UpdateID.UpdateID != wusp.NoGUID {
		name = j.w.updates.name(b.UpdateID.UpdateID)
	}
	for _, p := range want.Strings {
		if !p.Matches(x.ReplacementStrings...) {
			return false
		}
	}
	for _, p := range want.Misc {
		if !p.Matches(x.MiscData...) {
			return false
		}
	}
	return (!want.ID.Judges() || want.ID.Value == b.EventID) && (!want.Update.Set || want.Update.Value == name) &&
		(!want.Result.Judges() || want.Result.Value.HRESULT == hresult.HRESULT(b.Win32HResult)) && (!want.App.Judges() || want.App.Value == b.AppName)
}

// noUpdate stands for the update of events that are about none.
const noUpdate = "none"
