package handshake

import (
	"context"
	"net/http"
	"strings"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/behaviour"
)

// deviation is a behaviour that the gate itself carries out.
type deviation struct {
	behaviour.Definition
	words string // for the transcript
	set   func(d *httpauth.Deviations, a behaviour.Args)
}

// deviations are the ways in which a gate can fail to be faithful.
func deviations() []deviation {
	return []deviation{
		{Definition: behaviour.Definition{
			Name: "close-after-type2", Example: "{close-after-type2: {}}",
			Help:   "Closes the connection with the challenge that carries NTLM Type 2, so that Type 3 can't come back on it.",
			Source: "MS-NTHT 3.2.5: a login belongs to its connection",
		}, words: "closes the connection with Type 2",
			set: func(d *httpauth.Deviations, _ behaviour.Args) { d.CloseAfterType2 = true }},
		{Definition: behaviour.Definition{
			Name: "new-challenge-each-leg", Example: "{new-challenge-each-leg: {}}",
			Help:    "Judges Type 3 by another challenge than the one that was sent, as a balancer does that spreads the legs of a login over several machines.",
			Source:  "MS-NLMP 3.2.5.1.2",
			Assumed: true,
		}, words: "judges by a challenge that was never sent",
			set: func(d *httpauth.Deviations, _ behaviour.Args) { d.NewChallengeEachLeg = true }},
		{Definition: behaviour.Definition{
			Name: "stale-type2", Example: "{stale-type2: {}}",
			Help:    "Sends a Type 2 that was made for another connection, the same to all.",
			Source:  "MS-NLMP 3.2.5.1.1: the challenge is made anew for each login",
			Assumed: true,
		}, words: "sends the Type 2 of another connection",
			set: func(d *httpauth.Deviations, _ behaviour.Args) { d.StaleType2 = true }},
		{Definition: behaviour.Definition{
			Name: "type2-forever", Example: "{type2-forever: {}}",
			Help:    "Answers each Type 3 with a new Type 2; the client must stop.",
			Source:  "MS-NTHT 3.1.5.1",
			Assumed: true,
		}, words: "answers Type 3 with Type 2",
			set: func(d *httpauth.Deviations, _ behaviour.Args) { d.Type3LoopsType2 = true }},
		{Definition: behaviour.Definition{
			Name: "target-info", Example: "{target-info: {form: missing}}",
			Help:   "Sends a Type 2 without TargetInfo, or with one that ends inside its last pair.",
			Source: "MS-NLMP 2.2.1.2, 2.2.2.1; squid's ntlm_fake_auth sends none",
			Params: []behaviour.Param{{Name: "form", Type: behaviour.Enum, Required: true,
				Enum: []string{string(httpauth.TargetInfoTruncated), string(httpauth.TargetInfoMissing)},
				Help: "truncated: cut inside its last pair. missing: none at all."}},
		}, words: "sends no sound TargetInfo",
			set: func(d *httpauth.Deviations, a behaviour.Args) {
				d.TargetInfo = httpauth.TargetInfoForm(a.String("form"))
			}},
		{Definition: behaviour.Definition{
			Name: "oem-only", Example: "{oem-only: {}}",
			Help:   "Agrees to no Unicode in NTLM: names are in the OEM character set.",
			Source: "MS-NLMP 2.2.2.5, NTLMSSP_NEGOTIATE_OEM",
		}, words: "agrees to no Unicode",
			set: func(d *httpauth.Deviations, _ behaviour.Args) { d.OEMOnly = true }},
		{Definition: behaviour.Definition{
			Name: "no-session-security", Example: "{no-session-security: {}}",
			Help:   "Agrees to no extended session security (NTLM2) in NTLM, as servers of NT 4.0 before Service Pack 4.",
			Source: "MS-NLMP 2.2.2.5, NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY",
		}, words: "agrees to no extended session security",
			set: func(d *httpauth.Deviations, _ behaviour.Args) { d.NoESS = true }},
		{Definition: behaviour.Definition{
			Name: "no-128-bit", Example: "{no-128-bit: {}}",
			Help:   "Agrees to no 128-bit encryption in NTLM.",
			Source: "MS-NLMP 2.2.2.5, NTLMSSP_NEGOTIATE_128",
		}, words: "agrees to no 128-bit encryption",
			set: func(d *httpauth.Deviations, _ behaviour.Args) { d.No128 = true }},
		{Definition: behaviour.Definition{
			Name: "merged-schemes", Example: "{merged-schemes: {}}",
			Help:   "Writes all challenges in one field, with commas between them.",
			Source: "RFC 9110 11.6.1",
		}, words: "writes all challenges in one field",
			set: func(d *httpauth.Deviations, _ behaviour.Args) { d.MergedSchemes = true }},
		{Definition: behaviour.Definition{
			Name: "lower-case-schemes", Example: "{lower-case-schemes: {}}",
			Help:   "Writes the names of schemes in lower case.",
			Source: "RFC 9110 11.1",
		}, words: "writes schemes in lower case",
			set: func(d *httpauth.Deviations, _ behaviour.Args) { d.LowerCaseSchemes = true }},
		{Definition: behaviour.Definition{
			Name: "extra-schemes", Example: `{extra-schemes: {names: "Bearer, vendor-sso"}}`,
			Help:   "Offers schemes that the client can't know, before the others.",
			Source: "RFC 9110 11.6.1: a client takes the one that it understands",
			Params: []behaviour.Param{{Name: "names", Type: behaviour.String, Required: true, Help: "Names of schemes, with commas between them."}},
		}, words: "offers schemes that nobody knows",
			set: func(d *httpauth.Deviations, a behaviour.Args) { d.ExtraSchemes = listOf(a.String("names")) }},
		{Definition: behaviour.Definition{
			Name: "odd-quoting", Example: "{odd-quoting: {}}",
			Help:    "Writes Digest challenges with quotes where RFC 7616 has none, and without them where it has some.",
			Source:  "RFC 7616 3.3",
			Assumed: true,
		}, words: "quotes Digest parameters against the rules",
			set: func(d *httpauth.Deviations, _ behaviour.Args) { d.OddQuoting = true }},
	}
}

func listOf(names string) (list []string) {
	for _, name := range strings.Split(names, ",") {
		if name = strings.TrimSpace(name); name != "" {
			list = append(list, name)
		}
	}
	return list
}

// definition makes a behaviour that tells the gate, by the request, how to deviate.
func (d deviation) definition() behaviour.Definition {
	def := d.Definition
	def.New = func(a behaviour.Args) (behaviour.Middleware, error) {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				all := Of(r)
				d.set(&all, a)
				note(r, d.Name, "%s", d.words)
				next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), deviationsKey{}, all)))
			})
		}, nil
	}
	return def
}

type deviationsKey struct{}

// Of gives the deviations that the behaviours before this place ask of the gate.
func Of(r *http.Request) httpauth.Deviations {
	d, _ := r.Context().Value(deviationsKey{}).(httpauth.Deviations)
	return d
}
