package report

import (
	"strings"

	"github.com/wualab/wualab/transcript"
)

// LiveText is an exchange that has just ended, for a console: the time of day, the
// exchange in a line, and below it who logged in, what went wrong and which behaviours
// acted. Secrets are taken out.
func LiveText(x *transcript.Exchange, style Style) string {
	x = transcript.Redact(x)
	at := x.Start.Local().Format("15:04:05.000")
	var out strings.Builder
	out.WriteString(style.paint(faint, at) + "  " + wireLine(x) + "\n")
	for _, remark := range remarks(x) {
		for _, line := range wrap(userinfo.ReplaceAllString(remark, "://(redacted)@"), style.width()-len(at)-4) {
			out.WriteString(strings.Repeat(" ", len(at)+4) + style.paint(cyan, line) + "\n")
		}
	}
	return out.String()
}
