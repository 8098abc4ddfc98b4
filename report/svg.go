package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strings"
	"time"
)

// The measures of a plot, in pixels.
const (
	plotWidth, plotHeight = 900, 280 // of a cell
	plotLeft, plotRight   = 80, 40
	plotTop, plotBottom   = 48, 44
)

// WriteSVG draws what crossed the links of the PCs over time, a plot for each cell,
// one below the other. Cells whose PC has no link are left out; a document without
// any is a picture that says so.
func WriteSVG(w io.Writer, d *Document) error {
	var cells []*Cell
	for _, c := range d.Cells {
		if c.Link != nil && len(c.Link.Points) > 0 {
			cells = append(cells, c)
		}
	}
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" font-family="sans-serif" font-size="12">`+"\n",
		plotWidth, max(len(cells), 1)*plotHeight)
	out.WriteString(`<rect width="100%" height="100%" fill="#fff"/>` + "\n")
	if len(cells) == 0 {
		out.WriteString(text(plotLeft, plotTop, "", "No cell has a PC with a link on which bytes are counted."))
	}
	for i, c := range cells {
		fmt.Fprintf(&out, `<g transform="translate(0 %d)">`+"\n", i*plotHeight)
		newPlot(c).draw(&out)
		out.WriteString("</g>\n")
	}
	out.WriteString("</svg>\n")
	_, err := io.WriteString(w, out.String())
	return err
}

// plot is the picture of one cell.
type plot struct {
	cell *Cell
	rate *Rate
	top  float64 // bits per second at the upper edge
	step float64 // between the marks of the rate
}

func newPlot(c *Cell) *plot {
	p := &plot{cell: c, rate: c.Link}
	most := p.rate.peak()
	for _, at := range p.rate.Points {
		if float64(at.Offered) <= 4*p.rate.peak() {
			most = max(most, float64(at.Offered))
		}
	}
	p.step = niceStep(most / 4)
	p.top = p.step * math.Max(1, math.Ceil(1.05*most/p.step)) // below the legend
	return p
}

// niceStep is 1, 2 or 5 times a power of ten, and not less than least.
func niceStep(least float64) float64 {
	if least <= 0 {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(least)))
	for _, f := range []float64{1, 2, 5} {
		if f*power >= least {
			return f * power
		}
	}
	return 10 * power
}

func (p *plot) draw(out *strings.Builder) {
	out.WriteString(text(plotLeft, 20, `font-size="14" font-weight="bold"`, p.cell.ID))
	p.legend(out)
	p.rates(out)
	p.times(out)
	p.area(out, "#2b6cb0", func(at RatePoint) (low, high int64) { return 0, at.DownBackground })
	p.area(out, "#dd6b20", func(at RatePoint) (low, high int64) { return at.DownBackground, at.down() })
	p.line(out, `stroke="#718096" stroke-dasharray="4 3"`, func(at RatePoint) float64 { return float64(at.Offered) })
	p.line(out, `stroke="#38a169"`, func(at RatePoint) float64 { return p.rate.bps(at.up()) })
	fmt.Fprintf(out, `<path d="M%d %dV%dH%d" fill="none" stroke="#1a202c"/>`+"\n", plotLeft, plotTop, plotHeight-plotBottom, plotWidth-plotRight)
}

func (p *plot) legend(out *strings.Builder) {
	x := plotLeft
	for _, l := range []struct{ mark, words string }{
		{`<rect x="%d" y="30" width="10" height="10" fill="#2b6cb0"/>`, "background, down"},
		{`<rect x="%d" y="30" width="10" height="10" fill="#dd6b20"/>`, "foreground, down"},
		{`<path d="M%d 35h10" stroke-width="1.5" stroke="#38a169"/>`, "up"},
		{`<path d="M%d 35h10" stroke-width="1.5" stroke="#718096" stroke-dasharray="4 3"/>`, "offered to background"},
	} {
		fmt.Fprintf(out, l.mark, x)
		out.WriteString(text(x+14, 39, "", l.words))
		x += 40 + 7*len(l.words)
	}
	out.WriteString(text(plotWidth-plotRight, 39, `text-anchor="end" fill="#4a5568"`, "intervals of "+p.rate.Interval.String()))
}

