package quirks

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/behaviour/answers"
)

func noAcceptRanges() behaviour.Definition {
	return behaviour.Definition{
		Name:    "no-accept-ranges",
		Help:    "Leaves Accept-Ranges out, as a filter on the way may. Ranges still work.",
		Source:  "RFC 9110 14.3: the field is optional",
		Example: "{no-accept-ranges: {}}",
		New: func(behaviour.Args) (behaviour.Middleware, error) {
			return without("no-accept-ranges", "Accept-Ranges")
		},
	}
}

func noLastModified() behaviour.Definition {
	return behaviour.Definition{
		Name:    "no-last-modified",
		Help:    "Leaves Last-Modified out, so that the client does not learn the file's stamp.",
		Source:  "MC-BUP 3.6 (timestamp UNKNOWN)",
		Example: "{no-last-modified: {}}",
		New: func(behaviour.Args) (behaviour.Middleware, error) {
			return without("no-last-modified", "Last-Modified")
		},
	}
}

func without(behaviourName, field string) (behaviour.Middleware, error) {
	return answers.EditHead(func(r *http.Request, _ int, h http.Header) {
		if drop(h, field) {
			note(r, behaviourName, "left %s out", field)
		}
	}), nil
}

func stripHeader() behaviour.Definition {
	return behaviour.Definition{
		Name:    "strip-header",
		Help:    "Leaves a header field out of every answer.",
		Source:  "BITS documentation, best practices: proxies and antivirus programs strip fields",
		Example: "{strip-header: {name: Content-Range}}",
		Params:  []behaviour.Param{nameParam()},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			if err := checkField(a.String("name")); err != nil {
				return nil, err
			}
			return without("strip-header", a.String("name"))
		},
	}
}

func setHeader() behaviour.Definition {
	return behaviour.Definition{
		Name:    "set-header",
		Help:    "Sets a header field in every answer, in place of one that is there.",
		Example: "{set-header: {name: Via, value: 1.1 isa}}",
		Params: []behaviour.Param{nameParam(),
			{Name: "value", Type: behaviour.String, Required: true, Help: "The field's value."}},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			name, value := a.String("name"), a.String("value")
			if err := checkField(name); err != nil {
				return nil, err
			}
			if strings.ContainsAny(value, "\r\n\x00") {
				return nil, fmt.Errorf("parameter %q: a line end can't stand in a value", "value")
			}
			return answers.EditHead(func(r *http.Request, _ int, h http.Header) {
				drop(h, name)
				h[name] = []string{value}
				note(r, "set-header", "set %s", name)
			}), nil
		},
	}
}

func nameParam() behaviour.Param {
	return behaviour.Param{Name: "name", Type: behaviour.String, Required: true, Help: "The field's name."}
}

// checkField refuses names that are none and fields that frame the message, which
// have behaviours of their own.
func checkField(name string) error {
	if strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
		return fmt.Errorf("parameter %q: %q is not a field name", "name", name)
	}
	instead := map[string]string{
		"content-length": "no-content-length", "transfer-encoding": "chunked", "connection": "close",
	}
	if other, ok := instead[strings.ToLower(name)]; ok {
		return fmt.Errorf("parameter %q: %s frames the message; use the behaviour %q", "name", name, other)
	}
	return nil
}
