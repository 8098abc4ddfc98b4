package transcript

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"regexp"
	"strings"
)

const redacted = "(redacted)"

// Redact returns a copy of x for a report, with "(redacted)" in place of the secrets in
// its heads: Basic, Bearer, Passport and Kerberos credentials, NTLM responses (in the
// form "NTLM (type 3, redacted)"), the response and rspauth values of Digest, the tickets
// of Passport login servers, cookie values, the fields that hold a token or key alone
// (see [SecretField]), and of URLs the user information and the query parameters that
// [HideQuery] knows. NTLM Type 1, challenges and what a header says besides stay readable. Bodies are copied as they are.
func Redact(x *Exchange) *Exchange {
	c := x.clone()
	redactMessage(c.Request, false)
	redactMessage(c.Response, true)
	for _, m := range c.Interim {
		redactMessage(m, true)
	}
	for _, s := range []*string{&c.Target, &c.Refused, &c.Err} {
		*s = hideURL(*s)
	}
	for i := range c.Notes {
		c.Notes[i] = hideURL(c.Notes[i])
	}
	return c
}

func redactMessage(m *Message, response bool) {
	if m == nil {
		return
	}
	head := redactHead(m.Head)
	again, ok := parseHead(head, response)
	if !ok { // the secret was what made it a start line
		again = &Message{Head: head, Line: redacted, Method: redacted}
	}
	again.Body = m.Body
	*m = *again
}

// redactHead rewrites the lines that hold secrets and keeps all others byte for byte.
func redactHead(head []byte) []byte {
	var out bytes.Buffer
	for n := 0; len(head) > 0; n++ {
		var line []byte
		line, head = cutField(head, n > 0)
		text := strings.TrimRight(string(line), "\r\n")
		end := line[len(text):]
		if n == 0 {
			text = redactStartLine(text)
		} else {
			text = redactField(text)
		}
		out.WriteString(text)
		out.Write(end)
	}
	return out.Bytes()
}

// cutField takes a line with its end, and with its continuation lines when it is a
// field.
func cutField(head []byte, field bool) (line, rest []byte) {
	at := 0
	for {
		i := bytes.IndexByte(head[at:], '\n')
		if i < 0 {
			return head, nil
		}
		at += i + 1
		folded := field && at < len(head) && (head[at] == ' ' || head[at] == '\t')
		if !folded {
			return head[:at], head[at:]
		}
	}
}

func redactStartLine(line string) string {
	method, rest, _ := strings.Cut(line, " ")
	if i := strings.LastIndexByte(rest, '@'); method == "CONNECT" && i >= 0 {
		return method + " " + redacted + rest[i:]
	}
	return hideURL(line)
}

// userinfo is what stands between the scheme and the host of a URL (RFC 3986 3.2.1).
// Blanks and "@" are taken in, since a client may fail to escape them.
var userinfo = regexp.MustCompile(`://[^/?#\r\n]*@`)

func hideUserinfo(s string) string { return userinfo.ReplaceAllString(s, "://"+redacted+"@") }

// redactField rewrites one field line, which may be folded.
func redactField(line string) string {
	name, value, ok := strings.Cut(line, ":")
	if !ok {
		return hideURL(line)
	}
	value = strings.TrimSpace(value)
	secret := value
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "authorization", "proxy-authorization":
		secret = redactCredentials(value)
	case "authentication-info", "proxy-authentication-info":
		secret = redactInfo(value)
	case "cookie", "cookie2":
		secret = redactCookies(value)
	case "set-cookie", "set-cookie2":
		secret = redactSetCookie(value)
	default:
		if !SecretField(strings.TrimSpace(name)) {
			return hideURL(line)
		}
		if secret = ""; value != "" {
			secret = redacted
		}
	}
	return name + ": " + secret
}

// redactCredentials keeps the scheme, when it is one, and says what NTLM message was
// there.
func redactCredentials(value string) string {
	scheme, rest, _ := strings.Cut(strings.Join(strings.Fields(value), " "), " ")
	switch strings.ToLower(scheme) {
	case "":
		return ""
	case "ntlm", "negotiate":
		return redactNTLM(scheme, rest)
	case "digest":
		if hidden := redactDigest(rest); hidden != rest {
			return scheme + " " + hidden
		}
		return scheme + " " + redacted
	case "basic", "bearer", "kerberos", "passport1.4":
		return scheme + " " + redacted
	}
	return redacted
}

// redactNTLM keeps a bare NEGOTIATE_MESSAGE, in which is no secret, and tells the type
// of other NTLM messages, also inside SPNEGO.
func redactNTLM(scheme, token string) string {
	const signature = "NTLMSSP\x00"
	raw, err := base64.StdEncoding.DecodeString(token)
	at := bytes.Index(raw, []byte(signature))
	switch {
	case token == "":
		return scheme
	case err != nil || at < 0 || len(raw) < at+len(signature)+4:
		return scheme + " " + redacted
	}
	kind := binary.LittleEndian.Uint32(raw[at+len(signature):])
	if at == 0 && kind == 1 {
		return scheme + " " + token
	}
	return fmt.Sprintf("%s (type %d, redacted)", scheme, kind)
}

// digestSecret matches the parameters of Digest that prove the password (RFC 7616 3.4.1
// and 3.5), also when the quoted string has no end.
var digestSecret = regexp.MustCompile(`(?i)\b(response|rspauth)(\s*=\s*)("(?:[^"\\]|\\.)*"?|[^,\s]*)`)

// ticketSecret matches the ticket that a Passport login server gives (MS-PASS 2.2.11).
var ticketSecret = regexp.MustCompile(`(?i)\b(from-PP)(\s*=\s*)('[^']*'?|[^,]*)`)

func redactInfo(value string) string {
	return ticketSecret.ReplaceAllString(redactDigest(value), "${1}${2}"+redacted)
}

func redactDigest(params string) string {
	return digestSecret.ReplaceAllString(params, `${1}${2}"`+redacted+`"`)
}

func redactCookies(value string) string {
	pairs := strings.Split(value, ";")
	for i := range pairs {
		pairs[i] = redactPair(pairs[i])
	}
	return strings.Join(pairs, ";")
}

// redactSetCookie keeps the attributes that are no secrets (RFC 6265 4.1, RFC 2109 4.2.2).
// An attribute with a second "=" has another cookie behind a comma.
func redactSetCookie(value string) string {
	parts := strings.Split(value, ";")
	for i, part := range parts {
		name, rest, _ := strings.Cut(strings.TrimSpace(part), "=")
		if i == 0 || !isCookieAttribute(name) || strings.Contains(rest, "=") {
			parts[i] = redactPair(part)
		}
	}
	return strings.Join(parts, ";")
}

func isCookieAttribute(name string) bool {
	switch strings.ToLower(name) {
	case "expires", "max-age", "domain", "path", "secure", "httponly", "samesite", "version", "discard":
		return true
	}
	return false
}

func redactPair(pair string) string {
	name, _, ok := strings.Cut(pair, "=")
	switch {
	case ok:
		return name + "=" + redacted
	case strings.TrimSpace(pair) == "":
		return pair
	}
	return redacted
}
