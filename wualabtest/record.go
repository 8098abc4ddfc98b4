package wualabtest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"

	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/transcript"
)

// HaveSentCredentials succeeds for a *transcript.Recorder of a PC that sent
// credentials to the target: Authorization to the server, Proxy-Authorization to
// the proxy. Schemes restrict it to credentials of one of them; without, any count.
func HaveSentCredentials(target credrule.Target, schemes ...credrule.Scheme) types.GomegaMatcher {
	want := fmt.Sprintf("to have sent credentials to the %v", target)
	if len(schemes) > 0 {
		want += " by " + strings.Join(names(schemes), " or ")
	}
	field := "Authorization"
	if target == credrule.Proxy {
		field = "Proxy-Authorization"
	}
	return matcher[*transcript.Recorder]{
		holds: func(r *transcript.Recorder) bool {
			return slices.ContainsFunc(sent(r, field), func(scheme string) bool {
				return len(schemes) == 0 || slices.ContainsFunc(names(schemes), func(n string) bool { return strings.EqualFold(n, scheme) })
			})
		},
		want: want, tell: recordStory,
	}
}

// HaveDecidedBy succeeds for a *transcript.Recorder of a PC that decided about a
// challenge by the credential rule with this id, such as "uselmcompat-1".
func HaveDecidedBy(rule string) types.GomegaMatcher {
	return matcher[*transcript.Recorder]{
		holds: func(r *transcript.Recorder) bool {
			return slices.ContainsFunc(decisions(r), func(d *transcript.Decision) bool { return d.Rule == rule })
		},
		want: "to have decided by the rule " + rule, tell: recordStory,
	}
}

// HaveVerified succeeds for a *transcript.Recorder of a fake, by its name, that let
// an account in: DOMAIN\user, compared without case.
func HaveVerified(node, account string) types.GomegaMatcher {
	return matcher[*transcript.Recorder]{
		holds: func(r *transcript.Recorder) bool {
			return slices.ContainsFunc(r.Exchanges(0), func(x *transcript.Exchange) bool {
				return x.Node == node && x.Verified != "" && strings.EqualFold(x.Verified, account)
			})
		},
		want: fmt.Sprintf("to have %s verified by %s", account, node), tell: recordStory,
	}
}

// sent gives the schemes of the credentials that the PC sent in a field.
func sent(r *transcript.Recorder, field string) []string {
	var schemes []string
	for _, x := range r.Exchanges(0) {
		if x.Role != transcript.Client {
			continue
		}
		for _, value := range x.Request.Values(field) {
			scheme, _, _ := strings.Cut(value, " ")
			schemes = append(schemes, scheme)
		}
	}
	return schemes
}

func decisions(r *transcript.Recorder) []*transcript.Decision {
	var all []*transcript.Decision
	for _, e := range r.Events(0) {
		if e.Kind == transcript.KindDecision && e.Decision != nil {
			all = append(all, e.Decision)
		}
	}
	return all
}

func names(schemes []credrule.Scheme) []string {
	var out []string
	for _, s := range schemes {
		out = append(out, s.String())
	}
	return out
}

// recordStory tells what the PC asked, what it decided and what came, a line each.
func recordStory(r *transcript.Recorder) string {
	story := "the record of"
	for _, x := range r.Exchanges(0) {
		story += fmt.Sprintf("\n    %s %d: %s %s -> %d", x.Conn, x.N, x.Request.Method, x.Request.URL, x.Status())
		if x.Verified != "" {
			story += ", verified " + x.Verified
		}
		if x.Refused != "" {
			story += ", refused: " + x.Refused
		}
	}
	for _, d := range decisions(r) {
		story += fmt.Sprintf("\n    decision for the %s by %s: %s", d.Target, d.Rule, d.Words)
	}
	return story + "\n"
}
