package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/wualab/wualab/transcript"
)

// View is what to show of a saved run.
type View string

// The views of [WriteView].
const (
	ViewSummary View = "summary" // a line for each cell, and why it is not good
	ViewWire    View = "wire"    // all heads, and the lengths of bodies
	ViewNTLM    View = "ntlm"    // the authentication tokens, decoded
	ViewEvents  View = "events"  // all that happened, a line each
	ViewRate    View = "rate"    // what crossed the PC's link over time, as bars
)

// Views lists the views.
func Views() []View { return []View{ViewSummary, ViewWire, ViewNTLM, ViewEvents, ViewRate} }

// WriteView writes a view of a cell. A cell whose record was not kept has only
// a summary; the other views are then a line that says so.
func WriteView(w io.Writer, c *Cell, view View, style Style) error {
	if !slices.Contains(Views(), view) {
		return fmt.Errorf("unknown view %q", view)
	}
	text := summaryView(c, style)
	switch view {
	case ViewSummary:
	case ViewRate:
		text = style.paint(bold, c.ID) + "\n" + rateView(c, style) + "\n"
	default:
		text = style.paint(bold, c.ID) + "\n" + recordView(c, view, style) + "\n"
	}
	_, err := io.WriteString(w, text)
	return err
}

func summaryView(c *Cell, style Style) string {
	if !c.Verdict.Good() {
		return CellText(c, style) + "\n"
	}
	color := green
	if c.Verdict != "pass" {
		color = yellow
	}
	text := fmt.Sprintf("%s %s  %s virtual\n", style.paint(color, word(c.Verdict)), pad(c.ID, 56), c.Virtual)
	for _, line := range strings.Split(strings.TrimSuffix(observationText(c), "\n"), "\n") {
		if line != "" {
			text += indent + "? " + line + "\n"
		}
	}
	return text
}

func recordView(c *Cell, view View, style Style) string {
	if c.Record == nil {
		return "no transcript was kept; run with --keep to have it for cells that pass\n"
	}
	var out strings.Builder
	for _, entry := range c.Record.Entries {
		x := entry.Exchange
		switch {
		case view == ViewEvents:
			out.WriteString(eventLine(entry, style))
		case x != nil && view == ViewWire:
			out.WriteString("\n" + wireText(x, style))
		case x != nil && view == ViewNTLM:
			out.WriteString(tokenText(x, style))
		}
	}
	if out.Len() == 0 {
		return "nothing of this kind happened\n"
	}
	return out.String()
}

// stamp is a time of the world's clock.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.000") }

// wireText is an exchange with its heads as they were.
func wireText(x *transcript.Exchange, style Style) string {
	var out strings.Builder
	title := fmt.Sprintf("%s %d  seen by %s  %s", x.Conn, x.N, seer(x), stamp(x.Start))
	if x.Step != "" {
		title += "  step " + x.Step
	}
	out.WriteString(style.paint(cyan, title) + "\n")
	writeMessage(&out, "> ", x.Request)
	for _, m := range x.Interim {
		writeMessage(&out, "< ", m)
	}
	writeMessage(&out, "< ", x.Response)
	for _, r := range remarks(x) {
		out.WriteString("* " + r + "\n")
	}
	return out.String()
}

// seer names who saw the exchange.
func seer(x *transcript.Exchange) string {
	if x.Role == transcript.Client {
		return "the client"
	}
	return fmt.Sprintf("%s %s", x.Role, x.Node)
}

func writeMessage(out *strings.Builder, mark string, m *transcript.Message) {
	if m == nil {
		return
	}
	for _, line := range strings.Split(strings.TrimRight(string(m.Head), "\r\n"), "\n") {
		out.WriteString(mark + visible(strings.TrimRight(line, "\r")) + "\n")
	}
	if m.Body.Length > 0 || !m.Body.Complete {
		fmt.Fprintf(out, "%s[body: %s]\n", mark, bodyText(m.Body))
	}
}

// tokenText is the authentication of an exchange: each token, the decisions,
// and how the fake took it.
func tokenText(x *transcript.Exchange, style Style) string {
	var out strings.Builder
	for i := range x.Tokens {
		writeToken(&out, &x.Tokens[i])
	}
	for _, d := range x.Decisions {
		fmt.Fprintf(&out, "  * %s\n    %s\n    rule %s (%s): %s\n", decisionText(d), d.Words, d.Rule, documented(d.Documented), d.Source)
	}
	for _, r := range []struct{ label, text string }{
		{"verified", x.Verified}, {"refused", x.Refused}, {"NTSTATUS", x.NTStatus}, {learner(x), learned(x)},
	} {
		if r.text != "" {
			fmt.Fprintf(&out, "  * %s: %s\n", r.label, r.text)
		}
	}
	if out.Len() == 0 {
		return ""
	}
	return "\n" + style.paint(cyan, wireLine(x)) + "\n" + out.String()
}

func writeToken(out *strings.Builder, t *transcript.Token) {
	mark := ">"
	if t.Response {
		mark = "<"
	}
	fmt.Fprintf(out, "  %s %s: %s\n", mark, t.Header, tokenTitle(t))
	names := make([]string, 0, len(t.Fields))
	for name := range t.Fields {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Fprintf(out, "      %s %s\n", pad(name, 20), visible(t.Fields[name]))
	}
}

// messages are the names of MS-NLMP 2.2.1.
var messages = map[string]string{"type1": "NEGOTIATE_MESSAGE", "type2": "CHALLENGE_MESSAGE", "type3": "AUTHENTICATE_MESSAGE"}

// tokenTitle is the message of a token whose fields follow, or all that is known
// of another one.
func tokenTitle(t *transcript.Token) string {
	if name, ok := messages[t.Type]; ok && len(t.Fields) > 0 {
		return fmt.Sprintf("%s type %s, %s", t.Scheme, t.Type[4:], name)
	}
	return cmp.Or(visible(t.Text), tokenName(t))
}

// eventLine is an entry of the record in a line.
func eventLine(entry transcript.Entry, style Style) string {
	if x := entry.Exchange; x != nil {
		return fmt.Sprintf("%s  %s %s\n", stamp(x.Start), style.paint(cyan, pad("http", 9)), wireLine(x))
	}
	e := entry.Event
	var parts []string
	for _, part := range []string{e.Node, e.Conn, e.Subject, e.Text} {
		if part != "" {
			parts = append(parts, visible(part))
		}
	}
	line := fmt.Sprintf("%s  %s %s\n", stamp(e.At), style.paint(cyan, pad(string(e.Kind), 9)), strings.Join(parts, "  "))
	if d := e.Decision; d != nil {
		line += fmt.Sprintf("%s%s: rule %s (%s)\n", strings.Repeat(" ", len(stamp(e.At))+12), decisionText(d), d.Rule, documented(d.Documented))
	}
	return line
}
