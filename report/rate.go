package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/wualab/wualab/transcript"
)

// Rate is what crossed the link of a cell's PC over time: one point after the
// other, without gaps.
type Rate struct {
	Interval Seconds     `json:"interval_seconds"`
	Points   []RatePoint `json:"points"`
}

// RatePoint is what crossed the link within an interval, in bytes.
type RatePoint struct {
	At             time.Time `json:"at"` // when it begins
	DownForeground int64     `json:"down_foreground,omitempty"`
	DownBackground int64     `json:"down_background,omitempty"`
	UpForeground   int64     `json:"up_foreground,omitempty"`
	UpBackground   int64     `json:"up_background,omitempty"`
	// Offered is what the link offered a background download, in bits per second;
	// 0 for nothing and when it has no bounds.
	Offered int64 `json:"offered_bps,omitempty"`
}

func (p RatePoint) down() int64 { return p.DownForeground + p.DownBackground }
func (p RatePoint) up() int64   { return p.UpForeground + p.UpBackground }

// bps is the mean rate of bytes over an interval, in bits per second.
func (r *Rate) bps(bytes int64) float64 {
	if r.Interval <= 0 {
		return 0
	}
	return float64(bytes) * 8 / time.Duration(r.Interval).Seconds()
}

// rateOf reads the events about the link; nil when there are none. What is not
// as scenarios writes it counts as 0.
func rateOf(events []transcript.Event) *Rate {
	if len(events) == 0 {
		return nil
	}
	interval, _ := time.ParseDuration(events[0].Data["interval"])
	r := &Rate{Interval: Seconds(interval)}
	for _, e := range events {
		n := func(key string) int64 {
			v, _ := strconv.ParseInt(e.Data[key], 10, 64)
			return v
		}
		r.Points = append(r.Points, RatePoint{At: e.At, Offered: n("offered"), DownForeground: n("down foreground"),
			DownBackground: n("down background"), UpForeground: n("up foreground"), UpBackground: n("up background")})
	}
	return r
}

// coarse gives the rate in n points at most, 1 or more.
func (r *Rate) coarse(n int) *Rate {
	k := (len(r.Points) + n - 1) / n
	if k <= 1 {
		return r
	}
	out := &Rate{Interval: r.Interval * Seconds(k)}
	for i := 0; i < len(r.Points); i += k {
		sum := RatePoint{At: r.Points[i].At}
		part := r.Points[i:min(i+k, len(r.Points))]
		for _, p := range part {
			sum.DownForeground += p.DownForeground
			sum.DownBackground += p.DownBackground
			sum.UpForeground += p.UpForeground
			sum.UpBackground += p.UpBackground
			sum.Offered += p.Offered
		}
		sum.Offered /= int64(len(part))
		out.Points = append(out.Points, sum)
	}
	return out
}

// peak is the highest rate down or up, in bits per second.
func (r *Rate) peak() float64 {
	most := 0.0
	for _, p := range r.Points {
		most = max(most, r.bps(p.down()), r.bps(p.up()))
	}
	return most
}

// rateText is a rate for a person: "8 kbit/s", "1.5 Mbit/s".
func rateText(bps float64) string {
	for _, u := range []struct {
		size float64
		name string
	}{{1e9, "Gbit/s"}, {1e6, "Mbit/s"}, {1e3, "kbit/s"}} {
		if bps >= u.size {
			return strings.TrimSuffix(strconv.FormatFloat(bps/u.size, 'f', 1, 64), ".0") + " " + u.name
		}
	}
	return fmt.Sprintf("%.0f bit/s", bps)
}

// blocks are the eighths of a character cell.
const blocks = "▁▂▃▄▅▆▇█"

// sparkline draws the rate down in a line of at most width columns; a dot is none.
func (r *Rate) sparkline(width int) string {
	short := r.coarse(width)
	most := short.peak()
	var out strings.Builder
	for _, p := range short.Points {
		if p.down() == 0 {
			out.WriteString("·")
			continue
		}
		out.WriteRune([]rune(blocks)[min(int(short.bps(p.down())/most*8), 7)])
	}
	return out.String()
}

// rateView draws the rates down as bars, one line for each interval.
func rateView(c *Cell, style Style) string {
	const rows, left = 60, 34
	if c.Link == nil {
		return "the PC has no link on which bytes are counted\n"
	}
	r := c.Link.coarse(rows)
	most, width := r.peak(), max(style.width()-left-14, 10)
	out := fmt.Sprintf("rate down, foreground %s and background %s, in intervals of %s\n", fullBar, fainterBar, r.Interval)
	for _, p := range r.Points {
		foreground, background := columns(r.bps(p.DownForeground), most, width), columns(r.bps(p.DownBackground), most, width)
		bar := style.paint(yellow, strings.Repeat(fullBar, foreground)) + style.paint(cyan, strings.Repeat(fainterBar, background))
		out += fmt.Sprintf("%s %s%s %s\n", p.At.UTC().Format("Mon 2006-01-02 15:04:05"), bar,
			strings.Repeat(" ", max(0, width-foreground-background)), rateText(r.bps(p.down())))
	}
	return out
}

const (
	fullBar    = "█"
	fainterBar = "▒"
)

func columns(bps, most float64, width int) int {
	if most <= 0 {
		return 0
	}
	return int(bps/most*float64(width) + 0.5)
}
