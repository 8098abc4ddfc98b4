package plan

import (
	"fmt"
	"time"
)

// Link is the PC's network link: what agent/link models.
type Link struct {
	Pos     Pos           `yaml:"-"`
	Down    Opt[int64]    `yaml:"down" format:"rate" min:"1000" help:"Speed towards the PC; absent: bytes take no time."`
	Up      Opt[int64]    `yaml:"up" format:"rate" min:"1000" help:"Speed from the PC; absent: bytes take no time."`
	Latency Opt[Duration] `yaml:"latency" format:"duration" help:"Time that a byte is under way in one direction, at most 1m. A connection, and each answer, costs it twice."`
	Trickle Opt[int64]    `yaml:"trickle" format:"rate" min:"1000" help:"What background transfers get however busy the link is; absent: 2kbit/s, which is assumed."`
	Traffic []LinkTraffic `yaml:"traffic" help:"What other programs carry; where several entries cover a time, the last counts."`
	Gateway Opt[bool]     `yaml:"gateway" help:"The router is an internet gateway device that tells BITS 2.5 and later, by UPnP, how busy the link is; absent: it does not."`
	Offline []LinkOffline `yaml:"offline" help:"When the link is down."`
}

// LinkOffline is when the link is down.
type LinkOffline struct {
	Pos Pos `yaml:"-"`
	LinkTimes
}

// LinkTimes is a part of each day, or of some days. Times are of the PC's clock,
// which shows UTC; a scenario begins on Friday 2004-08-06 at 09:00.
type LinkTimes struct {
	From Opt[DayTime] `yaml:"from" format:"daytime" help:"Time of day at which it begins, such as 22:00; absent: 00:00."`
	To   Opt[DayTime] `yaml:"to" format:"daytime" help:"Time of day at which it ends; before from: on the next day; absent: 24:00."`
	Days []string     `yaml:"days" enum:"mon|tue|wed|thu|fri|sat|sun" help:"Days on which it begins; absent: every day."`
}

// LinkTraffic is what other programs carry at some times.
type LinkTraffic struct {
	Pos Pos `yaml:"-"`
	LinkTimes
	Elsewhere Opt[bool]  `yaml:"elsewhere" help:"It is that of other machines on the link, which the PC's network card does not see."`
	Use       Opt[int64] `yaml:"use" format:"rate" help:"What they carry in each direction; down and up say it apart."`
	Down      Opt[int64] `yaml:"down" format:"rate" help:"What they carry towards the PC."`
	Up        Opt[int64] `yaml:"up" format:"rate" help:"What they carry from the PC."`
}

// ExpectLink is what is expected to have crossed the link in a step.
type ExpectLink struct {
	Pos Pos `yaml:"-"`
	LinkTimes
	Direction Opt[string]  `yaml:"direction" enum:"down|up" default:"down" help:"Which way."`
	Class     Opt[string]  `yaml:"class" enum:"all|foreground|background" default:"all" help:"Whose bytes."`
	Rate      Bound[int64] `yaml:"rate" format:"rate" help:"Mean rate over the times of the step that from, to and days leave."`
	Peak      Bound[int64] `yaml:"peak" format:"rate" help:"Highest mean rate of an interval of the record within these times; see docs/scenarios.md."`
	Bytes     Bound[int64] `yaml:"bytes" format:"size" help:"Bytes that crossed within these times, heads and logins among them."`
}

// DayTime is a time of day since midnight, up to 24 h.
type DayTime time.Duration

// String gives "22:00".
func (t DayTime) String() string {
	return fmt.Sprintf("%02d:%02d", int(time.Duration(t).Hours()), int(time.Duration(t).Minutes())%60)
}

func (t *DayTime) decode(d *decoder, n *node, tg *tag) {
	text, ok := d.text(n, tg)
	if !ok {
		return
	}
	var hours, minutes int
	if _, err := fmt.Sscanf(text, "%d:%d", &hours, &minutes); err == nil {
		*t = DayTime(time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute)
	}
}

func (t *DayTime) schema(g *generator, tg *tag) object { return g.text(tg) }

// Span gives the times of the day at which it begins and ends: 0 to 24 h when
// nothing is said.
func (t LinkTimes) Span() (from, to time.Duration) {
	return time.Duration(t.From.Value), time.Duration(t.To.Or(DayTime(24 * time.Hour)))
}

var weekdays = map[string]time.Weekday{"sun": time.Sunday, "mon": time.Monday, "tue": time.Tuesday,
	"wed": time.Wednesday, "thu": time.Thursday, "fri": time.Friday, "sat": time.Saturday}

// Weekdays gives the days; none: every day.
func (t LinkTimes) Weekdays() []time.Weekday {
	var days []time.Weekday
	for _, d := range t.Days {
		days = append(days, weekdays[d])
	}
	return days
}

const mostLatency = time.Minute

func (c *checker) checkLink(l *Link) {
	if l == nil {
		return
	}
	if l.Latency.Value > mostLatency {
		c.fail(l.Latency.Pos, "latency: more than a minute", "write the time in one direction, such as 150ms")
	}
	for i := range l.Traffic {
		t := &l.Traffic[i]
		c.checkTimes("traffic", t.LinkTimes)
		if !t.Use.Set && !t.Down.Set && !t.Up.Set {
			c.fail(t.Pos, "traffic: how much is not said", "add use: and a rate such as 48kbit/s, or down: and up:")
		}
	}
	for _, t := range l.Offline {
		c.checkTimes("offline", t.LinkTimes)
		if from, to := t.Span(); to-from == 24*time.Hour && len(t.Days) == 0 {
			c.fail(t.Pos, "offline: the link would never be there", "write from:, to: or days:")
		}
	}
}

// checkTimes refuses a window that could be none or the whole day.
func (c *checker) checkTimes(key string, t LinkTimes) {
	if from, to := t.Span(); from == to {
		c.fail(t.From.Pos, fmt.Sprintf("%s: it ends at %s, when it begins", key, DayTime(to)), "leave from and to out for the whole day")
	}
}

func (c *checker) checkExpectLink(e *ExpectLink) {
	c.checkTimes("link", e.LinkTimes)
	switch {
	case c.s.Client.Link == nil:
		c.fail(e.Pos, "link: the PC has no link whose bytes are counted", "add client: {link: {down: 56kbit/s}}")
	case !e.Rate.Set && !e.Peak.Set && !e.Bytes.Set:
		c.fail(e.Pos, "link: nothing is expected", "add rate, peak or bytes")
	}
}
