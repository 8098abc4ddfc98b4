package answers

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakehttp"
)

// Answer gives an answer of one's own making in place of the fake's. framing is that of
// [Fields].
func Answer(framing map[string]string) behaviour.Definition {
	return behaviour.Definition{
		Name: "answer",
		Help: "Gives an answer of your own: status, reason, header fields and body. In the body and in the values of fields these " +
			"stand for parts of the request: " + behaviour.TemplateHelp + ".",
		Source:  "RFC 9110 15, RFC 9112 4 (the reason is any text)",
		Example: "{answer: {status: 403, reason: Blocked, headers: {X-Rule: '17'}, type: text/html, body: '<h1>{{host}}{{path}} is blocked</h1>'}}",
		Params: []behaviour.Param{
			{Name: "status", Type: behaviour.Status, Default: http.StatusOK, Help: "The status."},
			{Name: "reason", Type: behaviour.String, Pattern: `^[\t\x20-\x7e]{1,200}$`, Hint: "a line of ASCII, up to 200 characters",
				Help: "The reason phrase; absent: the usual one."},
			{Name: "headers", Type: behaviour.Mapping, Hint: "{X-Rule: '17'}", Each: &behaviour.Param{Type: behaviour.Text}, Help: "Header fields by name."},
			{Name: "type", Type: behaviour.String, Pattern: `^[\x20-\x7e]{1,200}$`, Hint: "a media type, such as text/html",
				Help: "Content-Type; absent: text/plain; charset=utf-8, of a file application/octet-stream."},
			{Name: "body", Type: behaviour.Text, Help: "The body; absent, and file too: none."},
			{Name: "file", Type: behaviour.Path,
				Help: "A file beneath the scenario's folder that is the body as it is, up to 16 MiB."},
		},
		New: func(a behaviour.Args) (behaviour.Middleware, error) { return newAnswer(a, framing) },
	}
}

func newAnswer(a behaviour.Args, framing map[string]string) (behaviour.Middleware, error) {
	headers := a.Texts("headers")
	for name, value := range headers {
		if !IsFieldValue(value.Literals()) {
			return nil, fmt.Errorf("parameter %q: a line end or another control character can't stand in the value of %s", "headers", name)
		}
		if err := CheckField("headers", name, framing); err != nil {
			return nil, err
		}
	}
	body, kind, err := answerBody(a)
	if err != nil {
		return nil, err
	}
	counts := behaviour.NewCounts("all", a.Env)
	return one(func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		nth := counts.Next(r)
		note(r, "answer", "answered %d", a.Int("status"))
		h := w.Header()
		for name, value := range headers {
			DropField(h, name)
			h[name] = []string{fieldValue(value.Expand(a.Env, r, nth))}
		}
		Send(w, r, a.Int("status"), a.String("reason"), kind, body(r, nth))
	}), nil
}

// answerBody gives what makes the body for a request, and its type.
func answerBody(a behaviour.Args) (body func(r *http.Request, nth int) string, kind string, err error) {
	if a.Given("body") && a.Given("file") {
		return nil, "", fmt.Errorf("only one of body and file may be given")
	}
	kind = a.String("type")
	switch {
	case a.Given("body") && kind == "":
		kind = "text/plain; charset=utf-8"
	case a.Given("file") && kind == "":
		kind = "application/octet-stream"
	}
	if text := a.Text("body"); text != nil {
		return func(r *http.Request, nth int) string { return text.Expand(a.Env, r, nth) }, kind, nil
	}
	var content []byte
	if a.Given("file") && a.ReadFile != nil {
		if content, err = a.ReadFile(a.String("file")); err != nil {
			return nil, "", fmt.Errorf("parameter %q: %w", "file", err)
		}
	}
	return func(*http.Request, int) string { return string(content) }, kind, nil
}

// Send writes a whole answer. reason "" is the usual one, kind "" leaves Content-Type
// out. What the status forbids of it is left out.
func Send(w http.ResponseWriter, r *http.Request, status int, reason, kind, body string) {
	h := w.Header()
	if reason != "" {
		fakehttp.ConnOf(r).AnswerReason(reason)
	}
	if status == http.StatusNoContent || status == http.StatusNotModified {
		w.WriteHeader(status)
		return
	}
	if kind != "" {
		h.Set("Content-Type", kind)
	} else if len(h["Content-Type"]) == 0 {
		h["Content-Type"] = nil // net/http then does not make one up
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = io.Copy(w, strings.NewReader(body)) // a client that is gone is nobody to tell
	}
}
