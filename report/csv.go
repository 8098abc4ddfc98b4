package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"time"
)

// WriteCSV writes what crossed the links of the PCs over time, a line for each cell
// and interval, for programs that plot. Cells whose PC has no link are left out.
func WriteCSV(w io.Writer, d *Document) error {
	out := csv.NewWriter(w)
	_ = out.Write([]string{"cell", "time", "interval_seconds", "down_bps", "up_bps", "offered_bps",
		"down_foreground_bytes", "down_background_bytes", "up_foreground_bytes", "up_background_bytes"})
	for _, c := range d.Cells {
		if c.Link == nil {
			continue
		}
		for _, p := range c.Link.Points {
			n := func(v int64) string { return strconv.FormatInt(v, 10) }
			rate := func(bytes int64) string { return strconv.FormatFloat(c.Link.bps(bytes), 'f', 0, 64) }
			_ = out.Write([]string{c.ID, p.At.UTC().Format(time.RFC3339),
				strconv.FormatFloat(time.Duration(c.Link.Interval).Seconds(), 'f', -1, 64), rate(p.down()), rate(p.up()), n(p.Offered),
				n(p.DownForeground), n(p.DownBackground), n(p.UpForeground), n(p.UpBackground)})
		}
	}
	out.Flush()
	return out.Error()
}
