package httpauth

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/wualab/wualab/auth/negotiate"
	"github.com/wualab/wualab/auth/negotiate/kerberos"
	"github.com/wualab/wualab/transcript"
)

// decodeDigest leaves the response out: it is what a password can be tried on.
func decodeDigest(t transcript.Token, c Challenge) transcript.Token {
	t.Type, t.Fields = TokenDigest, map[string]string{}
	for _, p := range c.Params {
		name := strings.ToLower(p.Name)
		if p.Value != "" && isDigestParam(name) {
			t.Fields[name] = p.Value
		}
	}
	name, _ := c.Param("username")
	delete(t.Fields, "username")
	domain, user := userPass{user: text(name)}.account()
	for key, value := range fields("domain", domain, "user", user) {
		t.Fields[key] = value
	}
	t.Text = fmt.Sprintf("Digest credentials of %s for %s", printable(text(name)), printable(t.Fields["uri"]))
	return t
}

// isDigestParam knows the parameters that can be shown; of unknown ones nobody knows.
func isDigestParam(name string) bool {
	switch name {
	case "username", "realm", "nonce", "uri", "algorithm", "cnonce", "opaque", "qop", "nc", "userhash":
		return true
	}
	return false
}

// decodePassport leaves password and ticket out.
func decodePassport(t transcript.Token, c Challenge) transcript.Token {
	if _, ok := c.Param("from-PP"); ok {
		t.Type, t.Text = TokenTicket, "Passport ticket"
		return t
	}
	name, signsIn := c.Param("sign-in")
	target, _ := c.Param("OrgUrl")
	if !signsIn {
		t.Text = "Passport token request for " + printable(target)
		t.Fields = fields("url", target)
		return t
	}
	if plain, err := url.PathUnescape(name); err == nil {
		name = plain
	}
	t.Type, t.Text = TokenSignIn, fmt.Sprintf("Passport sign-in of %s for %s", printable(name), printable(target))
	t.Fields = fields("user", name, "url", target)
	return t
}

// decodeNegotiate gives an inner NTLM message the type that it has without SPNEGO.
func decodeNegotiate(t transcript.Token, c Challenge) transcript.Token {
	raw, err := tokenBytes(c.Token)
	if err != nil {
		return malformed(t, err)
	}
	d, err := negotiate.Describe(raw)
	if err != nil {
		return malformed(t, err)
	}
	t.Type, t.Text = TokenSPNEGO, d.String()
	t.Fields = fields("form", d.Kind.String(), "mech", d.Mech.String(), "mechs", mechNames(d.Mechs), "problem", d.Problem)
	if d.NegState != nil {
		t.Fields["state"] = d.NegState.String()
	}
	if d.MechListMIC {
		t.Fields["mechListMIC"] = "true"
	}
	switch {
	case d.NTLM != nil:
		t.Type = fmt.Sprintf("type%d", d.NTLM.Type)
		for key, value := range describeFields(*d.NTLM) {
			t.Fields[key] = value
		}
	case d.Kerberos != nil:
		t.Type = TokenKerberos
		for key, value := range kerberosFields(*d.Kerberos) {
			t.Fields[key] = value
		}
	}
	return t
}

func mechNames(mechs []negotiate.Mech) string {
	names := make([]string, len(mechs))
	for i, m := range mechs {
		names[i] = m.String()
	}
	return strings.Join(names, " ")
}

func kerberosFields(d kerberos.Description) map[string]string {
	f := fields("message", d.Message.String(), "service", d.Service, "realm", d.Realm)
	if d.EType != 0 {
		f["etype"] = d.EType.String()
	}
	if d.Code != 0 {
		f["code"] = d.Code.String()
	}
	return f
}
