package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wualab/wualab/transcript"
)

// ReceivedText tells in a line for each node what it received: exchanges and
// connections, who logged in, and how often somebody was refused.
func ReceivedText(r transcript.Record, nodes []string, style Style) string {
	var fields []Field
	for _, node := range nodes {
		fields = append(fields, Field{node, received(r, node)})
	}
	return FieldText(style, 2, fields...)
}

func received(r transcript.Record, node string) string {
	exchanges, refused, conns := 0, 0, map[string]bool{}
	var verified []string
	for _, x := range r.Exchanges() {
		if x.Node != node {
			continue
		}
		exchanges++
		conns[x.Conn] = true
		if x.Refused != "" {
			refused++
		}
		if x.Verified != "" && !slices.Contains(verified, x.Verified) {
			verified = append(verified, x.Verified)
		}
	}
	if exchanges == 0 {
		return "nothing"
	}
	text := fmt.Sprintf("%s on %s", count(exchanges, "exchange"), count(len(conns), "connection"))
	if len(verified) > 0 {
		text += "; verified " + visible(strings.Join(verified, ", "))
	}
	if refused > 0 {
		text += fmt.Sprintf("; refused %s", count(refused, "login"))
	}
	return text
}
