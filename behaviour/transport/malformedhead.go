package transport

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakehttp"
)

// headForms are ways in which a head can be other than RFC 9112 5 has it.
var headForms = []struct {
	form, help string
	edit       func(head []byte) []byte
}{
	{"no-colon", "a line that has none", withLine("X-Broken without a colon")},
	{"empty-name", "a field without a name", withLine(": nameless")},
	{"nul", "a NUL in a value", withLine("X-Broken: a\x00b")},
	{"space-before-colon", "a blank between every name and its colon", eachField(func(name, value string) string { return name + " :" + value })},
	{"folded", "every value on a line of its own (obs-fold)", eachField(func(name, value string) string { return name + ":\r\n" + value })},
	{"no-blank", "no blank after the colons, which is allowed", eachField(func(name, value string) string { return name + ":" + strings.TrimSpace(value) })},
	{"bare-lf", "lines that end with LF alone", func(head []byte) []byte { return bytes.ReplaceAll(head, []byte("\r\n"), []byte("\n")) }},
}

func malformedHead() behaviour.Definition {
	var forms, help []string
	for _, h := range headForms {
		forms, help = append(forms, h.form), append(help, h.form+": "+h.help+".")
	}
	return behaviour.Definition{
		Name:    "malformed-head",
		Help:    "Writes the fields of an answer's head in a form that RFC 9112 forbids, has given up, or leaves to the reader.",
		Source:  "RFC 9112 2.2, 5.1 and 5.2",
		Example: "{malformed-head: {form: folded}}",
		Params:  []behaviour.Param{{Name: "form", Type: behaviour.Enum, Enum: forms, Required: true, Help: strings.Join(help, " ")}},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			form := a.String("form")
			return one(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				note(r, "malformed-head", "sent one (%s)", form)
				fakehttp.ConnOf(r).EditHead(func(head []byte) []byte { return malform(form, head) })
				next.ServeHTTP(w, r)
			})
		},
	}
}

func malform(form string, head []byte) []byte {
	for _, h := range headForms {
		if h.form == form {
			return h.edit(head)
		}
	}
	return head
}

// withLine puts a line behind the status line.
func withLine(line string) func([]byte) []byte {
	return func(head []byte) []byte {
		status, rest, _ := bytes.Cut(head, []byte("\r\n"))
		return bytes.Join([][]byte{status, []byte(line), rest}, []byte("\r\n"))
	}
}

// eachField rewrites the field lines.
func eachField(write func(name, value string) string) func([]byte) []byte {
	return func(head []byte) []byte {
		lines := strings.Split(string(head), "\r\n")
		for i, line := range lines {
			if name, value, ok := strings.Cut(line, ":"); ok && i > 0 {
				lines[i] = write(name, value)
			}
		}
		return []byte(strings.Join(lines, "\r\n"))
	}
}
