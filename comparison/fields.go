package comparison

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/wualab/wualab/transcript"
)

// loopback is a port of this computer, which is another one in every run.
var loopback = regexp.MustCompile(`\b(127\.0\.0\.1|localhost|\[::1\]):\d+`)

func withoutPorts(s string) string { return loopback.ReplaceAllString(s, "$1") }

// differences collects those of one node.
type differences struct {
	node   string
	opt    *Options
	result *Result
}

// describe is a request in a line.
func describe(x *exchange) string {
	parts := []string{x.asks()}
	if span := x.Request.Get("Range"); span != "" {
		parts = append(parts, span)
	}
	if list := shown(x.Exchange); len(list) > 0 {
		parts = append(parts, strings.Join(list, ", "))
	}
	return strings.Join(parts, " ")
}

// match compares a pair.
func (d *differences) match(p pair) {
	switch {
	case p.b == nil:
		d.add(p, OnlyA, "", describe(p.a), "")
		return
	case p.a == nil:
		d.add(p, OnlyB, "", "", describe(p.b))
		return
	case p.moved:
		d.add(p, Order, "", fmt.Sprintf("exchange %d", p.a.n), fmt.Sprintf("exchange %d", p.b.n))
	}
	d.value(p, Range, "", p.a.Request.Get("Range"), p.b.Request.Get("Range"))
	d.fields(p, Request, p.a.Request, p.b.Request)
	d.body(p, Request, p.a.Request, p.b.Request)
	d.value(p, Status, "", statusText(p.a), statusText(p.b))
	if p.a.Response != nil && p.b.Response != nil && !refusals(p) {
		d.fields(p, Answer, p.a.Response, p.b.Response)
		d.body(p, Body, p.a.Response, p.b.Response)
	}
	d.value(p, Login, "shown", strings.Join(shown(p.a.Exchange), ", "), strings.Join(shown(p.b.Exchange), ", "))
	d.value(p, Login, "demanded", strings.Join(demanded(p.a.Exchange), ", "), strings.Join(demanded(p.b.Exchange), ", "))
	d.value(p, Ending, "", ending(p.a), ending(p.b))
}

// refusals reports whether both answers are the same step of a login, whose pages and
// further fields are in the words of each server.
func refusals(p pair) bool {
	status := p.a.Status()
	return status == p.b.Status() && (status == 401 || status == 407)
}

func (d *differences) add(p pair, kind Kind, name, from, to string) {
	one := Difference{Node: d.node, Kind: kind, Name: name, From: from, To: to}
	if p.b != nil {
		one.B, one.What = p.b.n, describe(p.b)
	}
	if p.a != nil {
		one.A, one.What = p.a.n, describe(p.a)
	}
	d.result.Differences = append(d.result.Differences, one)
}

// value adds a difference of two texts.
func (d *differences) value(p pair, kind Kind, name, from, to string) {
	if from != to {
		d.add(p, kind, name, from, to)
	}
}

func statusText(x *exchange) string {
	if x.Response == nil {
		return "none"
	}
	return fmt.Sprint(x.Response.Status)
}

// ending says how an answer ended that is not whole.
func ending(x *exchange) string {
	switch {
	case x.Response == nil:
		return "no answer"
	case x.Response.Body.Complete:
		return ""
	}
	return fmt.Sprintf("broke off after %d bytes", x.Response.Body.Length)
}

// shown lists the credentials in a request: scheme, kind and who.
func shown(x *transcript.Exchange) (list []string) {
	for i := range x.Tokens {
		if t := &x.Tokens[i]; !t.Response {
			list = append(list, tokenText(t))
		}
	}
	return list
}

// demanded lists the challenges in an answer.
func demanded(x *transcript.Exchange) (list []string) {
	for i := range x.Tokens {
		if t := &x.Tokens[i]; t.Response && !slices.Contains(list, tokenText(t)) {
			list = append(list, tokenText(t))
		}
	}
	return list
}

func tokenText(t *transcript.Token) string {
	parts := []string{t.Scheme}
	if t.Type != "" && t.Type != "challenge" && !strings.EqualFold(t.Type, t.Scheme) {
		parts = append(parts, t.Type)
	}
	if r := t.Fields["response"]; r != "" {
		parts = append(parts, r)
	}
	if user := t.Fields["user"]; user != "" {
		if domain := t.Fields["domain"]; domain != "" && !t.Response {
			user = domain + `\` + user
		}
		parts = append(parts, "of "+user)
	}
	if realm := t.Fields["realm"]; realm != "" && t.Type == "challenge" {
		parts = append(parts, fmt.Sprintf("realm %q", realm))
	}
	return strings.Join(parts, " ")
}

// fields compares header fields by name; their order counts within a name alone.
func (d *differences) fields(p pair, kind Kind, a, b *transcript.Message) {
	var names []string
	for _, f := range slices.Concat(a.Fields, b.Fields) {
		name := http.CanonicalHeaderKey(strings.TrimSpace(f.Name))
		if !slices.Contains(names, name) && !d.skips(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		d.value(p, kind, name, values(a, name), values(b, name))
	}
}

func (d *differences) skips(name string) bool {
	return ignored[name] || slices.ContainsFunc(d.opt.Ignore, func(one string) bool { return strings.EqualFold(one, name) })
}

// values is what the fields of a name say, "absent" without any. Secrets may be left out
// on one side.
func values(m *transcript.Message, name string) string {
	list := m.Values(name)
	if len(list) == 0 {
		return "absent"
	}
	text := withoutPorts(transcript.HideQuery(strings.Join(list, " | ")))
	if transcript.SecretField(name) {
		return "present"
	}
	return text
}

// body compares the bodies by hash where both have one, else by length.
func (d *differences) body(p pair, kind Kind, a, b *transcript.Message) {
	if a.Body.SHA256 != "" && b.Body.SHA256 != "" {
		d.result.Bodies = true
		if a.Body.SHA256 == b.Body.SHA256 {
			return
		}
		d.value(p, kind, "body", bodyText(a.Body, true), bodyText(b.Body, true))
		return
	}
	d.value(p, kind, "body", bodyText(a.Body, false), bodyText(b.Body, false))
}

func bodyText(b transcript.Body, hash bool) string {
	text := fmt.Sprintf("%d bytes", b.Length)
	if hash {
		text += " with the SHA-256 " + b.SHA256[:min(12, len(b.SHA256))]
	}
	return text
}
