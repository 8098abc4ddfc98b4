package scenarios

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wualab/wualab/agent/wua/automatic"
	"github.com/wualab/wualab/scenarios/plan"
)

// automatic judges Automatic Updates after the step.
func (j *judge) automatic(e *plan.ExpectAutomatic) {
	const about = "automatic updates: "
	au := j.w.pc.AutomaticUpdates()
	st, now := au.Status(), j.w.clock.Now()
	state := strings.ReplaceAll(st.State.String(), " ", "-")
	check(j, e.State, about+"state", state, func(v string) bool { return v == state })
	bound(j, e.NextDetection, about+"time to the next detection", left(st.NextDetection, now))
	bound(j, e.Report, about+"time to the report", left(st.Report, now))
	bound(j, e.Restart, about+"time to the restart", left(st.Restart, now))
	bound(j, e.Restarts, about+"restarts of the PC", st.Restarts)
	j.pattern(e.ScheduledInstall, about+"scheduled install", moment(st.ScheduledInstall))
	pending, ready := j.inHand(st)
	j.listed(e.Pending, about+"pending", pending)
	j.listed(e.Ready, about+"ready", ready)
	var kinds, users, may []string
	for _, n := range st.Notices {
		kinds, users = append(kinds, string(n.Kind)), append(users, n.User)
		if n.MayWait {
			may = append(may, n.User)
		}
	}
	j.pattern(e.Notice, about+"notice", slices.Compact(kinds))
	j.users(e.SeenBy, about+"seen by", users)
	j.users(e.MayPostpone, about+"may postpone", may)
	offered := au.InstallsAtShutdown()
	check(j, e.OfferedShutdown, about+"offered at shutdown", strconv.FormatBool(offered), func(v bool) bool { return v == offered })
	for i := range e.Values {
		var got []string
		if text, ok := localText(j.w.pc.Machine, &e.Values[i]); ok {
			got = []string{text}
		}
		j.pattern(e.Values[i].Text, about+"value "+e.Values[i].Name, got)
	}
}

// inHand gives the names of the updates that the service has in hand.
func (j *judge) inHand(st automatic.Status) (pending, ready []string) {
	for _, u := range st.Updates {
		name := j.w.updates.name(u.Identity.UpdateID)
		pending = append(pending, name)
		if u.Ready {
			ready = append(ready, name)
		}
	}
	return pending, ready
}

// left is the time to a moment; 0 when none is set.
func left(at, now time.Time) time.Duration {
	if at.IsZero() {
		return 0
	}
	return at.Sub(now)
}

func moment(t time.Time) []string {
	if t.IsZero() {
		return nil
	}
	return []string{t.Format("Monday 2006-01-02 15:04")}
}

// pattern judges a text that may be missing.
func (j *judge) pattern(p plan.Pattern, what string, got []string) {
	actual := strings.Join(got, ", ")
	if len(got) == 0 {
		actual = "none"
	}
	switch {
	case p.Any:
		j.observe(p.Pos, what, actual)
	case !p.Matches(got...):
		j.fail(p.Pos, what, p.Text, actual)
	}
}

// listed judges names in any order.
func (j *judge) listed(w plan.Want[plan.Names], what string, got []string) {
	slices.Sort(got)
	check(j, w, what, words(got), func(v plan.Names) bool { return slices.Equal(slices.Sorted(slices.Values(v)), got) })
}

// users judges who the users of a notice are.
func (j *judge) users(w plan.Want[plan.Names], what string, got []string) {
	var names []string
	for _, user := range got {
		names = append(names, j.w.userName(user))
	}
	check(j, w, what, words(names), func(v plan.Names) bool { return j.w.sameUsers(v, got) })
}
