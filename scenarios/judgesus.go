package scenarios

import (
	"slices"
	"strconv"
	"strings"

	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/agent/wua/legacy"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/wuv4"
)

// sus judges the client of SUS 1.0 and its server.
func (j *judge) sus(e *plan.ExpectSUS) {
	if e == nil {
		return
	}
	client, err := j.w.pc.LegacyUpdates()
	if err != nil {
		j.fail(e.Pos, "sus", "a client of SUS 1.0", err.Error())
		return
	}
	var listed, needed, installed []string
	for _, item := range j.w.listed {
		name := j.w.updates.name(item.Update.Identity.UpdateID)
		listed = append(listed, name)
		if item.Update.Applicable {
			needed = append(needed, name)
		}
	}
	for _, one := range j.h.installed {
		if one.Result == wua.Succeeded {
			installed = append(installed, one.name)
		}
	}
	j.items(e.Listed, "sus: listed", listed)
	j.items(e.Needed, "sus: needed", needed)
	j.items(e.Downloaded, "sus: downloaded", j.h.sus.downloaded)
	j.items(e.Installed, "sus: installed", installed)
	for i := range e.Results {
		j.installation(&e.Results[i])
	}
	j.pings(e)
	version := client.Version().String()
	check(j, e.Version, "sus: version of the client", version, func(v string) bool { return v == version })
	reboot := client.RebootRequired()
	check(j, e.RebootRequired, "sus: a restart is required", strconv.FormatBool(reboot), func(v bool) bool { return v == reboot })
	j.legacyLog(e.Log, client)
}

// items judges a set of updates, and says of each listed one what detection made of it.
func (j *judge) items(w plan.Want[plan.Names], what string, got []string) {
	got = slices.Sorted(slices.Values(got))
	want := slices.Sorted(slices.Values(w.Value))
	switch {
	case !w.Set || w.Any || slices.Equal(got, want):
		check(j, w, what, words(got), func(plan.Names) bool { return true })
	default:
		f := j.fail(w.Pos, what, words(want), words(got))
		for _, o := range j.w.settledSUS(j.h) {
			f.Why = append(f.Why, o.Name+" is "+o.told())
		}
	}
}

// pings judges the status pings of this step.
func (j *judge) pings(e *plan.ExpectSUS) {
	if !e.Pings.Set {
		return
	}
	got := j.w.sus[e.On.Value].Pings()[j.h.sus.pings[e.On.Value]:]
	same := len(got) == len(e.Pings.Value)
	var want, came []string
	for i := range e.Pings.Value {
		want = append(want, wantedPing(&e.Pings.Value[i]))
		same = same && j.isPing(&e.Pings.Value[i], got[i])
	}
	for _, p := range got {
		text := string(p.Activity) + " " + string(p.Status)
		if p.Item != "" {
			text += " of " + j.itemName(p.Item)
		}
		if p.Code != 0 {
			text += " with " + hresult.HRESULT(p.Code).Describe()
		}
		came = append(came, text)
	}
	if !same {
		j.fail(e.Pings.Pos, "sus on "+e.On.Value+": pings", words(want), words(came))
	}
}

// itemName gives the scenario's name of an item.
func (j *judge) itemName(id string) string {
	if u := j.w.plan.Item(id); u != nil {
		return u.Name
	}
	return id
}

func wantedPing(e *plan.ExpectPing) string {
	text := "any"
	if e.Activity.Judges() {
		text = e.Activity.Value
	}
	if e.Status.Judges() {
		text += " " + e.Status.Value
	}
	if e.Update.Set {
		text += " of " + e.Update.Value
	}
	if e.Code.Judges() {
		text += " with " + e.Code.Value.Text
	}
	return text
}

func (j *judge) isPing(e *plan.ExpectPing, p wuv4.Ping) bool {
	name := noUpdate
	if p.Item != "" {
		name = j.itemName(p.Item)
	}
	return (!e.Activity.Judges() || e.Activity.Value == string(p.Activity)) && (!e.Status.Judges() || e.Status.Value == string(p.Status)) &&
		(!e.Update.Set || e.Update.Value == name) && (!e.Code.Judges() || uint32(e.Code.Value.HRESULT) == p.Code)
}

// legacyLog judges lines of "windows update.log".
func (j *judge) legacyLog(wanted []plan.Pattern, client *legacy.Client) {
	var texts []string
	for _, line := range client.Log()[j.h.sus.lines:] {
		texts = append(texts, line[min(len(line), len("2006-01-02 15:04:05 ")):])
	}
	for _, p := range wanted {
		switch {
		case p.Any:
			j.observe(p.Pos, legacyLog, strings.Join(texts, "; "))
		case p.Absent && len(texts) == 0 || !p.Absent && p.Matches(texts...):
		default:
			j.fail(p.Pos, legacyLog, p.Text, strconv.Itoa(len(texts))+" lines, none like it", texts...)
		}
	}
}
