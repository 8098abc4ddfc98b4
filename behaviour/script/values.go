package script

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakehttp"
)

// record is a value with attributes that are made when they are asked for.
type record struct {
	kind  string
	attrs map[string]func() (starlark.Value, error)
}

// String names the value in messages.
func (m *record) String() string { return m.kind }

// Type is the type's name in messages.
func (m *record) Type() string { return m.kind }

// Freeze does nothing: a script can't change a record.
func (m *record) Freeze() {}

// Truth is that of a value.
func (m *record) Truth() starlark.Bool { return true }

// Hash is refused.
func (m *record) Hash() (uint32, error) { return 0, fmt.Errorf("a %s is no key", m.kind) }

// Attr gives an attribute, or nothing.
func (m *record) Attr(name string) (starlark.Value, error) {
	if get := m.attrs[name]; get != nil {
		return get()
	}
	return nil, nil
}

// AttrNames lists the attributes.
func (m *record) AttrNames() []string { return slices.Sorted(maps.Keys(m.attrs)) }

func text(s string) func() (starlark.Value, error) {
	return func() (starlark.Value, error) { return starlark.String(s), nil }
}

func number(n int) func() (starlark.Value, error) {
	return func() (starlark.Value, error) { return starlark.MakeInt(n), nil }
}

// request makes req.
func (c *call) request() *record {
	r, conn := c.r, fakehttp.ConnOf(c.r)
	client := ""
	if addr := conn.Client(); addr.IsValid() {
		client = addr.String()
	}
	return &record{"request", map[string]func() (starlark.Value, error){
		"method": text(r.Method), "path": text(r.URL.Path), "url": text(r.RequestURI),
		"host": text(behaviour.HostOf(r)), "range": text(r.Header.Get("Range")),
		"account": text(c.script.env.AccountOf(r)), "client": text(client),
		"connection": number(conn.Number()), "requests": number(conn.Requests()),
		"query":   func() (starlark.Value, error) { return queryOf(r) },
		"headers": func() (starlark.Value, error) { return fieldsOf(r.Header, r.Host) },
		"header":  header(func(name string) []string { return behaviour.Field(r, name) }),
		"body":    c.bodyText,
	}}
}

// response makes resp.
func (c *call) response(status int, h http.Header) *record {
	return &record{"response", map[string]func() (starlark.Value, error){
		"status":  number(status),
		"headers": func() (starlark.Value, error) { return fieldsOf(h, "") },
		"header":  header(func(name string) []string { return anyCase(h, name) }),
	}}
}

func anyCase(h http.Header, name string) []string {
	for key, values := range h {
		if strings.EqualFold(key, name) {
			return values
		}
	}
	return nil
}

// header makes the method that gives one field, or None.
func header(get func(name string) []string) func() (starlark.Value, error) {
	return func() (starlark.Value, error) {
		return starlark.NewBuiltin("header", func(t *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
			var name string
			if err := starlark.UnpackArgs(b.Name(), args, kwargs, "name", &name); err != nil {
				return nil, err
			}
			if values := get(name); len(values) > 0 {
				return starlark.String(strings.Join(values, ", ")), nil
			}
			return starlark.None, nil
		}), nil
	}
}

// fieldsOf makes a dict of header fields, by their names in canonical form and sorted.
func fieldsOf(h http.Header, host string) (starlark.Value, error) {
	all := map[string]string{}
	for name, values := range h {
		if len(values) > 0 {
			all[http.CanonicalHeaderKey(name)] = strings.Join(values, ", ")
		}
	}
	if host != "" {
		all["Host"] = host
	}
	return dictOf(all)
}

func queryOf(r *http.Request) (starlark.Value, error) {
	all := map[string]string{}
	for name, values := range r.URL.Query() {
		all[name] = values[0]
	}
	return dictOf(all)
}

func dictOf(all map[string]string) (starlark.Value, error) {
	d := starlark.NewDict(len(all))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if err := d.SetKey(starlark.String(name), starlark.String(all[name])); err != nil {
			return nil, err
		}
	}
	return d, nil
}

const maxBody = 64 << 10

// bodyText reads the beginning of the request's body, which whoever comes after reads
// too.
func (c *call) bodyText() (starlark.Value, error) {
	if !c.read && c.r.Body != nil {
		c.read = true
		var err error
		if c.body, err = io.ReadAll(io.LimitReader(c.r.Body, maxBody)); err != nil {
			return nil, errors.New("the request's body could not be read")
		}
		c.r.Body = struct {
			io.Reader
			io.Closer
		}{io.MultiReader(bytes.NewReader(c.body), c.r.Body), c.r.Body}
	}
	return starlark.String(c.body), nil
}
