package transport

import (
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakehttp"
)

// lengthForms are what is made of a Content-Length of n bytes: the lines in its place.
var lengthForms = []struct {
	form, help string
	lines      func(n int64) []string
}{
	{"twice", "the field twice, the same", func(n int64) []string { return []string{length(n), length(n)} }},
	{"differing", "the field twice, the second one greater by 1", func(n int64) []string { return []string{length(n), length(n + 1)} }},
	{"list", "the number twice in one field", func(n int64) []string { return []string{length(n) + ", " + strconv.FormatInt(n, 10)} }},
	{"malformed", "a number with a letter", func(n int64) []string { return []string{length(n) + "x"} }},
	{"negative", "a number below zero", func(n int64) []string { return []string{length(-n)} }},
	{"huge", "a number of more than 64 bits", func(int64) []string { return []string{"Content-Length: 99999999999999999999"} }},
	{"with-chunked", "beside a body in chunks", func(n int64) []string { return []string{length(n), "Transfer-Encoding: chunked"} }},
	{"greater", "10 bytes more than follow; the connection ends then", func(n int64) []string { return []string{length(n + 10)} }},
	{"less", "10 bytes fewer than follow; the connection ends then", func(n int64) []string { return []string{length(max(n-10, 0))} }},
}

func length(n int64) string { return "Content-Length: " + strconv.FormatInt(n, 10) }

func contentLength() behaviour.Definition {
	var forms, help []string
	for _, f := range lengthForms {
		forms, help = append(forms, f.form), append(help, f.form+": "+f.help+".")
	}
	return behaviour.Definition{
		Name:    "content-length",
		Help:    "Frames bodies of known length in a way that can be read in more than one way, or is wrong.",
		Source:  "RFC 9112 6.1 to 6.3 and 11.1 (smuggling); RFC 9110 8.6",
		Example: "{content-length: {form: differing}}",
		Params:  []behaviour.Param{{Name: "form", Type: behaviour.Enum, Enum: forms, Required: true, Help: strings.Join(help, " ")}},
		New:     newContentLength,
	}
}

func newContentLength(a behaviour.Args) (behaviour.Middleware, error) {
	form := a.String("form")
	return reframed(func(r *http.Request, head []byte, n int64) ([]byte, func(io.Writer) io.Writer) {
		note(r, "content-length", "sent another one (%s)", form)
		head = replaceLength(head, linesOf(form, n))
		switch form {
		case "greater", "less":
			fakehttp.ConnOf(r).CloseAfter()
		case "with-chunked":
			return encode(r, head, n, chunking{})
		}
		return head, nil
	})
}

// reframed has the head of answers whose body is of known length changed, and with it,
// where edit gives a writer, how the body is sent.
func reframed(edit func(r *http.Request, head []byte, n int64) ([]byte, func(io.Writer) io.Writer)) (behaviour.Middleware, error) {
	return one(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		fakehttp.ConnOf(r).EditAnswer(func(head []byte) ([]byte, func(io.Writer) io.Writer) {
			n, ok := measured(head)
			if !ok {
				return head, nil
			}
			return edit(r, head, n)
		})
		next.ServeHTTP(w, r)
	})
}

func linesOf(form string, n int64) []string {
	for _, f := range lengthForms {
		if f.form == form {
			return f.lines(n)
		}
	}
	return nil
}

// measured gives the Content-Length of a head, if that frames the body.
func measured(head []byte) (n int64, ok bool) {
	for line := range strings.SplitSeq(string(head), "\r\n") {
		name, value, _ := strings.Cut(line, ":")
		if strings.EqualFold(name, "Content-Length") {
			n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
			return n, err == nil
		}
	}
	return 0, false
}

// replaceLength puts lines in the place of Content-Length.
func replaceLength(head []byte, lines []string) []byte {
	var out []string
	for line := range strings.SplitSeq(string(head), "\r\n") {
		if name, _, _ := strings.Cut(line, ":"); strings.EqualFold(name, "Content-Length") {
			out = append(out, lines...)
		} else {
			out = append(out, line)
		}
	}
	return []byte(strings.Join(out, "\r\n"))
}