// rates draws the marks of the rate.
func (p *plot) rates(out *strings.Builder) {
	for v := 0.0; v <= p.top+p.step/2; v += p.step {
		y := p.y(v)
		fmt.Fprintf(out, `<path d="M%d %.1fH%d" stroke="#e2e8f0"/>`+"\n", plotLeft, y, plotWidth-plotRight)
		out.WriteString(text(plotLeft-6, int(y)+4, `text-anchor="end"`, rateText(v)))
	}
}

// times draws the marks of the time: whole units, at most ten.
func (p *plot) times(out *strings.Builder) {
	points := p.rate.Points
	first := points[0].At.UTC()
	length := time.Duration(len(points)) * time.Duration(p.rate.Interval)
	step := timeStep(length)
	form := "15:04:05"
	switch {
	case step >= 24*time.Hour:
		form = "Mon 2 Jan"
	case length > 24*time.Hour:
		form = "Mon 15:04"
	case step >= time.Minute:
		form = "15:04"
	}
	for t := first.Truncate(step); !t.After(first.Add(length)); t = t.Add(step) {
		if t.Before(first) {
			continue
		}
		x := p.x(float64(t.Sub(first)) / float64(p.rate.Interval))
		fmt.Fprintf(out, `<path d="M%.1f %dv5" stroke="#1a202c"/>`, x, plotHeight-plotBottom)
		out.WriteString(text(int(x), plotHeight-plotBottom+18, `text-anchor="middle"`, t.Format(form)))
	}
	out.WriteString(text(plotLeft, plotHeight-6, `fill="#4a5568"`, "from "+first.Format("Monday 2 January 2006, 15:04:05")+" UTC"))
}

func timeStep(length time.Duration) time.Duration {
	for _, step := range []time.Duration{time.Second, 5 * time.Second, 15 * time.Second, time.Minute, 5 * time.Minute,
		15 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 7 * 24 * time.Hour} {
		if length/step <= 10 {
			return step
		}
	}
	return length / 8
}

// x is the place of a point, by its number.
func (p *plot) x(i float64) float64 {
	return plotLeft + i*float64(plotWidth-plotLeft-plotRight)/float64(len(p.rate.Points))
}

// y is the place of a rate; what is beyond the upper edge is at it.
func (p *plot) y(bps float64) float64 {
	height := float64(plotHeight - plotTop - plotBottom)
	return plotHeight - plotBottom - math.Min(bps/p.top, 1)*height
}

// area fills what lies between two sums of bytes, in steps.
func (p *plot) area(out *strings.Builder, color string, span func(RatePoint) (low, high int64)) {
	var d strings.Builder
	for i, at := range p.rate.Points {
		low, high := span(at)
		if high > low {
			fmt.Fprintf(&d, "M%.1f %.1fH%.1fV%.1fH%.1fZ", p.x(float64(i)), p.y(p.rate.bps(low)), p.x(float64(i+1)), p.y(p.rate.bps(high)), p.x(float64(i)))
		}
	}
	if d.Len() > 0 {
		fmt.Fprintf(out, `<path d="%s" fill="%s"/>`+"\n", d.String(), color)
	}
}

// line draws a rate in steps, if there is one.
func (p *plot) line(out *strings.Builder, look string, rate func(RatePoint) float64) {
	var d strings.Builder
	some := false
	for i, at := range p.rate.Points {
		y := p.y(rate(at))
		some = some || rate(at) > 0
		mark := "V"
		if i == 0 {
			mark = fmt.Sprintf("M%.1f ", p.x(0))
		}
		fmt.Fprintf(&d, "%s%.1fH%.1f", mark, y, p.x(float64(i+1)))
	}
	if some {
		fmt.Fprintf(out, `<path d="%s" fill="none" stroke-width="1.5" %s/>`+"\n", d.String(), look)
	}
}

func text(x, y int, look, words string) string {
	var escaped strings.Builder
	_ = xml.EscapeText(&escaped, []byte(visible(words)))
	return fmt.Sprintf(`<text x="%d" y="%d" %s>%s</text>`+"\n", x, y, look, escaped.String())
}
