package transport

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakehttp"
)

// statusLines are what may stand in place of a status line; %s stands for the status
// and %r for its reason.
var statusLines = []struct{ form, line, help string }{
	{"no-reason", "HTTP/1.1 %s ", "no reason, which is allowed"},
	{"no-blank", "HTTP/1.1 %s", "neither a reason nor the blank before it"},
	{"icy", "ICY %s %r", "the protocol of Shoutcast"},
	{"no-version", "%s %r", "no protocol"},
	{"lower-case", "http/1.1 %s %r", "the protocol in lower case"},
	{"http2", "HTTP/2.0 %s %r", "another version"},
	{"four-digits", "HTTP/1.1 %s0 %r", "a status of four digits"},
	{"not-a-number", "HTTP/1.1 OK %s", "a status that is no number"},
	{"no-head", "", "no head at all, as in HTTP/0.9"},
}

func statusLine() behaviour.Definition {
	var forms, help []string
	for _, s := range statusLines {
		forms, help = append(forms, s.form), append(help, s.form+": "+s.help+".")
	}
	return behaviour.Definition{
		Name:    "status-line",
		Help:    "Begins answers with another line than the status line that RFC 9112 asks for.",
		Source:  "RFC 9112 4; WinHTTP documentation, Error Messages (ERROR_WINHTTP_INVALID_SERVER_RESPONSE)",
		Example: "{status-line: {form: no-version}}",
		Params:  []behaviour.Param{{Name: "form", Type: behaviour.Enum, Enum: forms, Required: true, Help: strings.Join(help, " ")}},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			form := a.String("form")
			return one(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				note(r, "status-line", "sent another one (%s)", form)
				w.Header().Set("Connection", "close") // nobody can tell where such an answer ends
				fakehttp.ConnOf(r).CloseAfter()       // a proxy may have taken that out
				fakehttp.ConnOf(r).EditHead(func(head []byte) []byte { return newStatusLine(form, head) })
				next.ServeHTTP(w, r)
			})
		},
	}
}

func newStatusLine(form string, head []byte) []byte {
	old, rest, _ := bytes.Cut(head, []byte("\r\n"))
	_, said, _ := strings.Cut(string(old), " ")
	status, reason, _ := strings.Cut(said, " ")
	for _, s := range statusLines {
		if s.form == form && s.line != "" {
			line := strings.NewReplacer("%s", status, "%r", reason).Replace(s.line)
			return append([]byte(line+"\r\n"), rest...)
		}
	}
	return nil
}
