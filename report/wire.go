package report

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/wualab/wualab/auth/exposure"
	"github.com/wualab/wualab/transcript"
)

// maxURL is how much of a URL a wire line shows.
const maxURL = 44

// wireLine tells an exchange in one line:
//
//	corp#1 2  GET http://origin/update.cab  NTLM type 1 → 407  NTLM type 2
func wireLine(x *transcript.Exchange) string {
	line := fmt.Sprintf("%s %d  %s", x.Conn, x.N, asked(x))
	return visible(line + " → " + answered(x))
}

// wireLines is wireLine, as two lines when it does not fit beside a margin.
func (s Style) wireLines(x *transcript.Exchange, margin int) []string {
	line := wireLine(x)
	if utf8.RuneCountInString(line) <= s.width()-margin {
		return []string{line}
	}
	ask, answer, _ := strings.Cut(line, " → ")
	return []string{ask, strings.Repeat(" ", len(x.Conn)+2) + "→ " + answer}
}

func asked(x *transcript.Exchange) string {
	if x.Request == nil {
		return "?"
	}
	parts := []string{x.Request.Method + " " + shorten(x.Request.URL, maxURL)}
	if r := x.Request.Get("Range"); r != "" {
		parts = append(parts, r)
	}
	if x.Packet != "" {
		parts = append(parts, strings.TrimSpace(x.Packet+" "+x.Request.Get("Content-Range")))
	}
	return strings.Join(append(parts, tokens(x, false)...), "  ")
}

// acknowledged is what the answer to a packet of the BITS Upload Protocol says:
// the byte that is wanted next, the reply, the host for what follows, an error.
func acknowledged(x *transcript.Exchange) []string {
	var parts []string
	for _, field := range []struct{ words, name string }{
		{"next is byte", "BITS-Received-Content-Range"}, {"reply at", "BITS-Reply-URL"}, {"go on at", "BITS-Host-Id"},
		{"error", "BITS-Error"}, {"error", "BITS-Error-Code"}, {"context", "BITS-Error-Context"},
	} {
		if value := x.Response.Get(field.name); value != "" {
			parts = append(parts, field.words+" "+value)
		}
	}
	return parts
}

func answered(x *transcript.Exchange) string {
	if x.Response == nil {
		return "nothing"
	}
	parts := append([]string{fmt.Sprint(x.Response.Status)}, tokens(x, true)...)
	if x.Packet != "" {
		parts = append(parts, acknowledged(x)...)
	}
	span := x.Response.Get("Content-Range")
	if span != "" {
		parts = append(parts, span)
	}
	if b := x.Response.Body; x.Response.Status/100 == 2 && (b.Length > 0 || !b.Complete) && !delivers(b, span) {
		parts = append(parts, bodyText(b))
	}
	return strings.Join(parts, "  ")
}

// delivers reports whether the body is what a Content-Range announces.
func delivers(b transcript.Body, span string) bool {
	var first, last int64
	n, _ := fmt.Sscanf(span, "bytes %d-%d/", &first, &last)
	return n == 2 && b.Complete && b.Length == last-first+1
}

func bodyText(b transcript.Body) string {
	switch {
	case b.Complete:
		return fmt.Sprintf("%d bytes", b.Length)
	case b.Declared > 0:
		return fmt.Sprintf("%d of %d bytes", b.Length, b.Declared)
	}
	return fmt.Sprintf("%d bytes, cut off", b.Length)
}

// remarks are the further lines of an exchange: who logged in or was refused, what
// the other side learned by that, and why there is no whole answer.
func remarks(x *transcript.Exchange) []string {
	var list []string
	if x.Verified != "" {
		list = append(list, fmt.Sprintf("%s verified %s", x.Node, x.Verified))
	}
	if x.Refused != "" {
		list = append(list, fmt.Sprintf("%s refused: %s", x.Node, refusal(x)))
	}
	if x.Exposure != "" {
		list = append(list, fmt.Sprintf("%s: %s", learner(x), x.Exposure))
	}
	if x.Err != "" {
		list = append(list, x.Err)
	}
	return append(list, x.Notes...)
}

// refusal is the reason with the NTSTATUS, where a logon was tried.
func refusal(x *transcript.Exchange) string {
	if x.NTStatus == "" {
		return x.Refused
	}
	return x.Refused + ", " + x.NTStatus
}

// learner says in whose eyes the credentials were given away.
func learner(x *transcript.Exchange) string {
	if x.Role == transcript.Client {
		return "gave away"
	}
	return x.Node + " learned"
}

// learned is what the other side can do with the credentials that it got.
func learned(x *transcript.Exchange) string {
	e, err := exposure.Parse(x.Exposure)
	if x.Exposure == "" || err != nil {
		return x.Exposure
	}
	return fmt.Sprintf("%s. %s", e, e.Words())
}

// tokens names the authentication tokens of the request or the response, each
// scheme and kind once.
func tokens(x *transcript.Exchange, response bool) []string {
	var list []string
	for i := range x.Tokens {
		if t := &x.Tokens[i]; t.Response == response {
			list = append(list, tokenName(t))
		}
	}
	if len(list) == 0 {
		return nil
	}
	return []string{strings.Join(list, ", ")}
}

func tokenName(t *transcript.Token) string {
	switch t.Type {
	case "type1", "type2":
		return t.Scheme + " type " + t.Type[4:]
	case "type3":
		return strings.TrimSpace(t.Scheme + " type 3 " + t.Fields["response"])
	case "challenge":
		return t.Scheme + " challenge"
	case "basic":
		return "Basic credentials"
	}
	return strings.TrimSpace(t.Scheme + " " + t.Type)
}
