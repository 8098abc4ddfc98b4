package main

import (
	"fmt"
	"strings"

	"github.com/wualab/wualab/auth/credrule"
)

const rulesOpening = `# Credential rules

How BITS decides about an authentication challenge: whether to answer it, and with
whose credentials. The rules are tried in this order and the first that fits
decides, except that a scheme which Windows does not support in the given place
(the *limit* rules at the end) counts as not offered. Scenario files name a rule by
its id (` + "`expect: {decision: {rule: ...}}`" + `), ` + "`wualab explain`" + ` applies them to a real
registry. *Assumed* is what no public document settles. This page is written by
` + "`make docs`" + ` from the table in the code.

| | sends |
|---|---|
| implicit | the logon credentials of the job's owner |
| explicit | the user name and password that the program gave SetCredentials |
| url-embedded | those in the URL |
| nothing | no credentials; the job ends in ERROR with the code of the challenge |
`

func rules([]byte) ([]byte, error) {
	var b strings.Builder
	b.WriteString(rulesOpening)
	for _, r := range credrule.Rules() {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n- Sends: %v\n- Source: %s\n", r.ID, escaped(r.Words), r.Sends, escaped(r.Source))
		if r.Assumed != "" {
			fmt.Fprintf(&b, "- *Assumed:* %s\n", escaped(r.Assumed))
		}
	}
	return []byte(b.String()), nil
}
