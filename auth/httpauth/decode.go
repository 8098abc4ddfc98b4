package httpauth

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/transcript"
)

// The types of token that [DecodeForTranscript] gives.
const (
	TokenChallenge = "challenge" // a challenge that begins a login
	TokenBasic     = "basic"     // Basic credentials
	TokenType1     = "type1"     // NEGOTIATE_MESSAGE, under NTLM or bare under Negotiate
	TokenType2     = "type2"     // CHALLENGE_MESSAGE
	TokenType3     = "type3"     // AUTHENTICATE_MESSAGE
	TokenKerberos  = "kerberos"  // a Kerberos token under Negotiate
	TokenSPNEGO    = "spnego"    // a Negotiate token that holds neither
	TokenDigest    = "digest"    // Digest credentials
	TokenSignIn    = "sign-in"   // name and password for a Passport login server
	TokenTicket    = "ticket"    // a Passport ticket for a partner
	TokenOther     = "token"     // credentials or a challenge of another kind
	TokenMalformed = "malformed" // unreadable; Text says why
)

var _ transcript.Decoder = DecodeForTranscript

// DecodeForTranscript explains the value of an authentication field without secrets;
// it is a [transcript.Decoder]. It knows WWW-Authenticate, Proxy-Authenticate,
// Authorization and Proxy-Authorization and gives nothing for other fields.
//
// Fields of a token: "domain" and "user" of Basic, Digest, Passport and Type 3; for
// NTLM also "workstation", "target", "version", "flags", "response" (Type 3), "lm" and
// "nt" (lengths in bytes), "mic" ("true") and the AV pairs by their names; for Negotiate
// also "form", "mech", "mechs", "state" and "mechListMIC" ("true"), and "service",
// "realm", "etype" and "code" of Kerberos; for Digest all parameters but the response;
// for a challenge its parameters by their names in lower case. An empty value is left
// out.
func DecodeForTranscript(header, value string) []transcript.Token {
	credentials := isCredentialHeader(header)
	if !credentials && !isChallengeHeader(header) {
		return nil
	}
	list, err := parseList(value)
	tokens := make([]transcript.Token, 0, len(list)+1)
	for _, c := range list {
		tokens = append(tokens, decode(c, credentials))
	}
	if err != nil {
		scheme, _, _ := strings.Cut(strings.TrimSpace(value), " ")
		tokens = append(tokens, malformed(transcript.Token{Scheme: schemeOnly(scheme)}, err))
	}
	for i := range tokens {
		tokens[i].Header = header
		tokens[i].Response = !credentials
	}
	return tokens
}

func isCredentialHeader(name string) bool {
	return strings.EqualFold(name, Server.CredentialHeader()) || strings.EqualFold(name, Proxy.CredentialHeader())
}

func isChallengeHeader(name string) bool {
	return strings.EqualFold(name, Server.ChallengeHeader()) || strings.EqualFold(name, Proxy.ChallengeHeader())
}

// schemeOnly keeps what stands where a scheme was due out of the record unless it is
// a known scheme.
func schemeOnly(word string) string {
	if SchemeOf(word).Known() {
		return word
	}
	return ""
}

func decode(c Challenge, credentials bool) transcript.Token {
	t := transcript.Token{Scheme: c.Scheme, Type: TokenOther, Text: c.Scheme + " token"}
	switch scheme := SchemeOf(c.Scheme); {
	case credentials && scheme == Basic:
		return decodeBasic(t, c)
	case credentials && scheme == Digest && len(c.Params) > 0:
		return decodeDigest(t, c)
	case credentials && scheme == Passport:
		return decodePassport(t, c)
	case c.Token != "" && scheme == NTLM:
		return decodeNTLM(t, c)
	case c.Token != "" && scheme == Negotiate:
		return decodeNegotiate(t, c)
	case !credentials && c.Token == "":
		return decodeBare(t, c)
	}
	return t
}

func decodeBasic(t transcript.Token, c Challenge) transcript.Token {
	given, err := parseBasic(c.Token)
	if err != nil {
		return malformed(t, err)
	}
	domain, user := given.account()
	t.Type, t.Text = TokenBasic, fmt.Sprintf("Basic credentials of %s", printable(given.user))
	t.Fields = fields("domain", domain, "user", user)
	return t
}

func decodeBare(t transcript.Token, c Challenge) transcript.Token {
	t.Type, t.Text = TokenChallenge, c.Scheme
	for _, p := range c.Params {
		if t.Fields == nil {
			t.Fields = map[string]string{}
		}
		if p.Name == "" { // a word of Passport
			t.Fields[strings.ToLower(p.Value)] = "true"
			t.Text += " " + printable(p.Value)
			continue
		}
		t.Fields[strings.ToLower(p.Name)] = p.Value
		t.Text += fmt.Sprintf(" %s=%q", p.Name, p.Value)
	}
	return t
}

func decodeNTLM(t transcript.Token, c Challenge) transcript.Token {
	raw, err := tokenBytes(c.Token)
	if err != nil {
		return malformed(t, err)
	}
	d, err := ntlm.Describe(raw)
	if err != nil {
		return malformed(t, err)
	}
	t.Type, t.Text = fmt.Sprintf("type%d", d.Type), d.String()
	t.Fields = describeFields(d)
	return t
}

func describeFields(d ntlm.Description) map[string]string {
	f := fields("domain", d.Domain, "user", d.User, "workstation", d.Workstation,
		"target", d.TargetName, "version", d.Version, "flags", d.Flags.String())
	for _, pair := range d.TargetInfo {
		name, value, _ := strings.Cut(pair.String(), "=")
		f[name] = value
	}
	if d.Type == 3 {
		f["response"] = d.Response.String()
		f["lm"], f["nt"] = strconv.Itoa(d.LMLen), strconv.Itoa(d.NTLen)
	}
	if d.MIC {
		f["mic"] = "true"
	}
	if d.Unread != "" {
		f["unread"] = d.Unread
	}
	return f
}

// fields makes a map of names and values, without those whose value is empty.
func fields(pairs ...string) map[string]string {
	f := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			f[pairs[i]] = pairs[i+1]
		}
	}
	return f
}

func malformed(t transcript.Token, err error) transcript.Token {
	t.Type, t.Text = TokenMalformed, err.Error()
	return t
}

// printable keeps a peer's control characters out of a line of the record.
func printable(s string) string {
	q := strconv.Quote(s)
	return strings.ReplaceAll(q[1:len(q)-1], `\\`, `\`)
}
