package scenarios

import (
	"fmt"
	"strings"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/negotiate"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
)

// loginOff compares what an exchange says of a login beside NTLM's messages.
func loginOff(m *plan.Match, x *transcript.Exchange) string {
	if m.NTStatus.Judges() {
		name, _, _ := strings.Cut(x.NTStatus, " ")
		if name == "" {
			name = "none"
		}
		if wrong := off(m.NTStatus, "the NTSTATUS", name); wrong != "" {
			return wrong
		}
	}
	if wrong := schemeOff(m.Scheme, x); wrong != "" {
		return wrong
	}
	return mechanismOff(m.Mechanism, x)
}

// schemeOff compares the scheme of the credentials in the request, any of them when
// it has some for the server and some for a proxy.
func schemeOff(w plan.Want[plan.Scheme], x *transcript.Exchange) string {
	if !w.Judges() {
		return ""
	}
	want, seen := schemeNames[w.Value], []string(nil)
	for _, t := range x.Tokens {
		switch {
		case t.Response:
		case httpauth.SchemeOf(t.Scheme) == want:
			return ""
		default:
			seen = append(seen, t.Scheme)
		}
	}
	if seen == nil {
		return "it has no credentials"
	}
	return fmt.Sprintf("the scheme is %s, not %s", strings.Join(seen, " and "), want)
}

// mechanismOff compares what is inside a Negotiate token; one in the request counts
// before one in the answer.
func mechanismOff(w plan.Want[string], x *transcript.Exchange) string {
	if !w.Judges() {
		return ""
	}
	var answer string
	for i := range x.Tokens {
		t := &x.Tokens[i]
		mechanism := mechanismOf(t)
		switch {
		case mechanism == "":
		case !t.Response:
			return off(w, "the mechanism", mechanism)
		case answer == "":
			answer = mechanism
		}
	}
	if answer == "" {
		return "it has no Negotiate token"
	}
	return off(w, "the mechanism", answer)
}

// mechanismOf names what is inside a token, "" for a bare challenge, for another
// scheme, and for a token that says nothing of it.
func mechanismOf(t *transcript.Token) string {
	form, mech := t.Fields["form"], t.Fields["mech"]
	switch {
	case httpauth.SchemeOf(t.Scheme) != httpauth.Negotiate:
		return ""
	case strings.HasPrefix(t.Type, "type") && form == negotiate.KindRawNTLM.String():
		return "raw-ntlm"
	case strings.HasPrefix(t.Type, "type"), mech == negotiate.MechNTLM.String():
		return "ntlm"
	case mech == negotiate.MechKerberos.String(), mech == negotiate.MechMSKerberos.String():
		return "kerberos"
	}
	return ""
}
