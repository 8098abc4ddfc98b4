package script

import (
	"fmt"
	"net/http"
	"time"

	"go.starlark.net/starlark"

	"github.com/wualab/wualab/behaviour/answers"
	"github.com/wualab/wualab/quantity"
)

// The bounds of what a script may give.
const (
	maxReplyBody  = 1 << 20
	maxReplyField = 8 << 10
	maxFields     = 64
)

// predeclared are the names that a script finds, besides those of Starlark.
func predeclared() starlark.StringDict {
	names := starlark.StringDict{
		"answer": builtin("answer", makeAnswer), "change": builtin("change", makeChange),
		"close": builtin("close", makeEnd(endClose)), "reset": builtin("reset", makeEnd(endReset)),
		"note": builtin("note", takeNote), "now": builtin("now", now), "random": builtin("random", random),
		"state": &record{"state", map[string]func() (starlark.Value, error){
			"get": func() (starlark.Value, error) { return builtin("state.get", getState), nil },
			"set": func() (starlark.Value, error) { return builtin("state.set", setState), nil },
		}},
	}
	for name, guarded := range guards() {
		names[name] = guarded
	}
	return names
}

func isPredeclared(name string) bool { return predeclared().Has(name) }

type function func(t *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error)

// builtin makes a function whose errors begin with its name.
func builtin(name string, f function) *starlark.Builtin {
	return starlark.NewBuiltin(name, func(t *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		v, err := f(t, b, args, kwargs)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return v, nil
	})
}

func makeAnswer(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	p := &reply{status: http.StatusOK}
	var headers *starlark.Dict
	var delay string
	if err := starlark.UnpackArgs("", args, kwargs, "status?", &p.status, "body?", &p.body, "headers?", &headers,
		"type?", &p.kind, "reason?", &p.reason, "delay?", &delay); err != nil {
		return nil, err
	}
	switch {
	case p.status < 200 || p.status > 599:
		return nil, fmt.Errorf("status %d is not between 200 and 599", p.status)
	case len(p.body) > maxReplyBody:
		return nil, fmt.Errorf("a body of %d bytes, more than 1 MiB", len(p.body))
	case !isLine(p.reason) || !isLine(p.kind):
		return nil, fmt.Errorf("reason and type are lines of ASCII, up to 200 characters")
	}
	if p.kind == "" && p.body != "" {
		p.kind = "text/plain; charset=utf-8"
	}
	return p, p.add(headers, delay)
}

func isLine(s string) bool {
	for _, c := range []byte(s) {
		if c < ' ' && c != '\t' || c > '~' {
			return false
		}
	}
	return len(s) <= 200
}

func makeChange(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	p := &reply{}
	var headers *starlark.Dict
	var delay string
	if err := starlark.UnpackArgs("", args, kwargs, "headers?", &headers, "delay?", &delay); err != nil {
		return nil, err
	}
	return p, p.add(headers, delay)
}

func makeEnd(how string) function {
	return func(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		p := &reply{end: how}
		var delay string
		if err := starlark.UnpackArgs("", args, kwargs, "delay?", &delay); err != nil {
			return nil, err
		}
		return p, p.add(nil, delay)
	}
}

// framing are the fields that a script can't touch, as they frame the message.
func framing() map[string]string {
	return map[string]string{"content-length": "chunked", "transfer-encoding": "chunked", "connection": "close"}
}

// add takes the header fields, None for one to take away, and the delay.
func (p *reply) add(headers *starlark.Dict, delay string) error {
	if delay != "" {
		d, err := quantity.ParseDuration(delay)
		if err != nil {
			return fmt.Errorf("delay: %w", err)
		}
		p.delay = min(d, 365*24*time.Hour)
	}
	if headers == nil {
		return nil
	}
	if headers.Len() > maxFields {
		return fmt.Errorf("%d header fields, more than %d", headers.Len(), maxFields)
	}
	for _, item := range headers.Items() {
		name, ok := starlark.AsString(item[0])
		if !ok {
			return fmt.Errorf("headers: %s is no name of a field", item[0].Type())
		}
		if err := answers.CheckField("headers", name, framing()); err != nil {
			return err
		}
		value, ok := starlark.AsString(item[1])
		away := item[1] == starlark.None
		switch {
		case !ok && !away:
			return fmt.Errorf("headers: the value of %s is a %s: write a text, or None to take it away", name, item[1].Type())
		case len(value) > maxReplyField || !answers.IsFieldValue(value):
			return fmt.Errorf("headers: the value of %s has more than 8 KiB, a line end or another control character", name)
		}
		p.headers = append(p.headers, field{name, value, away})
	}
	return nil
}

func takeNote(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var words string
	if err := starlark.UnpackArgs("", args, kwargs, "text", &words); err != nil {
		return nil, err
	}
	c, err := callOf(t)
	if err != nil {
		return nil, err
	}
	c.note(words)
	return starlark.None, nil
}

// now gives the seconds since the fake was started, on its clock.
func now(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if err := starlark.UnpackArgs("", args, kwargs); err != nil {
		return nil, err
	}
	c, err := callOf(t)
	if err != nil {
		return nil, err
	}
	return starlark.Float(c.script.env.Clock.Now().Sub(c.script.env.Began).Seconds()), nil
}

// random draws from the fake's seed.
func random(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if err := starlark.UnpackArgs("", args, kwargs); err != nil {
		return nil, err
	}
	c, err := callOf(t)
	if err != nil {
		return nil, err
	}
	return starlark.Float(c.script.env.Rand.Float64()), nil
}

func getState(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var name string
	var fallback starlark.Value = starlark.None
	if err := starlark.UnpackArgs("", args, kwargs, "name", &name, "default?", &fallback); err != nil {
		return nil, err
	}
	c, err := callOf(t)
	if err != nil {
		return nil, err
	}
	if v, ok := c.script.env.State.Get(name); ok {
		return starlark.String(v), nil
	}
	return fallback, nil
}

// setState keeps a text, or what str makes of a number or a truth value; None takes the
// name away.
func setState(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var name string
	var value starlark.Value
	if err := starlark.UnpackArgs("", args, kwargs, "name", &name, "value", &value); err != nil {
		return nil, err
	}
	c, err := callOf(t)
	if err != nil {
		return nil, err
	}
	words := ""
	switch v := value.(type) {
	case starlark.NoneType:
	case starlark.String:
		words = string(v)
	case starlark.Int, starlark.Float:
		words = v.String()
	case starlark.Bool:
		if words = "false"; v {
			words = "true"
		}
	default:
		return nil, fmt.Errorf("%s is a %s: write a text, a number, True, False or None", name, value.Type())
	}
	return starlark.None, c.script.env.State.Set(name, words)
}
