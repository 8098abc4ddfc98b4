package behaviour

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/wualab/wualab/fakehttp"
)

// Template is a text with placeholders such as {{path}}, which a request fills in.
type Template struct {
	parts []templatePart
}

type templatePart struct {
	text     string
	word, of string // of a placeholder: query and x of {{query.x}}
}

// The bounds of what a template becomes: of one value, and in all.
const (
	maxTemplateValue = 4 << 10
	maxTemplateText  = 1 << 20
)

// templateWords are the placeholders with what they stand for. Those that end in a dot
// go on with a name.
var templateWords = []struct {
	word  string
	value func(e Env, r *http.Request, nth int, of string) string
}{
	{"method", func(_ Env, r *http.Request, _ int, _ string) string { return r.Method }},
	{"path", func(_ Env, r *http.Request, _ int, _ string) string { return r.URL.Path }},
	{"host", func(_ Env, r *http.Request, _ int, _ string) string { return HostOf(r) }},
	{"url", func(_ Env, r *http.Request, _ int, _ string) string { return r.RequestURI }},
	{"query.", func(_ Env, r *http.Request, _ int, of string) string { return r.URL.Query().Get(of) }},
	{"header.", func(_ Env, r *http.Request, _ int, of string) string { return strings.Join(Field(r, of), ", ") }},
	{"account", func(e Env, r *http.Request, _ int, _ string) string { return e.AccountOf(r) }},
	{"client", func(_ Env, r *http.Request, _ int, _ string) string {
		if client := fakehttp.ConnOf(r).Client(); client.IsValid() {
			return client.String()
		}
		return ""
	}},
	{"connection", func(_ Env, r *http.Request, _ int, _ string) string {
		return strconv.Itoa(fakehttp.ConnOf(r).Number())
	}},
	{"nth", func(_ Env, _ *http.Request, nth int, _ string) string { return strconv.Itoa(nth) }},
	{"state.", func(e Env, _ *http.Request, _ int, of string) string { v, _ := e.State.Get(of); return v }},
	{"time", func(e Env, _ *http.Request, _ int, _ string) string {
		return e.Clock.Now().UTC().Format(http.TimeFormat)
	}},
}

// TemplateHelp lists the placeholders.
const TemplateHelp = "{{method}}, {{path}}, {{host}}, {{url}}, {{query.NAME}}, {{header.NAME}}, {{account}}, {{client}} (the address), " +
	"{{connection}} (its number), {{nth}} (of these answers), {{state.NAME}}, {{time}} (of the fake's clock)"

// Placeholder is what a template's placeholder is like.
var Placeholder = regexp.MustCompile(`\{\{(method|path|host|url|account|client|connection|nth|time|(query|header|state)\.[^{}\s]{1,128})\}\}`)

// ParseTemplate reads a text with placeholders. What looks like one and is none is an
// error.
func ParseTemplate(s string) (*Template, error) {
	t := &Template{}
	for {
		text, rest, found := strings.Cut(s, "{{")
		t.parts = append(t.parts, templatePart{text: text})
		if !found {
			return t, nil
		}
		name, after, closed := strings.Cut(rest, "}}")
		if !closed || !Placeholder.MatchString("{{"+name+"}}") {
			name, _, _ = strings.Cut(name, "\n")
			return nil, fmt.Errorf("%q is no placeholder: write one of %s", "{{"+name[:min(len(name), 40)], TemplateHelp)
		}
		word, of, named := strings.Cut(name, ".")
		if named {
			word += "."
		}
		t.parts, s = append(t.parts, templatePart{word: word, of: of}), after
	}
}

// Literals gives what is the same for every request: the text without its placeholders.
func (t *Template) Literals() string {
	var b strings.Builder
	for _, part := range t.parts {
		b.WriteString(part.text)
	}
	return b.String()
}

// Expand fills the placeholders in. nth is what stands for {{nth}}. Values are cut at 4
// KiB, the text at 1 MiB.
func (t *Template) Expand(e Env, r *http.Request, nth int) string {
	var b strings.Builder
	for _, part := range t.parts {
		text := part.text
		for _, w := range templateWords {
			if part.word != "" && w.word == part.word {
				text = w.value(e, r, nth, part.of)
				text = text[:min(len(text), maxTemplateValue)]
			}
		}
		b.WriteString(text[:min(len(text), maxTemplateText-b.Len())])
	}
	return b.String()
}

// AccountOf tells who a request is from, "" for nobody.
func (e Env) AccountOf(r *http.Request) string {
	if e.Account == nil {
		return ""
	}
	return e.Account(r)
}

func parseTemplate(v any) (any, error) {
	word, err := parseWord(v)
	if err != nil {
		return nil, err
	}
	return ParseTemplate(word.(string))
}
