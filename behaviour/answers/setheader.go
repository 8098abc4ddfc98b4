package answers

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/wualab/wualab/behaviour"
)

// Fields lists the behaviours that set header fields or leave them out. framing names,
// for each field that frames a message and can't be touched so, the behaviour that does.
func Fields(framing map[string]string) behaviour.Table {
	return behaviour.Table{
		setField("set-header", "Sends a header field in every answer, in place of one that is there.",
			"{set-header: {name: Via, value: 1.1 isa}}", framing, func(name, value string) behaviour.Middleware {
				return EditHead(func(r *http.Request, _ int, h http.Header) {
					DropField(h, name)
					h[name] = []string{value}
					note(r, "set-header", "set %s", name)
				})
			}),
		stripField("strip-header", "Leaves a header field out of every answer.", "{strip-header: {name: Content-Range}}",
			"BITS documentation, best practices: proxies and antivirus programs strip fields", framing,
			func(name string) behaviour.Middleware { return Without("strip-header", name) }),
		setField("set-request-header", "Sets a header field of every request, in place of one that is there, before anybody behind sees it.",
			"{set-request-header: {name: X-Forwarded-For, value: 192.0.2.7}}", framing, func(name, value string) behaviour.Middleware {
				return editRequest(func(r *http.Request) {
					DropField(r.Header, name)
					r.Header.Set(name, value)
					note(r, "set-request-header", "set %s", name)
				})
			}),
		stripField("strip-request-header", "Leaves a header field out of every request, so that nobody behind sees it.",
			"{strip-request-header: {name: If-Unmodified-Since}}", "RFC 9110 7.6.1: a field ends at the one who is told to drop it", framing,
			func(name string) behaviour.Middleware {
				return editRequest(func(r *http.Request) {
					if DropField(r.Header, name) {
						note(r, "strip-request-header", "left %s out", name)
					}
				})
			}),
	}
}

// Without leaves a field out of every answer, in the name of a behaviour.
func Without(behaviourName, field string) behaviour.Middleware {
	return EditHead(func(r *http.Request, _ int, h http.Header) {
		if DropField(h, field) {
			note(r, behaviourName, "left %s out", field)
		}
	})
}

// editRequest changes a copy of the request.
func editRequest(edit func(r *http.Request)) behaviour.Middleware {
	return one(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		r = r.Clone(r.Context())
		edit(r)
		next.ServeHTTP(w, r)
	})
}

func setField(name, help, example string, framing map[string]string, build func(name, value string) behaviour.Middleware) behaviour.Definition {
	return behaviour.Definition{
		Name: name, Help: help, Example: example,
		Source: "RFC 9110 5.1: programs on the way add fields and change them",
		Params: []behaviour.Param{fieldParam(),
			{Name: "value", Type: behaviour.String, Required: true, Help: "The field's value."}},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			if !IsFieldValue(a.String("value")) {
				return nil, fmt.Errorf("parameter %q: a line end or another control character can't stand in a value", "value")
			}
			return build(a.String("name"), a.String("value")), CheckField("name", a.String("name"), framing)
		},
	}
}

func stripField(name, help, example, source string, framing map[string]string, build func(name string) behaviour.Middleware) behaviour.Definition {
	return behaviour.Definition{
		Name: name, Help: help, Example: example, Source: source,
		Params: []behaviour.Param{fieldParam()},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			return build(a.String("name")), CheckField("name", a.String("name"), framing)
		},
	}
}

func fieldParam() behaviour.Param {
	return behaviour.Param{Name: "name", Type: behaviour.String, Required: true, Help: "The field's name."}
}

// CheckField refuses names that are none and fields that frame the message, which have
// behaviours of their own. param is where the name was written.
func CheckField(param, name string, framing map[string]string) error {
	if name == "" || strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
		return fmt.Errorf("parameter %q: %q is not a field name", param, name)
	}
	if other, ok := framing[strings.ToLower(name)]; ok {
		return fmt.Errorf("parameter %q: %s frames the message; use the behaviour %q", param, name, other)
	}
	return nil
}
